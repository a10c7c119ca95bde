import { randomUUID } from 'node:crypto';

import { createHandler } from '../../../lambda/rotate-key/handler.ts';
import type { Keys } from '../../../lambda/rotate-key/ports.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { type SecretVersions, SecretVersionsError } from '../../../lambda/shared/secret-versions.ts';
import { codeOf, createTestRoom, type Interference, INVOCATION, SENDING_ARN, type TestRoom } from './support/room.ts';

type Provider = 'd7' | 'infobip' | 'twilio';

/** What can be shut between the function and the world. */
interface Doors {
  provider: 'open' | 'closed';
  /** Operations that AWS denies, on every secret. */
  denied: readonly (keyof SecretVersions)[];
}

/** A disabled KMS key keeps values from being read and written; labels are no values. */
const VALUES: Doors['denied'] = ['get', 'put'];
const EVERYTHING: Doors['denied'] = ['describe', 'get', 'put', 'moveStage', 'startRotation'];

const guarded = (doors: Doors): Interference => {
  const unlessDenied =
    <T extends unknown[], R>(operation: keyof SecretVersions, call: (...input: T) => Promise<R>) =>
    (...input: T): Promise<R> =>
      doors.denied.includes(operation)
        ? Promise.reject(new SecretVersionsError(operation, 'secret-access-denied', undefined))
        : call(...input);
  return {
    secret: (secret) => ({
      describe: unlessDenied('describe', () => secret.describe()),
      get: unlessDenied('get', (...input: Parameters<SecretVersions['get']>) => secret.get(...input)),
      put: unlessDenied('put', (...input: Parameters<SecretVersions['put']>) => secret.put(...input)),
      moveStage: unlessDenied('moveStage', (...input: Parameters<SecretVersions['moveStage']>) =>
        secret.moveStage(...input),
      ),
      startRotation: unlessDenied('startRotation', (token: string) => secret.startRotation(token)),
    }),
    table: (table) => table,
    http: (http) => (request) =>
      doors.provider === 'open' ? http(request) : Promise.resolve({ kind: 'no-answer', cause: 'timeout' }),
  };
};

/** How a case goes wrong. @returns the codes seen, and what a person or time does about the cause */
type Strike = (
  room: TestRoom,
  doors: Doors,
) => Promise<{ readonly codes: readonly string[]; readonly mend?: () => unknown }>;

interface Case {
  readonly what: string;
  readonly code: string;
  readonly strike: Strike;
  /** @default - all three */
  readonly providers?: readonly Provider[];
  /** What is counted, so that somebody is told; `null` where nothing is wrong. @default 'RotationFailed' */
  readonly metric?: 'RotationFailed' | 'HealingBegun' | null;
}

const outcomeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'done', codeOf);
const refusalOf = async (room: TestRoom, action: 'rotate' | 'sweep'): Promise<string> => {
  const result = await room.command(action);
  return result.ok ? 'done' : result.code;
};
const rotated = async (room: TestRoom) => [await room.rotate()];

