import fc from 'fast-check';

import { createDesk, type Desk, keyOf } from './support/desk.ts';

const FREEZE = { command: 'freeze' };
const UNFREEZE = { command: 'unfreeze' };
const layers = (desk: Desk) => [desk.isFrozen('shop'), desk.isFrozen('desk'), desk.functions.held, desk.secret.held];
const jobsIn = (desk: Desk) => [...desk.table.items.values()].filter(({ pk }) => keyOf(pk).startsWith('job#'));
const wanted = (desk: Desk): boolean => desk.table.items.get('room#state')?.frozen === true;

/** A desk where the scheduler decides in which order calls to the outside happen. */
const scheduledDesk = (scheduler: fc.Scheduler): Desk => {
  const desk = createDesk({
    around: (operation, apply, pk) => scheduler.schedule(Promise.resolve(), `${operation} ${pk ?? ''}`).then(apply),
  });
  for (const brake of [desk.functions, desk.secret]) {
    const [stop, release] = [brake.stop.bind(brake), brake.release.bind(brake)];
    brake.stop = () => scheduler.schedule(Promise.resolve(), 'stop').then(stop);
    brake.release = () => scheduler.schedule(Promise.resolve(), 'release').then(release);
  }
  return desk;
};

describe('several people at once', () => {
  test('whatever the order, every layer ends as the last command says, and everybody is told what holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { minLength: 2, maxLength: 4 }),
        async (scheduler, commands) => {
          const desk = scheduledDesk(scheduler);
          const jobs = commands.map((frozen, i) => desk.do(frozen ? FREEZE : UNFREEZE, { session: `person-${i}` }));
          await scheduler.waitFor(Promise.all(jobs));
          const frozen = wanted(desk);
          expect(layers(desk)).toEqual([frozen, frozen, frozen, frozen]);
          for (const { state } of jobsIn(desk)) expect(['done', 'superseded']).toContain(state);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a crash', () => {
  /** Dies at the nth call to the outside, as a function does that is killed: nothing of it happens any more. */
  const crashingDesk = (at: number) => {
    let calls = 0;
    let isDead = false;
    const alive = <T>(apply: () => T | Promise<T>): Promise<T> => {
      if (isDead || ++calls === at) {
        isDead = true;
        return new Promise<T>(() => undefined);
      }
      return Promise.resolve(apply());
    };
    const desk = createDesk({ around: (_operation, apply) => alive(apply) });
    for (const brake of [desk.functions, desk.secret]) {
      const [stop, release] = [brake.stop.bind(brake), brake.release.bind(brake)];
      brake.stop = () => alive(stop);
      brake.release = () => alive(release);
    }
    const revive = () => {
      isDead = false;
      calls = -1_000_000;
    };
    return { desk, revive, died: () => isDead, begin: () => (calls = 0) };
  };

  test.each([
    ['freeze', FREEZE, true],
    ['unfreeze', UNFREEZE, false],
  ])('at any call of a run of %s is followed by another run that ends what was begun', async (_name, body, frozen) => {
    let crashes = 0;
    for (let at = 1; ; at++) {
      const { desk, revive, died, begin } = crashingDesk(at);
      begin();
      await Promise.race([desk.do(body, { key: 'k' }), new Promise((resolve) => setImmediate(resolve))]);
      await new Promise((resolve) => setImmediate(resolve));
      if (!died()) break;
      crashes++;
      revive();
      await desk.command(body, { key: 'k' });
      desk.handedOn.length = 0;
      await desk.resume();
      expect(layers(desk)).toEqual([frozen, frozen, frozen, frozen]);
      expect(jobsIn(desk).map(({ state }) => state)).toEqual(['done']);
    }
    expect(crashes).toBeGreaterThan(10);
  });

  test('of a freeze that somebody lifted meanwhile freezes nothing again', async () => {
    const desk = createDesk();
    const first = await desk.command(FREEZE, { key: 'k' });
    await desk.run();
    const item = desk.table.items.get(`job#${first.body.id}`)!;
    // As its run left it that died before its last write.
    desk.table.items.set(`job#${first.body.id}`, { ...item, state: 'running', dueAt: 0, dueShard: 'job' });
    await desk.do(UNFREEZE, { session: 'bob' });
    await desk.resume();
    expect(layers(desk)).toEqual([false, false, false, false]);
    expect((await desk.look(first.body.id)).body).toMatchObject({
      state: 'superseded',
      outcome: 'bob commanded otherwise meanwhile: the room is not frozen',
    });
  });

  test('a run that was taken over changes nothing any more', async () => {
    const desk = createDesk();
    await desk.do(FREEZE);
    const { body } = await desk.command(UNFREEZE);
    const release = desk.secret.release.bind(desk.secret);
    desk.secret.release = () => {
      // As another run's claim leaves it.
      const item = desk.table.items.get(`job#${body.id}`)!;
      desk.table.items.set(`job#${body.id}`, { ...item, fence: 7 });
      return release();
    };
    await desk.run();
    expect(desk.log).toContain('job taken by another run');
    expect((await desk.look(body.id)).body).toMatchObject({ state: 'running', steps: [] });
    expect([desk.isFrozen(), desk.functions.held]).toEqual([true, true]);
  });
});
