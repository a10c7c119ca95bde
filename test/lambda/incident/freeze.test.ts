import { createDesk, type Desk, keyOf } from './support/desk.ts';

const FREEZE = { command: 'freeze' };
const UNFREEZE = { command: 'unfreeze' };
const layers = (desk: Desk) => [desk.isFrozen('shop'), desk.isFrozen('desk'), desk.functions.held, desk.secret.held];

describe('freezing a room', () => {
  test('answers at once with a job, and the run sets all three layers and says what it verified', async () => {
    const desk = createDesk();
    const { status, body } = await desk.command({ ...FREEZE, reason: 'INC-4711' });
    expect([status, body.state, desk.handedOn]).toEqual([202, 'running', [body.id]]);
    await desk.run();
    expect(layers(desk)).toEqual([true, true, true, true]);
    expect((await desk.look(body.id)).body).toMatchObject({
      state: 'done',
      reason: 'INC-4711',
      caller: { role: '111111111111:keyroom-test-alerts-on-call', session: 'ann' },
      outcome: 'the room is frozen: all 3 layers hold',
    });
    const steps = (await desk.look(body.id)).body.steps.map(({ name, state, detail }) => [name, state, detail]);
    expect(steps.sort()).toEqual([
      ['flags of the apps', 'done', 'no message of shop, desk is admitted any more'],
      ['functions that send', 'done', 'it holds'],
      ['tag on the secret', 'done', 'it holds'],
    ]);
  });

  test('a sandbox room has two layers, as it has no secret', async () => {
    const desk = createDesk({ sandbox: true });
    expect(await desk.do(FREEZE)).toMatchObject({ state: 'done', outcome: 'the room is frozen: all 2 layers hold' });
  });

  test.each<[string, (desk: Desk) => void, unknown[], string]>([
    ['flags', () => undefined, [false, false, true, true], 'flags of the apps'],
    ['functions', (desk) => (desk.functions.broken = 3), [true, true, false, true], 'functions that send'],
    ['secret', (desk) => (desk.secret.broken = 3), [true, true, true, false], 'tag on the secret'],
  ])('a layer that fails (%s) is told, the others hold, and it is tried again', async (which, breakIt, held, name) => {
    let broken = which === 'flags';
    const desk = createDesk({
      around: (operation, apply, pk) =>
        broken && operation === 'update' && pk?.startsWith('app#')
          ? Promise.reject(new Error('broken'))
          : Promise.resolve(apply()),
    });
    breakIt(desk);
    const job = await desk.do(FREEZE);
    expect(layers(desk)).toEqual(held);
    expect(job).toMatchObject({ state: 'running', outcome: `2 of 3 layers hold; tried again: ${name}` });
    expect(job.steps.find((step) => step.name === name)).toMatchObject({ state: 'failed' });
    broken = false;
    await desk.resume();
    expect(layers(desk)).toEqual([true, true, true, true]);
    expect((await desk.look(job.id)).body).toMatchObject({ state: 'done' });
  });

  test('two layers that fail leave the third to hold', async () => {
    const desk = createDesk();
    desk.functions.broken = 100;
    desk.secret.broken = 100;
    expect(await desk.do(FREEZE)).toMatchObject({ outcome: expect.stringMatching(/^1 of 3 layers/) as string });
    expect(layers(desk)).toEqual([true, true, false, false]);
  });

  test('a ledger that cannot be written keeps the other two brakes from nothing', async () => {
    const desk = createDesk({ around: () => Promise.reject(new Error('no ledger')) });
    const { status, body } = await desk.command(FREEZE);
    expect([status, body.state, desk.functions.held, desk.secret.held]).toEqual([202, 'running', true, true]);
    expect(body.outcome).toBe('2 of 3 layers hold; tried again: flags of the apps');
    expect((await createDesk({ around: () => Promise.reject(new Error('no')) }).command(UNFREEZE)).status).toBe(500);
  });

  test('where no other invocation can be had, the work is done before the answer', async () => {
    const desk = createDesk({ elsewhere: false });
    expect((await desk.command(FREEZE)).body).toMatchObject({ state: 'done' });
    expect(layers(desk)).toEqual([true, true, true, true]);
  });
});

