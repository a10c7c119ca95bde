import { realDependencies } from '../../../lambda/rotate-key/dependencies.ts';
import { rotationProblemOf, RotationError } from '../../../lambda/rotate-key/errors.ts';
import { ROTATION_PROBLEMS } from '../../../lambda/rotate-key/rotation-problems.ts';
import { createHandler } from '../../../lambda/rotate-key/handler.ts';
import type { RoomCommand, RotationEvent } from '../../../lambda/rotate-key/contract.ts';
import { createTestRoom, INVOCATION, SENDING_ARN } from './support/room.ts';

const NAME = { room: 'otp', environment: 'test' };

const ENVIRONMENT = {
  KEYROOM_ENVIRONMENT: 'test',
  KEYROOM_ROOM: 'otp',
  KEYROOM_PROVIDER: 'infobip',
  LEDGER_TABLE: 'ledger',
  SENDING_SECRET_ARN: SENDING_ARN,
  MANAGING_SECRET_ARN: `${SENDING_ARN}-m`,
  INBOX_SECRET_ARN: `${SENDING_ARN}-i`,
  ALSO_ALLOWED_ADDRESSES: '203.0.113.11,203.0.113.20',
  KEYROOM_SIBLING_ROOMS: 'notices, alerts',
  EGRESS_ADDRESSES: '203.0.113.10, 203.0.113.11',
  KEYROOM_CHANNELS: 'sms,whatsapp',
  KEY_GRACE_SECONDS: '900',
  ROTATION_DAYS: '0.25',
  AWS_REGION: 'eu-central-1',
};

describe('the handler of rotate-key', () => {
  test('fails when the step is none of the four, and makes nothing', async () => {
    const room = createTestRoom('infobip');
    const handler = createHandler(room.deps);
    const event = { Step: 'dropSecret', SecretId: SENDING_ARN, ClientRequestToken: 'x' } as unknown as RotationEvent;
    await expect(handler(event, INVOCATION)).rejects.toMatchObject({ code: 'configuration' });
  });

  test.each([['drop'], ['toString'], [undefined]])('fails when the action is %s', async (action) => {
    const room = createTestRoom('infobip');
    const handler = createHandler(room.deps);
    expect(await handler({ action } as unknown as RoomCommand, INVOCATION)).toMatchObject({
      ok: false,
      code: 'configuration',
    });
  });

  test('never logs the rotation token', async () => {
    const room = createTestRoom('infobip');
    const handler = createHandler(room.deps);
    const event = {
      Step: 'createSecret',
      SecretId: SENDING_ARN,
      ClientRequestToken: 'x',
      RotationToken: 'canary-4711',
    };
    await handler(event as RotationEvent, INVOCATION).catch(() => undefined);
    expect(room.logged.length).toBe(1);
    expect(JSON.stringify(room.logged)).not.toContain('canary-4711');
  });

  test('a room without keys has nothing to sweep, and cannot import', async () => {
    const handler = createHandler({ ...createTestRoom('infobip').deps, keys: null });
    expect(await handler({ action: 'sweep' }, INVOCATION)).toMatchObject({ ok: true, credentials: [] });
    expect(await handler({ action: 'import' }, INVOCATION)).toMatchObject({ ok: false, code: 'provider-has-no-key' });
  });
});

describe('realDependencies', () => {
  test('reads the whole environment', () => {
    const { keys, sendingSecretArn } = realDependencies(ENVIRONMENT);
    expect(sendingSecretArn).toBe(SENDING_ARN);
    expect(keys?.settings).toMatchObject({
      namePrefix: 'keyroom-test-otp-',
      siblingPrefixes: ['keyroom-test-notices-', 'keyroom-test-alerts-'],
      addressesInUse: ['203.0.113.10', '203.0.113.11'],
      allowedAddresses: ['203.0.113.10', '203.0.113.11', '203.0.113.20'],
      channels: ['sms', 'whatsapp'],
      graceSeconds: 900,
      rotationDays: 0.25,
    });
  });

  test('a sandbox room needs no secrets', () => {
    const { KEYROOM_ROOM, KEYROOM_ENVIRONMENT } = ENVIRONMENT;
    expect(realDependencies({ KEYROOM_ROOM, KEYROOM_ENVIRONMENT, KEYROOM_PROVIDER: 'sandbox' }).keys).toBeNull();
  });

  test.each([
    ['SENDING_SECRET_ARN', ''],
    ['KEY_GRACE_SECONDS', '-1'],
    ['ROTATION_DAYS', '0'],
    ['KEYROOM_CHANNELS', 'sms,fax'],
  ])('fails when %s is "%s", and names it', (name, value) => {
    expect(() => realDependencies({ ...ENVIRONMENT, [name]: value })).toThrow(name);
  });
});

describe('rotationProblemOf', () => {
  test.each(Object.keys(ROTATION_PROBLEMS) as (keyof typeof ROTATION_PROBLEMS)[])(
    '%s says what to do in a sentence',
    (code) => {
      expect(rotationProblemOf(new RotationError(code), NAME).fix).toMatch(/^[A-Z].+[.]$/);
    },
  );

  test('shows nothing of a foreign error', () => {
    const problem = rotationProblemOf(Object.assign(new Error('canary-4711'), { code: 'candidate-missing' }), NAME);
    expect(problem.code).toBe('internal');
    expect(JSON.stringify(problem)).not.toContain('canary-4711');
  });

  test('names the room in the commands it proposes', () => {
    const { fix } = rotationProblemOf(new RotationError('room-has-no-key'), { room: 'alerts', environment: 'staging' });
    expect(fix).toBe('Run `keyroom import-key alerts -e staging`.');
  });

  test.each(Object.keys(ROTATION_PROBLEMS) as (keyof typeof ROTATION_PROBLEMS)[])(
    '%s names the room and the environment in every command',
    (code) => {
      const { fix } = rotationProblemOf(new RotationError(code), NAME);
      const commands = fix.match(/`keyroom [^`]*`/g) ?? [];
      expect(commands.filter((command) => !command.endsWith(' otp -e test`'))).toEqual([]);
    },
  );
});
