import { APPROVER, createDesk, ON_CALL, keyOf } from './support/desk.ts';

const FREEZE = { command: 'freeze' };

describe('the operator door', () => {
  test('a command that is repeated is the same job, however late: it undoes nothing', async () => {
    const desk = createDesk();
    const key = 'once';
    const first = await desk.command(FREEZE, { key });
    await desk.run();
    await desk.do({ command: 'unfreeze' });
    const again = await desk.command(FREEZE, { key });
    await desk.run();
    expect([again.status, again.headers['Idempotent-Replayed'], again.body.id]).toEqual([200, 'true', first.body.id]);
    expect([desk.isFrozen(), desk.functions.held, desk.secret.held]).toEqual([false, false, false]);
  });

  test("one person's key is not another's, and another command under one key is refused", async () => {
    const desk = createDesk();
    const ids = await Promise.all(
      ['ann', 'bob'].map(async (session) => (await desk.command(FREEZE, { key: 'same', session })).body.id),
    );
    expect(new Set(ids).size).toBe(2);
    const other = await desk.command({ ...FREEZE, arguments: { app: 'shop' } }, { key: 'same' });
    expect([other.status, other.body.type]).toEqual([422, 'urn:keyroom:problem:idempotency-key-reused']);
  });

  test.each<[string, object, Record<string, string>]>([
    ['no command', {}, { field: 'command', allowed: expect.stringContaining('freeze') as string }],
    ['an unknown command', { command: 'toString' }, { field: 'command' }],
    ['an unknown field', { ...FREEZE, force: true }, { field: 'body' }],
    ['an unknown argument', { ...FREEZE, arguments: { room: 'x' } }, { field: 'arguments' }],
    ['an unknown app', { ...FREEZE, arguments: { app: 'shp' } }, { field: 'arguments.app', allowed: 'shop, desk' }],
    ['a country that nobody sends to', { ...FREEZE, arguments: { country: 'FR' } }, { allowed: 'AE, SA' }],
    ['two scopes', { ...FREEZE, arguments: { app: 'shop', country: 'AE' } }, { field: 'arguments.country' }],
    ['arguments that are no texts', { ...FREEZE, arguments: { app: 1 } }, { field: 'arguments' }],
    ['a phone number for a reason', { ...FREEZE, reason: '971500000001' }, { field: 'reason' }],
    ['a text for a reason', { ...FREEZE, reason: 'because of them' }, { field: 'reason' }],
  ])('refuses %s and does nothing', async (_what, body, problem) => {
    const desk = createDesk();
    const answer = await desk.command(body);
    expect([answer.status, answer.body]).toEqual([400, expect.objectContaining(problem)]);
    expect([desk.handedOn, [...desk.table.items.keys()]]).toEqual([[], ['app#shop', 'app#desk']]);
  });

  test('refuses whoever is not on call, and a browser, whatever the gateway let through', async () => {
    const desk = createDesk();
    expect((await desk.command(FREEZE, { role: 'administrator' })).status).toBe(403);
    expect((await desk.command(FREEZE, { role: APPROVER })).status).toBe(403);
    expect((await desk.command(FREEZE, { key: '' })).body.type).toBe('urn:keyroom:problem:idempotency-key-missing');
    expect(desk.handedOn).toEqual([]);
  });

  test('a job that nobody commanded is not found', async () => {
    const desk = createDesk();
    for (const id of [`job_${'0'.repeat(26)}`, 'app#shop']) expect((await desk.look(id)).status).toBe(404);
  });

  test('every step that changed something is an action with who and when, and never with a number', async () => {
    const desk = createDesk();
    await desk.do({ ...FREEZE, reason: 'INC-1' });
    const actions = [...desk.table.items.values()].filter(({ pk }) => keyOf(pk).startsWith('action#'));
    const told = actions.map(({ command, step, reason, caller }) => [command, step, reason, caller]);
    expect(told.sort()).toEqual(
      ['flags of the apps', 'functions that send', 'tag on the secret'].map((step) => [
        'freeze',
        step,
        'INC-1',
        { role: `111111111111:${ON_CALL}`, session: 'ann' },
      ]),
    );
  });

  test('a rotation is asked of the function that keeps the keys, and its refusal is told', async () => {
    const desk = createDesk();
    expect(await desk.do({ command: 'rotate' })).toMatchObject({ state: 'done' });
    desk.answers.push({
      ok: false,
      code: 'rotation-in-progress',
      message: 'one is under way',
      fix: 'wait',
      retryable: false,
    });
    expect(await desk.do({ command: 'rotate' })).toMatchObject({
      state: 'failed',
      outcome: 'one is under way',
      todo: 'wait',
    });
    expect(desk.asked).toEqual([{ action: 'rotate' }, { action: 'rotate' }]);
  });
});

describe('a second person', () => {
  const setUp = async () => {
    const desk = createDesk({ approver: true });
    await desk.do(FREEZE);
    const waiting = await desk.do({ command: 'unfreeze' });
    const approve = (session: string, role = APPROVER) =>
      desk.command({ command: 'approve', arguments: { job: waiting.id } }, { session, role });
    return { desk, waiting, approve };
  };

  test('has to agree before a room is unfrozen', async () => {
    const { desk, waiting, approve } = await setUp();
    expect(waiting).toMatchObject({ state: 'waiting', todo: expect.stringContaining(waiting.id) as string });
    await desk.resume();
    expect([desk.isFrozen(), desk.functions.held, desk.secret.held]).toEqual([true, true, true]);
    await approve('bob');
    await desk.run();
    await desk.run();
    expect((await desk.look(waiting.id)).body).toMatchObject({
      state: 'done',
      approvedBy: { session: 'bob' },
      todo: null,
    });
    expect(desk.isFrozen()).toBe(false);
  });

  test('is not the first one under another role, and not somebody who is on call', async () => {
    const { desk, waiting, approve } = await setUp();
    const own = await approve('ann');
    await desk.run();
    expect((await desk.look(own.body.id)).body).toMatchObject({ state: 'failed' });
    expect((await approve('bob', ON_CALL)).status).toBe(403);
    expect((await desk.look(waiting.id)).body.state).toBe('waiting');
  });

  test('is not needed to freeze, nor for an app or a country', async () => {
    const desk = createDesk({ approver: true });
    for (const args of [{ app: 'shop' }, { country: 'AE' }]) {
      await desk.do({ ...FREEZE, arguments: args });
      expect(await desk.do({ command: 'unfreeze', arguments: args })).toMatchObject({ state: 'done' });
    }
  });
});
