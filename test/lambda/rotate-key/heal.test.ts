import { DRAINING_STAGE } from '../../../lambda/shared/contract.ts';
import { SecretVersionsError } from '../../../lambda/shared/secret-versions.ts';
import { createTestRoom, type Interference, type TestRoom } from './support/room.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const imported = async (...options: Parameters<typeof createTestRoom>): Promise<TestRoom> => {
  const room = createTestRoom(...options);
  await room.putCandidate();
  expect(await room.command('import')).toMatchObject({ ok: true });
  return room;
};

const current = (room: TestRoom): string => room.sending.holder('AWSCURRENT')!;
const pending = (room: TestRoom): string | undefined => room.sending.holder('AWSPENDING');
const verdictOn = async (room: TestRoom, stage = 'AWSCURRENT') =>
  room.keys.provider.check((await room.sending.get(stage))!.value, ['sms']);
const reasons = (room: TestRoom) => room.logged.flatMap(({ fields }) => fields?.reason ?? []);

/** What a person does in the provider's console. */
const kill = async (room: TestRoom, stage = 'AWSCURRENT'): Promise<void> => {
  const { value } = (await room.sending.get(stage))!;
  room.simulator.disable(room.keys.provider.keyIdOf(value)!);
};

/** The provider's answers to sending keys, for as long as `during` holds. */
const answering = (status: number, body: string, during: () => boolean): Interference => ({
  secret: (secret) => secret,
  table: (table) => table,
  http: (http) => (request) =>
    during() && String(request.url).endsWith('/preview')
      ? Promise.resolve({ kind: 'response', status, headers: {}, body })
      : http(request),
});

describe('an alarm on refused keys', () => {
  test.each(['infobip', 'twilio'] as const)('%s: replaces a key that was ended at the provider', async (provider) => {
    const room = await imported(provider);
    const dead = current(room);
    await kill(room);
    expect(await room.alarm()).toBe('done');
    expect([pending(room) === undefined, room.total('HealingBegun')]).toEqual([false, 1]);
    expect(await room.rotate()).toBe('done');
    expect([current(room) === dead, await verdictOn(room)]).toEqual([false, 'ok']);
    room.advance(1000);
    await room.command('sweep');
    expect(room.total('KeyProvedDead')).toBe(1);
    expect(room.simulator.credentials().filter(({ state }) => state === 'active').length).toBe(1);
  });

  test('d7: mints a token in place of one that has ended', async () => {
    const room = await imported('d7');
    room.advance(DAY + 1);
    expect(await verdictOn(room)).toBe('refused');
    expect(await room.alarm()).toBe('done');
    expect(await room.rotate()).toBe('done');
    expect(await verdictOn(room)).toBe('ok');
  });

  test.each(['infobip', 'd7'] as const)('%s: changes nothing when the provider takes the key', async (provider) => {
    const room = await imported(provider);
    const before = JSON.stringify([...room.table.items]);
    expect(await room.alarm()).toBe('done');
    expect([pending(room), room.total('HealingBegun')]).toEqual([undefined, 0]);
    expect(JSON.stringify([...room.table.items])).toBe(before);
  });

  test('changes nothing in a room without a key', async () => {
    const room = createTestRoom('infobip');
    expect([await room.alarm(), pending(room)]).toEqual(['done', undefined]);
  });

  test('believes a refusal only when it is repeated: a new key reaches one server after the other', async () => {
    const room = await imported('infobip');
    room.simulator.changeAccount({ propagationSeconds: 3 });
    await room.rotate();
    const fresh = current(room);
    room.simulator.changeAccount({ propagationSeconds: 0 });
    let refusals = 2;
    const check = room.keys.provider.check.bind(room.keys.provider);
    Object.assign(room.keys.provider, {
      check: (...input: Parameters<typeof check>) =>
        refusals-- > 0 ? Promise.resolve('refused' as const) : check(...input),
    });
    expect(await room.alarm()).toBe('done');
    expect([current(room), pending(room), room.total('HealingBegun')]).toEqual([fresh, undefined, 0]);
  });

  test.each([
    ['our address is refused', 403, 'API key must not be used from IP address 198.51.100.7.', 'address-refused', false],
    ['the key lacks the right to send', 403, 'Forbidden', 'key-lacks-scope', false],
    ['the provider gives no verdict', 500, '', 'provider-unreachable', true],
  ] as const)('replaces nothing when %s, and says so', async (_, status, body, code, isRepeated) => {
    let isWrong = false;
    const room = await imported(
      'infobip',
      answering(status, body, () => isWrong),
    );
    isWrong = true;
    expect(await room.alarm()).toBe(isRepeated ? code : 'done');
    expect(reasons(room)).toContain(code);
    expect([pending(room), room.total('HealingBegun'), room.total('RotationFailed')]).toEqual([undefined, 0, 1]);
  });

  test('leaves a rotation that is under way to finish', async () => {
    const room = await imported('infobip');
    await kill(room);
    room.sending.beginRotation('0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d');
    expect(await room.alarm()).toBe('done');
    expect([pending(room), room.total('HealingBegun')]).toEqual(['0b8f0a56-6c0a-4a5e-9f3e-0d6a1a2b3c4d', 0]);
    expect(await room.rotate()).toBe('done');
    expect(await verdictOn(room)).toBe('ok');
  });

  test('of two at once begins one rotation', async () => {
    const room = await imported('infobip');
    const begun: string[] = [];
    room.sending.onRotate = (token) => void begun.push(token);
    await kill(room);
    await Promise.all([room.alarm(), room.alarm(), room.command('sweep')]);
    expect([begun.length, room.total('HealingBegun')]).toEqual([1, 1]);
  });

  test('fails by name in a frozen room, and changes nothing', async () => {
    let isFrozen = false;
    const room = await imported('infobip', {
      http: (http) => http,
      table: (table) => table,
      secret: (secret) => ({
        ...secret,
        get: (...input) =>
          isFrozen
            ? Promise.reject(new SecretVersionsError('GetSecretValue', 'secret-access-denied', undefined))
            : secret.get(...input),
      }),
    });
    await kill(room);
    isFrozen = true;
    expect(await room.alarm()).toBe('done');
    expect(reasons(room)).toEqual(['secret-access-denied']);
    expect([pending(room), room.total('HealingBegun')]).toEqual([undefined, 0]);
  });

  test.each([
    ['rotation is off', 'rotation-not-enabled', (room: TestRoom) => void (room.sending.rotationEnabled = false)],
    [
      'there is no managing credential',
      'room-has-no-key',
      (room: TestRoom) => void Object.assign(room.keys.managing, { get: () => Promise.resolve(null) }),
    ],
  ])('fails by name when %s, and changes nothing', async (_, code, prepare) => {
    const room = await imported('infobip');
    await kill(room);
    prepare(room);
    await room.alarm();
    expect(reasons(room)).toEqual([code]);
    expect([pending(room), room.total('HealingBegun')]).toEqual([undefined, 0]);
  });
});

