import { METRICS } from '../../../lambda/shared/contract.ts';
import { appKey } from '../../../lambda/shared/ledger-units.ts';
import { look } from '../../../lambda/watch/look.ts';
import { createDesk, type Sent } from './support/desk.ts';

/** What pages (`lib/constructs/volume-alarms.ts`). */
const PAGES = 30;

const minutesUntilPage = async (
  desk: ReturnType<typeof createDesk>,
  sent: Sent,
  most: number,
): Promise<number | null> => {
  for (let i = 1; i <= most; i++) {
    await desk.minute(sent);
    if (desk.excess() > PAGES) return i;
  }
  return null;
};

describe('look', () => {
  test('a flood pages within minutes where the usual is known', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    await desk.minute({ home: 20 });
    expect(await minutesUntilPage(desk, { home: 200 }, 10)).toBeLessThanOrEqual(4);
    expect(desk.warnings).toContainEqual(expect.objectContaining({ app: 'shop', reason: 'messages' }));
  });

  test('in its first week a room has no usual, and the watch says nothing', async () => {
    const desk = createDesk();
    await desk.minute({ home: 20 });
    expect(await minutesUntilPage(desk, { home: 2000 }, 30)).toBeNull();
    expect(new Set(desk.values('volumeExcess'))).toEqual(new Set([0]));
  });

  test('after one week it has', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 }, 1);
    await desk.minute({ home: 20 });
    expect(await minutesUntilPage(desk, { home: 200 }, 10)).not.toBeNull();
  });

  test('what is a little too much pages when it lasts', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    const minutes = await minutesUntilPage(desk, { home: 45 }, 59);
    expect(minutes).toBeGreaterThan(10);
  });

  test('a usual hour, and a busy one, page nobody', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    expect(await minutesUntilPage(desk, { home: 20 }, 30)).toBeNull();
    expect(await minutesUntilPage(desk, { home: 25 }, 30)).toBeNull();
  });

  test('a quiet room does not flap: a handful of messages is no flood, however unusual', async () => {
    const desk = createDesk();
    await desk.teach({});
    expect(await minutesUntilPage(desk, { home: 7 }, 59)).toBeNull();
    expect(desk.values('volumeExcess').every((excess) => excess === 0)).toBe(true);
  });

  test('a single burst pages nobody, and is forgotten', async () => {
    const desk = createDesk();
    await desk.teach({ home: 2 });
    await desk.minute({});
    await desk.minute({ home: 400 });
    expect(desk.excess()).toBeLessThan(PAGES);
    for (let i = 0; i < 10; i++) await desk.minute({ home: 2 });
    expect(desk.excess()).toBe(0);
  });

  test('a flood, however large, pages with its third minute', async () => {
    const desk = createDesk();
    await desk.teach({ home: 2 });
    await desk.minute({});
    expect(await minutesUntilPage(desk, { home: 10_000 }, 5)).toBe(3);
  });

  test('messages abroad are a flow of their own: where few are usual, few more are a flood', async () => {
    const desk = createDesk();
    await desk.teach({ home: 200 });
    await desk.minute({ home: 200 });
    expect(await minutesUntilPage(desk, { home: 180, abroad: 20 }, 20)).not.toBeNull();
    expect(desk.warnings.at(-1)).toMatchObject({ reason: 'abroad' });
  });

  test('the alarm ends soon after the flood', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    for (let i = 0; i < 30; i++) await desk.minute({ home: 1000 });
    for (let i = 0; i < 25; i++) await desk.minute({ home: 20 });
    expect(desk.excess()).toBeLessThan(PAGES);
  });

  test('minutes that nobody looked at count, each with its share', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    await desk.minute({ home: 20 });
    desk.clock.advance(4 * 60_000);
    await desk.minute({ home: 100 });
    expect(desk.excess()).toBe(0);
    expect(desk.values('watchAgeSeconds').at(-1)).toBe(300);
  });

  test('after a long pause it begins anew, as nobody knows when the messages were sent', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    await desk.minute({ home: 20 });
    desk.clock.advance(20 * 60_000);
    await desk.minute({ home: 100_000 });
    expect(desk.excess()).toBe(0);
  });

  test('what was given back, and a new day, are no negative messages', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    await desk.minute({ home: 50 });
    await desk.minute({ home: -30 });
    expect(desk.excess()).toBe(0);
    // 12 hours on: the window of the day has rolled over.
    for (let i = 0; i < 12 * 60; i += 15) {
      desk.clock.advance(14 * 60_000);
      await desk.minute({ home: 300 });
    }
    expect(desk.excess()).toBe(0);
  });

  test('an app that is not registered is no failure', async () => {
    const desk = createDesk();
    await desk.minute({ home: 1 });
    desk.table.items.delete(appKey('shop'));
    expect(await look({ ...desk.ports, clock: { ...desk.clock, now: () => desk.clock.now() + 60_000 } })).toBe(
      'looked',
    );
  });

  test('a second look within half a minute does nothing', async () => {
    const desk = createDesk();
    await desk.minute({ home: 5 });
    const emitted = desk.lines.length;
    expect(await look(desk.ports)).toBe('too-soon');
    expect(desk.lines).toHaveLength(emitted);
  });

  test('of two looks that overlap one counts', async () => {
    const desk = createDesk();
    await desk.minute({});
    desk.clock.advance(60_000);
    const [one, other] = await Promise.all([look(desk.ports), look(desk.ports)]);
    expect([one, other].sort()).toEqual(['looked', 'overtaken']);
    expect(desk.values('volumeExcess')).toHaveLength(2);
  });
});

