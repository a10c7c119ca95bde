import { createHandler as createAuthorizer, type KeyDoorEvent } from '../../../lambda/authorize-key/handler.ts';
import { createUseNotes } from '../../../lambda/authorize-key/note-use.ts';
import type { AppKeyCommand, AppKeyResult } from '../../../lambda/app-keys/contract.ts';
import { createHandler as createIssuer } from '../../../lambda/app-keys/handler.ts';
import { newAppKey } from '../../../lambda/shared/app-key.ts';
import type { AppKeyPolicy, RoomPolicy } from '../../../lambda/shared/contract.ts';
import { createAppKeyLedger } from '../../../lambda/shared/dynamodb-app-keys.ts';
import { createKeyedHash, type KeyedHash } from '../../../lambda/shared/keyed-hash.ts';
import type { LogFields } from '../../../lambda/shared/log.ts';
import type { MetricName } from '../../../lambda/shared/metrics.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { createFakeClock } from './fake-clock.ts';
import { type Around, createFakeTable } from './fake-table.ts';
import { APP, ROOM } from './room.ts';

export const DAY_MS = 24 * 3_600_000;

export const KEYS: AppKeyPolicy = {
  kind: 'test',
  scopes: ['messages:send', 'messages:read'],
  allowedNetworks: [],
  expireAfterDays: 90,
};

/** A room with an app that has keys; what they may do can be changed as a deployment does. */
export const keyedPolicy = (keys: Partial<AppKeyPolicy> = {}): RoomPolicy => ({
  ...ROOM,
  apps: { ...ROOM.apps, website: { ...APP, principal: null, keys: { ...KEYS, ...keys } } },
});

/** The key door and the function that issues keys, over one table in memory. */
export const createKeyedRoom = (around?: Around) => {
  const clock = createFakeClock();
  const table = createFakeTable(around);
  const ledger = createAppKeyLedger(table);
  const logged: { event: string; fields: LogFields | undefined }[] = [];
  const emitted: Partial<Record<MetricName, number>>[] = [];
  const note = (event: string, fields?: LogFields): void => void logged.push({ event, fields });
  const log = { info: note, warn: note, error: note };
  const metrics = { emit: (values: Partial<Record<MetricName, number>>) => void emitted.push(values) };
  const state: { policy: RoomPolicy; hashes: KeyedHash | undefined } = {
    policy: keyedPolicy(),
    hashes: createKeyedHash(new SecretValue('pepper')),
  };
  const hashes = () => Promise.resolve(state.hashes);
  const noteUse = createUseNotes(ledger, clock);
  const authorize = createAuthorizer(() => ({
    room: state.policy,
    keys: ledger,
    clock,
    hashes,
    noteUse,
    metrics,
    log,
  }));
  const issuer = createIssuer(() => ({
    room: state.policy,
    ledger,
    clock,
    hashes,
    newKey: newAppKey,
    metrics,
    log,
  }));
  const command = (asked: AppKeyCommand): Promise<AppKeyResult> => issuer(asked, { awsRequestId: 'request-2' });
  return {
    clock,
    table,
    ledger,
    state,
    logged,
    emitted,
    command,
    /** Issues a key. @throws Error with the code where there is none */
    issue: async (wanted: Partial<AppKeyCommand> = {}) => {
      const result = await command({ action: 'issue', app: 'website', ...wanted });
      if (!result.ok) throw new Error(result.code);
      return { key: result.key!, id: result.keys[0]!.id };
    },
    /** What the authorizer answers: `Allow`, or what the caller reads. */
    ask: async (key: string | undefined, changes: Partial<KeyDoorEvent> & { from?: string } = {}) => {
      const { from = '198.51.100.7', headers = {}, ...rest } = changes;
      const answer = await authorize({
        methodArn: 'arn:aws:execute-api:eu-central-1:111111111111:api/keyed/POST/v1/messages',
        resource: '/v1/messages',
        httpMethod: 'POST',
        headers: { ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }), ...headers },
        multiValueHeaders: null,
        requestContext: { requestId: 'request-1', identity: { sourceIp: from } },
        ...rest,
      } as KeyDoorEvent);
      const [statement] = answer.policyDocument.Statement as { Effect: string; Resource: string }[];
      return { effect: statement!.Effect, resource: statement!.Resource, context: answer.context, answer };
    },
  };
};

export type KeyedRoom = ReturnType<typeof createKeyedRoom>;