describe('a refused key while the one before it drains', () => {
  test('goes back to the old key where it works, retires the dead one at once, and begins a rotation', async () => {
    const room = await imported('infobip');
    const old = current(room);
    await room.rotate();
    const dead = current(room);
    await kill(room);
    expect(await room.alarm()).toBe('done');
    expect([current(room), await verdictOn(room)]).toEqual([old, 'ok']);
    expect(room.sending.holder(DRAINING_STAGE)).toBeUndefined();
    expect(room.total('KeyProvedDead')).toBe(1);
    expect(await room.rotate()).toBe('done');
    expect([[old, dead].includes(current(room)), await verdictOn(room)]).toEqual([false, 'ok']);
    expect([room.sending.holder(DRAINING_STAGE), await verdictOn(room, DRAINING_STAGE)]).toEqual([old, 'ok']);
    room.advance(1000);
    await room.command('sweep');
    expect(room.total('KeyProvedDead')).toBe(2);
    expect(room.simulator.credentials().filter(({ state }) => state === 'active').length).toBe(1);
  });

  test('retires the old key where it is dead, too: its label does not keep the room from healing', async () => {
    const room = await imported('twilio');
    await room.rotate();
    await kill(room);
    await kill(room, DRAINING_STAGE);
    expect(await room.alarm()).toBe('done');
    expect(room.total('KeyProvedDead')).toBe(1);
    expect(await room.rotate()).toBe('done');
    expect(await verdictOn(room)).toBe('ok');
  });

  test('fails while the dead key cannot be proved dead, sends with the old one, and heals in the end', async () => {
    const room = await imported('infobip');
    const old = current(room);
    await room.rotate();
    await kill(room);
    let isStubborn = true;
    const check = room.keys.provider.check.bind(room.keys.provider);
    let asked = 0;
    // Refused while it is current; back from the dead when its death is to be proved.
    Object.assign(room.keys.provider, {
      check: async (...input: Parameters<typeof check>) => {
        const verdict = await check(...input);
        asked += 1;
        return isStubborn && verdict === 'refused' && current(room) === old ? 'unreachable' : verdict;
      },
    });
    expect(await room.alarm()).toBe('old-key-still-draining');
    expect([current(room), pending(room)]).toEqual([old, undefined]);
    isStubborn = false;
    await room.command('sweep');
    expect([asked > 0, room.total('KeyProvedDead')]).toEqual([true, 1]);
    expect([await room.rotate(), await verdictOn(room)]).toEqual(['done', 'ok']);
  });

  test('fails when nobody knows whether the old key works, and changes nothing', async () => {
    let verdicts: string[] = [];
    const room = await imported('infobip');
    await room.rotate();
    await kill(room);
    const dead = current(room);
    const check = room.keys.provider.check.bind(room.keys.provider);
    Object.assign(room.keys.provider, {
      check: async (...input: Parameters<typeof check>) => {
        const verdict = await check(...input);
        verdicts = [...verdicts, verdict];
        return verdict === 'ok' ? 'unreachable' : verdict;
      },
    });
    expect(await room.alarm()).toBe('provider-unreachable');
    expect(verdicts.at(-1)).toBe('ok');
    expect([current(room), pending(room), room.total('HealingBegun')]).toEqual([dead, undefined, 0]);
  });

  test('a D7 token stands in nobody’s way', async () => {
    const room = await imported('d7');
    await room.rotate();
    room.advance(DAY + 1);
    expect(await room.alarm()).toBe('done');
    expect([await room.rotate(), await verdictOn(room)]).toEqual(['done', 'ok']);
  });
});