describe('what the watch learns', () => {
  test('an hour that is over, from its own counts', async () => {
    const desk = createDesk();
    for (let i = 0; i < 61; i++) await desk.minute({ home: 30, abroad: 3 });
    const hour = Math.floor((desk.clock.now() - 3_600_000) / 3_600_000) % 168;
    const [week] = await desk.memory.weeksOf(hour);
    // 2 √(33 + 3/8)
    expect(week!.shop!.messages.level).toBeCloseTo(11.55, 1);
    expect(week!.shop!.abroad.level).toBeCloseTo(3.67, 1);
  });

  test('four weeks of each hour, and a repetition changes nothing', async () => {
    const { memory } = createDesk();
    const past = (hour: number) => ({
      shop: { messages: { hour, level: hour, spread: 1 }, abroad: { hour, level: 0, spread: 1 } },
    });
    for (const week of [0, 1, 2, 3, 4, 4]) await memory.learn(week * 168 + 5, past(week * 168 + 5));
    const hours = (await memory.weeksOf(5)).map(({ shop }) => shop!.messages.hour);
    expect(hours).toEqual([173, 341, 509, 677]);
  });

  test('what is announced is not learnt, nor does it page', async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    desk.announce({
      app: 'shop',
      messagesPerMinute: 500,
      from: '2026-11-24T12:00:00.000Z',
      until: '2026-11-24T13:00:00.000Z',
    });
    await desk.minute({ home: 20 });
    expect(await minutesUntilPage(desk, { home: 520 }, 50)).toBeNull();
    for (let i = 0; i < 10; i++) await desk.minute({ home: 20 });
    const weeks = await desk.memory.weeksOf(Math.floor(Date.parse('2026-11-24T12:30:00Z') / 3_600_000) % 168);
    expect(weeks.at(-1)!.shop!.messages.level).toBeCloseTo(2 * Math.sqrt(20 + 3 / 8), 0);
  });

  test("another app's campaign excuses nobody", async () => {
    const desk = createDesk();
    await desk.teach({ home: 20 });
    desk.announce({
      app: 'desk',
      messagesPerMinute: 500,
      from: '2026-11-24T12:00:00.000Z',
      until: '2026-11-24T13:00:00.000Z',
    });
    await desk.minute({ home: 20 });
    expect(await minutesUntilPage(desk, { home: 520 }, 20)).not.toBeNull();
  });
});

describe('announced messages', () => {
  test('are told ten seconds by ten seconds, each once, from the beginning to the end of the campaign', async () => {
    const desk = createDesk();
    desk.announce({
      app: 'shop',
      messagesPerMinute: 600,
      from: '2026-11-24T12:05:00.000Z',
      until: '2026-11-24T12:09:00.000Z',
    });
    for (let i = 0; i < 12; i++) await desk.minute({});
    const told = desk.lines.filter((line) => (line[METRICS.names.announced] ?? 0) > 0);
    const moments = told.map(({ _aws }) => _aws.Timestamp);
    expect(new Set(moments).size).toBe(moments.length);
    expect(told).toHaveLength(4 * 6);
    expect([Math.min(...moments), Math.max(...moments)]).toEqual([
      Date.parse('2026-11-24T12:05:00Z'),
      Date.parse('2026-11-24T12:08:50Z'),
    ]);
    expect(told.every((line) => line[METRICS.names.announced] === 100)).toBe(true);
  });

  test('are told from four minutes on at the latest, of a campaign that begins at once', async () => {
    const desk = createDesk();
    await desk.minute({});
    const at = desk.clock.now();
    desk.announce({
      app: 'shop',
      messagesPerMinute: 600,
      from: new Date(at).toISOString(),
      until: '2026-11-24T13:00:00.000Z',
    });
    for (let i = 0; i < 5; i++) await desk.minute({});
    const told = desk.lines.filter((line) => (line[METRICS.names.announced] ?? 0) > 0);
    const first = Math.min(...told.map(({ _aws }) => _aws.Timestamp)) - at;
    expect(first).toBeGreaterThan(2 * 60_000);
    expect(first).toBeLessThan(4 * 60_000);
  });

  test('are nothing where nobody announced any, so that the metric is there', async () => {
    const desk = createDesk();
    await desk.minute({ home: 5 });
    expect(desk.values('announced')).toEqual([0]);
  });
});