describe('unfreezing a room', () => {
  test('releases every layer, the flags last', async () => {
    const desk = createDesk();
    await desk.do(FREEZE);
    const job = await desk.do(UNFREEZE);
    expect(job.steps.map(({ name }) => name)).toEqual([
      'tag on the secret',
      'functions that send',
      'flags of the apps',
    ]);
    expect(layers(desk)).toEqual([false, false, false, false]);
  });

  test('stops where a layer stays: nothing is let in that could not get through, and the room is still frozen', async () => {
    const desk = createDesk();
    await desk.do(FREEZE);
    desk.functions.broken = 3;
    const job = await desk.do(UNFREEZE);
    expect(job).toMatchObject({ state: 'running', outcome: 'the room stays frozen; tried again: functions that send' });
    expect(layers(desk)).toEqual([true, true, true, false]);
    await desk.resume();
    expect(layers(desk)).toEqual([false, false, false, false]);
  });

  test('an app that was frozen by itself stays frozen, and one by the room alone does not', async () => {
    const desk = createDesk();
    await desk.do({ ...FREEZE, arguments: { app: 'shop' } });
    await desk.do(FREEZE);
    const job = await desk.do(UNFREEZE);
    expect([desk.isFrozen('shop'), desk.isFrozen('desk')]).toEqual([true, false]);
    expect(job.steps.at(-1)?.detail).toBe('messages are admitted again; still frozen, each by itself: shop');
    await desk.do({ ...UNFREEZE, arguments: { app: 'shop' } });
    expect(desk.isFrozen('shop')).toBe(false);
  });

  test('a flag that somebody set by hand is lifted for the app by its name only', async () => {
    const desk = createDesk();
    desk.table.items.set('app#shop', { pk: 'app#shop', frozen: true });
    await desk.do(UNFREEZE);
    expect(desk.isFrozen('shop')).toBe(true);
    await desk.do({ ...UNFREEZE, arguments: { app: 'shop' } });
    expect(desk.isFrozen('shop')).toBe(false);
  });
});

describe('freezing a part', () => {
  test('an app alone: the others go on', async () => {
    const desk = createDesk();
    const job = await desk.do({ ...FREEZE, arguments: { app: 'shop' } });
    expect(job).toMatchObject({ state: 'done', outcome: 'the app shop is frozen; everything else goes on' });
    expect(layers(desk)).toEqual([true, false, false, false]);
  });

  test('an app that is unfrozen in a frozen room stays frozen, and the job says so', async () => {
    const desk = createDesk();
    await desk.do({ ...FREEZE, arguments: { app: 'shop' } });
    await desk.do(FREEZE);
    const job = await desk.do({ ...UNFREEZE, arguments: { app: 'shop' } });
    expect(job.outcome).toBe('the app shop stays frozen while the room is');
    await desk.do(UNFREEZE);
    expect(desk.isFrozen('shop')).toBe(false);
  });

  test('a country for all apps, and for those that come later', async () => {
    const desk = createDesk();
    await desk.do({ ...FREEZE, arguments: { country: 'SA' } });
    expect(['app#shop', 'app#desk', 'room#state'].map((pk) => desk.table.items.get(pk)?.['frozen-SA'])).toEqual([
      true,
      true,
      true,
    ]);
    expect(layers(desk)).toEqual([false, false, false, false]);
    await desk.do({ ...UNFREEZE, arguments: { country: 'SA' } });
    expect(
      JSON.stringify([...desk.table.items.values()].filter(({ pk }) => !/^(job|action)#/.test(keyOf(pk)))),
    ).not.toContain('frozen-SA');
  });

  test('a ledger that does not answer is told, and the flag is set later', async () => {
    let broken = true;
    const desk = createDesk({
      around: (operation, apply, pk) =>
        broken && operation === 'update' && pk === 'app#shop'
          ? Promise.reject(new Error('broken'))
          : Promise.resolve(apply()),
    });
    const job = await desk.do({ ...FREEZE, arguments: { app: 'shop' } });
    expect(job).toMatchObject({ state: 'running', outcome: expect.stringContaining('does not answer') as string });
    broken = false;
    await desk.resume();
    expect(desk.isFrozen('shop')).toBe(true);
  });
});