describe('a provider that refuses each new key, too', () => {
  /** Ends the current key, lets the alarm go off, and finishes the rotation, if one began. */
  const round = async (room: TestRoom): Promise<string> => {
    await kill(room);
    const outcome = await room.alarm();
    if (outcome === 'done') expect(await room.rotate()).toBe('done');
    return outcome;
  };

  test('gets at most one new key a minute, three an hour and twelve a day', async () => {
    const room = await imported('infobip');
    const outcomes: string[] = [];
    const begun = () => room.total('HealingBegun');
    await round(room);
    expect([await round(room), begun()]).toEqual(['heal-limit-reached', 1]);
    for (let minute = 1; minute <= 10; minute += 1) {
      room.advance(MINUTE);
      outcomes.push(await round(room));
    }
    expect([begun(), outcomes.at(-1)]).toEqual([3, 'heal-limit-reached']);
    for (let hour = 1; hour <= 10; hour += 1) {
      room.advance(HOUR);
      for (let attempt = 0; attempt < 4; attempt += 1) {
        await round(room);
        room.advance(MINUTE);
      }
    }
    expect(begun()).toBe(12);
    room.advance(DAY);
    expect([await round(room), begun()]).toEqual(['done', 13]);
  });

  test('may still be asked by a person', async () => {
    const room = await imported('infobip');
    await round(room);
    room.advance(1000);
    await room.command('sweep');
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await round(room);
      room.advance(MINUTE);
    }
    expect(await round(room)).toBe('heal-limit-reached');
    await room.command('sweep');
    room.advance(1000);
    await room.command('sweep');
    expect(await room.command('rotate')).toMatchObject({ ok: true });
  });
});

describe('sweep', () => {
  test('replaces a refused key without an alarm', async () => {
    const room = await imported('infobip');
    await kill(room);
    expect(await room.command('sweep')).toMatchObject({
      ok: true,
      steps: ['The provider refuses the current key; a rotation has begun.'],
    });
    expect([await room.rotate(), await verdictOn(room)]).toEqual(['done', 'ok']);
  });

  test('fails when our address is refused, after everything else was done', async () => {
    let isWrong = false;
    const room = await imported(
      'infobip',
      answering(403, 'API key must not be used from IP address 198.51.100.7.', () => isWrong),
    );
    isWrong = true;
    expect(await room.command('sweep')).toMatchObject({ ok: false, code: 'address-refused' });
    expect(room.emitted.some((values) => 'KeyAgeHours' in values)).toBe(true);
  });
});
