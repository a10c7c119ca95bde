import { createPager } from '../../../lambda/incident/pager.ts';
import type { Pager } from '../../../lambda/incident/ports.ts';
import type { DrillRecord } from '../../../lambda/shared/drill.ts';
import { createFakeTable } from '../support/fake-table.ts';
import { createDesk, type Desk } from './support/desk.ts';

const HOUR = 3_600_000;

/** The way of a page: what the breach leads to, and who is subscribed. */
const createWay = () => {
  const counted: Record<string, number>[] = [];
  const way = {
    pending: 0,
    isBroken: false,
    alarm: 'keyroom-test-alerts-drill',
    state: 'ALARM',
    /** Seconds from the breach to the page. */
    seconds: 13,
    breaches: [] as number[],
    counted,
    desk: undefined as Desk | undefined,
    record: undefined as DrillRecord | undefined,
  };
  const now = (): number => way.desk?.clock.now() ?? 0;
  const bodyAt = (at: number): string => {
    const published = { AlarmName: way.alarm, NewStateValue: way.state, StateChangeTime: new Date(at).toISOString() };
    return JSON.stringify({ Type: 'Notification', Message: JSON.stringify(published) });
  };
  const pager: Pager = {
    breach: () => undefined,
    breachElsewhere: () => Promise.resolve(void way.breaches.push(now())),
    received: () => {
      way.desk?.clock.advance(1000);
      const due = (way.breaches.at(-1) ?? Infinity) + way.seconds * 1000;
      // Pages of other alarms, and of an earlier drill, are in the probe, too.
      const others = ['{"Message":"no page"}', 'no JSON', bodyAt(now() - HOUR)];
      return Promise.resolve(now() >= due && !way.isBroken ? [...others, bodyAt(due)] : []);
    },
    subscriptions: () => Promise.resolve({ confirmed: 3 - way.pending, pending: way.pending }),
    last: () => Promise.resolve(way.record),
    keep: (record) => {
      way.record = record;
      return Promise.resolve();
    },
    count: (values) => void counted.push(values),
  };
  way.desk = createDesk({ pager });
  return { way, desk: way.desk };
};

const DRILL = { command: 'drill' };

describe('drill', () => {
  test('measures from the breach to the page, and notes it', async () => {
    const { way, desk } = createWay();
    const job = await desk.do(DRILL);
    expect([job.state, job.outcome]).toEqual(['done', 'a page arrives, 13 s after the breach']);
    expect(way.record).toMatchObject({ ok: true, seconds: 13, provenAt: desk.clock.now(), confirmed: 3, pending: 0 });
    expect(way.counted).toEqual([{ DrillFailed: 0, DrillSeconds: 13 }]);
    expect(way.breaches).toHaveLength(1);
  });

  test('fails when no page arrives', async () => {
    const { way, desk } = createWay();
    way.isBroken = true;
    const job = await desk.do(DRILL);
    expect([job.state, job.outcome]).toEqual(['failed', 'no page arrived']);
    expect(way.counted).toEqual([{ DrillFailed: 1 }]);
    expect(way.record).toMatchObject({ ok: false, seconds: null });
  });

  test.each([
    ['alarm', 'keyroom-test-alerts-volume-ceiling'],
    ['state', 'OK'],
  ] as const)('takes no page of another %s for its own', async (field, value) => {
    const { way, desk } = createWay();
    way[field] = value;
    expect((await desk.do(DRILL)).state).toBe('failed');
  });

  test('fails when somebody has not confirmed their subscription, although a page arrives', async () => {
    const { way, desk } = createWay();
    way.pending = 1;
    const job = await desk.do(DRILL);
    expect([job.state, job.outcome]).toEqual(['failed', 'a page arrives, but not everybody is subscribed']);
    expect(job.steps[0]).toMatchObject({
      state: 'failed',
      detail: '1 subscription is not confirmed: nobody is told there',
    });
    expect(way.record).toMatchObject({ ok: false, seconds: 13, pending: 1 });
  });

  test('a failed one leaves the last proof as old as it is', async () => {
    const { way, desk } = createWay();
    await desk.do(DRILL);
    const proven = way.record?.provenAt;
    way.isBroken = true;
    desk.clock.advance(HOUR);
    await desk.do(DRILL);
    expect([proven, way.record?.ok, way.record?.provenAt]).toEqual([expect.any(Number), false, proven]);
  });

  test('waits until the alarm of the last one has ended, and counts that as no failure', async () => {
    const { way, desk } = createWay();
    await desk.do(DRILL);
    expect(await desk.do(DRILL)).toMatchObject({ state: 'failed', todo: 'command it again in three minutes' });
    expect([way.breaches.length, way.counted.length, way.record?.ok]).toEqual([1, 1, true]);
  });

  test('comes by the calendar, once a day however often it is called, as nobody in person', async () => {
    const { way, desk } = createWay();
    for (let i = 0; i < 2; i++) {
      await desk.drill();
      await desk.run();
    }
    expect(way.breaches).toHaveLength(1);
    const [job] = [...desk.table.items.values()].filter(({ pk }) => typeof pk === 'string' && pk.startsWith('job#'));
    expect(job).toMatchObject({ command: 'drill', caller: { role: 'keyroom', session: 'schedule' }, state: 'done' });
  });

  test('every minute says how old the last proof is, and counts from now where there is none', async () => {
    const { way, desk } = createWay();
    await desk.resume();
    expect(way.counted).toEqual([{ DrillAgeHours: 0 }]);
    desk.clock.advance(2 * HOUR - 60_000);
    await desk.resume();
    expect(way.counted.at(-1)).toEqual({ DrillAgeHours: 2 });
  });
});

describe('createPager', () => {
  const pagerOver = (answers: readonly object[]) => {
    const asked: unknown[] = [];
    const removed: string[] = [];
    const left = [...answers];
    const emitted: object[] = [];
    const pager = createPager({
      table: createFakeTable(),
      metrics: { emit: (values) => void emitted.push(values) },
      sns: {
        send: ({ input }: { input: object }) => (asked.push(input), Promise.resolve(left.shift() ?? {})),
      } as never,
      breachElsewhere: () => Promise.resolve(),
      topics: ['pages', 'tickets'],
      probe: {
        receive: () => Promise.resolve([{ id: '1', receipt: 'r1', body: 'page' }]),
        remove: ({ receipt }) => Promise.resolve(void removed.push(receipt)),
      },
    });
    return { pager, asked, removed, emitted };
  };

  test('counts the subscriptions of both topics, and those that wait for their confirmation', async () => {
    const { pager, asked } = pagerOver([
      { Attributes: { SubscriptionsConfirmed: '2', SubscriptionsPending: '1' } },
      { Attributes: { SubscriptionsConfirmed: '1', SubscriptionsPending: '0' } },
    ]);
    expect(await pager.subscriptions()).toEqual({ confirmed: 3, pending: 1 });
    expect(asked).toEqual([{ TopicArn: 'pages' }, { TopicArn: 'tickets' }]);
  });

  test('takes what it received out of the queue, and keeps what a drill came to', async () => {
    const { pager, removed, emitted } = pagerOver([]);
    expect(await pager.received()).toEqual(['page']);
    expect(removed).toEqual(['r1']);
    pager.breach();
    expect(emitted).toEqual([{ Drill: 1 }]);
    expect(await pager.last()).toBeUndefined();
    const record: DrillRecord = { at: 1, ok: true, seconds: 2, provenAt: 1, confirmed: 1, pending: 0 };
    await pager.keep(record);
    expect(await pager.last()).toEqual(record);
  });
});