const CASES: readonly Case[] = [
  {
    what: 'the sending secret holds no credential of this provider',
    code: 'credential-malformed',
    metric: 'HealingBegun',
    strike: async (room) => {
      await room.sending.put(randomUUID(), new SecretValue('{"pasted":"by hand"}'), ['AWSCURRENT']);
      const swept = await refusalOf(room, 'sweep');
      return { codes: [swept, ...room.logged.map(({ fields }) => fields?.code ?? '')], mend: () => room.rotate() };
    },
  },
  {
    what: 'the managing secret holds no credential of this provider',
    code: 'credential-malformed',
    strike: async (room) => {
      await room.managing.put(randomUUID(), new SecretValue('not even JSON'), ['AWSCURRENT']);
      return {
        codes: await rotated(room),
        mend: async () => {
          await room.putCandidate();
          expect(await room.command('import')).toMatchObject({ ok: true });
        },
      };
    },
  },
  {
    what: 'the pending version is empty when it is to be finished',
    code: 'pending-version-empty',
    strike: async (room) => ({ codes: [await outcomeOf(room.step('finishSecret', room.beginRotation()))] }),
  },
  {
    what: 'the token of a step is not that of the rotation',
    code: 'version-unknown',
    strike: async (room) => {
      room.beginRotation();
      return { codes: [await outcomeOf(room.step('createSecret', randomUUID()))] };
    },
  },
  {
    what: 'a second rotation is asked for while one is under way',
    code: 'rotation-in-progress',
    metric: null,
    strike: async (room) => {
      const token = room.beginRotation();
      // The service calls a step twice, at the same moment.
      const twice = await Promise.all([1, 2].map(() => outcomeOf(room.step('createSecret', token))));
      expect(twice).toContain('done');
      return { codes: [...twice, await refusalOf(room, 'rotate')] };
    },
  },
  {
    what: 'a rotation is asked for while the old key drains',
    code: 'old-key-still-draining',
    providers: ['infobip', 'twilio'],
    strike: async (room) => {
      await room.rotate();
      return { codes: [await refusalOf(room, 'rotate'), ...(await rotated(room))] };
    },
  },
  {
    what: 'the provider makes no more keys today',
    code: 'provider-key-quota-used-up',
    providers: ['infobip'],
    strike: async (room) => {
      room.simulator.changeAccount({ keyChangesPerDay: 1 });
      return {
        codes: await rotated(room),
        mend: () => {
          room.advance(86_400);
        },
      };
    },
  },
  {
    what: 'the provider is down for an hour',
    code: 'provider-unreachable',
    strike: async (room, doors) => {
      doors.provider = 'closed';
      const codes = [await room.rotate({ tries: 5 })];
      room.advance(3600);
      return {
        codes,
        mend: () => {
          doors.provider = 'open';
        },
      };
    },
  },
  {
    what: 'the provider is down between the steps',
    code: 'provider-unreachable',
    strike: async (room, doors) => {
      const token = room.beginRotation();
      await room.step('createSecret', token);
      doors.provider = 'closed';
      const codes = [await outcomeOf(room.step('testSecret', token))];
      room.advance(3600);
      return {
        codes,
        mend: () => {
          doors.provider = 'open';
        },
      };
    },
  },
  {
    what: 'the secrets’ KMS key is disabled',
    code: 'secret-access-denied',
    strike: async (room, doors) => {
      doors.denied = VALUES;
      return {
        codes: [...(await rotated(room)), await refusalOf(room, 'sweep')],
        mend: () => {
          doors.denied = [];
        },
      };
    },
  },
  {
    what: 'the KMS key is disabled between making a key and storing it',
    code: 'secret-access-denied',
    strike: async (room, doors) => {
      doors.denied = ['put'];
      return {
        codes: await rotated(room),
        mend: () => {
          doors.denied = [];
        },
      };
    },
  },
  {
    what: 'a resource policy locks the role out',
    code: 'secret-access-denied',
    strike: async (room, doors) => {
      doors.denied = EVERYTHING;
      return {
        codes: [...(await rotated(room)), await refusalOf(room, 'sweep')],
        mend: () => {
          doors.denied = [];
        },
      };
    },
  },
  {
    what: 'the room is frozen in the middle of a rotation',
    code: 'secret-access-denied',
    strike: async (room, doors) => {
      const token = room.beginRotation();
      await room.step('createSecret', token);
      doors.denied = VALUES;
      const codes = [await outcomeOf(room.step('testSecret', token)), await refusalOf(room, 'sweep')];
      return {
        codes,
        mend: () => {
          doors.denied = [];
        },
      };
    },
  },
  {
    what: 'the provider does not allow the room’s addresses any more',
    code: 'address-refused',
    providers: ['infobip'],
    strike: async (room) => {
      const source = room.source;
      room.source = '198.51.100.7';
      return {
        codes: await rotated(room),
        mend: () => {
          room.source = source;
        },
      };
    },
  },
  {
    what: 'a deploy tests the version that a rotation has not filled yet, and another tests the filled one',
    code: 'done',
    metric: null,
    strike: async (room) => {
      const token = room.beginRotation();
      const empty = await outcomeOf(room.step('testSecret', token));
      await room.step('createSecret', token);
      return { codes: [empty, await outcomeOf(room.step('testSecret', token))] };
    },
  },
  {
    what: 'a deploy brings other addresses and channels between two steps',
    code: 'done',
    metric: null,
    strike: async (room) => {
      const token = room.beginRotation();
      await room.step('createSecret', token);
      const settings: Keys['settings'] = {
        ...room.keys.settings,
        allowedAddresses: ['203.0.113.10', '198.51.100.20'],
        channels: ['sms', 'whatsapp'],
        graceSeconds: 1800,
      };
      const deployed = createHandler({ ...room.deps, keys: { ...room.keys, settings } });
      const step = (Step: 'testSecret' | 'finishSecret') =>
        outcomeOf(deployed({ Step, SecretId: SENDING_ARN, ClientRequestToken: token }, INVOCATION));
      return { codes: [await step('testSecret'), await step('finishSecret')] };
    },
  },
];

const afterGrace = async (room: TestRoom): Promise<string> => {
  room.advance(1000);
  return refusalOf(room, 'sweep');
};

const currentIsAlive = async (room: TestRoom): Promise<boolean> => {
  const current = await room.sending.get('AWSCURRENT');
  return current !== null && (await room.keys.provider.check(current.value, ['sms'])) === 'ok';
};

const flat = CASES.flatMap((hostile) =>
  (hostile.providers ?? (['d7', 'infobip', 'twilio'] as const)).map((provider) => ({ ...hostile, provider })),
);

describe('rotate-key in a hostile world', () => {
  test.each(flat)('$provider: $what', async ({ provider, code, strike, metric = 'RotationFailed' }) => {
    const doors: Doors = { provider: 'open', denied: [] };
    const room = createTestRoom(provider, guarded(doors));
    await room.putCandidate();
    expect(await room.command('import')).toMatchObject({ ok: true });

    const { codes, mend } = await strike(room, doors);
    expect(codes).toContain(code);
    expect(codes).not.toContain('internal');
    if (metric === null) expect(room.total('RotationFailed')).toBe(0);
    else expect(room.total(metric)).toBeGreaterThan(0);
    // Something may be broken, but the key that sends is not.
    await mend?.();
    expect(await currentIsAlive(room)).toBe(true);

    // Nobody does anything about the room itself: the schedules do.
    for (let sweep = 0; sweep < 2; sweep += 1) {
      await room.command('sweep');
      room.advance(3700);
    }
    expect(await room.command('sweep')).toMatchObject({ ok: true });
    const before = room.sending.holder('AWSCURRENT');
    expect(await room.rotate({ tries: 2 })).toBe('done');
    expect(room.sending.holder('AWSCURRENT')).not.toBe(before);
    expect(await currentIsAlive(room)).toBe(true);
    expect(await afterGrace(room)).toBe('done');
    expect(room.sending.holder('KEYROOM_DRAINING')).toBeUndefined();
    const living = room.simulator.credentials().filter(({ state }) => state === 'active');
    if (room.keys.provider.strategy === 'dual-key') expect(living.length).toBe(1);
  });
});
