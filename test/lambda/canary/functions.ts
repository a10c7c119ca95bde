import { createHandler as createAppKeys } from '../../../lambda/app-keys/handler.ts';
import { createPorts as appKeysPorts } from '../../../lambda/app-keys/real-ports.ts';
import { createDeps as auditDeps, createHandler as createAudit } from '../../../lambda/audit/handler.ts';
import { createHandler as createAuthorizer } from '../../../lambda/authorize-key/handler.ts';
import { createDeps as authorizerDeps } from '../../../lambda/authorize-key/real-ports.ts';
import { createHandler as createIncident } from '../../../lambda/incident/handler.ts';
import { createPorts as incidentPorts } from '../../../lambda/incident/real-ports.ts';
import { createHandler as createInbound } from '../../../lambda/inbound/handler.ts';
import { createPorts as inboundPorts } from '../../../lambda/inbound/real-ports.ts';
import { createHandler as createList } from '../../../lambda/list-messages/handler.ts';
import { createDeps as listDeps } from '../../../lambda/list-messages/real-ports.ts';
import { createHandler as createNotify } from '../../../lambda/notify/handler.ts';
import { createPorts as notifyPorts } from '../../../lambda/notify/real-ports.ts';
import {
  createHandler as createPublisher,
  createPorts as publisherPorts,
} from '../../../lambda/publish-events/handler.ts';
import { createDeps as queryDeps, createHandler as createQuery } from '../../../lambda/query/handler.ts';
import { createDeps as registryDeps, createHandler as createRegistry } from '../../../lambda/register-apps/handler.ts';
import { createHandler as createRetry } from '../../../lambda/retry/handler.ts';
import { createPorts as retryPorts } from '../../../lambda/retry/real-ports.ts';
import {
  createHandler as createReadRecords,
  createPorts as readRecordsPorts,
} from '../../../lambda/read-records/handler.ts';
import { createHandler as createReceipt } from '../../../lambda/receipt/handler.ts';
import { createPorts as receiptPorts } from '../../../lambda/receipt/real-ports.ts';
import { createHandler as createRedrive, createPorts as redrivePorts } from '../../../lambda/redrive/handler.ts';
import { createHandler as createRecipients } from '../../../lambda/recipients/handler.ts';
import { createPorts as recipientsPorts } from '../../../lambda/recipients/real-ports.ts';
import { realDependencies } from '../../../lambda/rotate-key/dependencies.ts';
import { createHandler as createRotateKey } from '../../../lambda/rotate-key/handler.ts';
import { createHandler as createSend } from '../../../lambda/send/handler.ts';
import { createPorts as sendPorts } from '../../../lambda/send/real-ports.ts';
import type { Clock } from '../../../lambda/shared/clock.ts';
import type { Environment } from '../../../lambda/shared/environment.ts';
import type { HttpCall } from '../../../lambda/shared/http.ts';
import { createDeps as reconcileDeps, createHandler as createReconcile } from '../../../lambda/reconcile/handler.ts';
import { createDeps as statusDeps, createHandler as createStatus } from '../../../lambda/status/handler.ts';
import { createHandler as createSweep, createPorts as sweepPorts } from '../../../lambda/sweep-ledger/handler.ts';
import { createHandler as createWatch, createPorts as watchPorts } from '../../../lambda/watch/handler.ts';
import { createHandler as createWitness, createPorts as witnessPorts } from '../../../lambda/witness/handler.ts';
import type { FunctionName } from '../../../lib/constructs/function-code.ts';
import * as events from './events.ts';
import {
  auditRequest,
  inbound,
  keyDoorRequest,
  listRequest,
  queryRequest,
  receipt,
  sendRequest,
  statusRequest,
} from './requests.ts';
import type { CanaryRoom } from './room.ts';
import { overTransport } from './sdk.ts';

/** A function as it is deployed, over the room's transport. */
export type Started = (event: unknown, context: unknown) => Promise<unknown>;

interface Fuzzed {
  readonly start: (room: CanaryRoom) => Started;
  /** What it may be triggered with, as the room is now. */
  readonly event: (room: CanaryRoom) => unknown;
  /** Fields of the answer that are meant to hold what nothing else may. @default - none */
  readonly promised?: readonly string[];
}

/** Events are of any kind on purpose, so they have no type. */
type Handler = (event: never, context: never) => Promise<unknown>;

/** What is made once, at the first event, as in a started function. */
const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

const over = <P>(
  createHandler: (ports: () => P) => Handler,
  createPorts: (environment: Environment, http: HttpCall, clock: Clock) => P,
  event: Fuzzed['event'],
  promised: Fuzzed['promised'] = [],
): Fuzzed => ({
  start: ({ environment, http, clock }) => createHandler(once(() => createPorts(environment, http, clock))) as Started,
  event,
  promised,
});

/** Every function, by its name. */
export type Functions = Readonly<Record<FunctionName, Fuzzed>>;

/**
 * Every function of a room. A new one is one line here: how its handler and its ports are made, and what triggers it.
 *
 * A test fails while a folder under `lambda/` with a handler is missing.
 */
export const FUZZED: Functions = {
  'app-keys': over(createAppKeys, appKeysPorts, events.appKeyCommand, ['key']),
  audit: over(createAudit, auditDeps, auditRequest),
  'authorize-key': over(createAuthorizer, authorizerDeps, keyDoorRequest),
  incident: over(
    createIncident,
    (environment, http, clock) => incidentPorts(environment, http, clock, overTransport(http)),
    events.incidentEvent,
  ),
  inbound: over(createInbound, inboundPorts, inbound),
  'list-messages': over(createList, listDeps, listRequest),
  notify: over(
    createNotify,
    (environment, http, clock) => notifyPorts(environment, http, clock, overTransport(http)),
    events.alarmChange,
  ),
  'publish-events': over(createPublisher, publisherPorts, events.ledgerChanges),
  query: over(createQuery, queryDeps, queryRequest),
  'read-records': over(
    createReadRecords,
    (environment, http, clock) => readRecordsPorts(environment, http, clock, overTransport(http)),
    events.readCommand,
    // What the provider's records say of a message is for the room's own functions alone.
    ['to'],
  ),
  receipt: over(createReceipt, receiptPorts, receipt),
  reconcile: over(
    createReconcile,
    (environment, http, clock) => reconcileDeps(environment, http, clock, overTransport(http)),
    events.reconcileCommand,
  ),
  recipients: over(createRecipients, recipientsPorts, events.recipientCommand),
  redrive: over(createRedrive, redrivePorts, events.redriveCommand),
  'register-apps': {
    start: (room) =>
      createRegistry(
        once(() => {
          const deps = registryDeps(room.environment, room.http, room.clock);
          return { ...deps, answer: events.deploymentAnswer(room, deps.answer) };
        }),
      ) as Started,
    event: events.deployment,
  },
  retry: over(createRetry, retryPorts, events.appointments),
  'rotate-key': {
    start: ({ environment, http, clock }) =>
      createRotateKey(realDependencies(environment, { http, clock, secretsManager: overTransport(http) })) as Started,
    event: events.rotation,
    // What the provider's records say of a message is for the sweep alone.
    promised: ['to'],
  },
  send: over(createSend, sendPorts, sendRequest),
  status: over(
    createStatus,
    (environment, http, clock) => statusDeps(environment, http, clock, overTransport(http)),
    statusRequest,
  ),
  'sweep-ledger': over(
    createSweep,
    (environment, http, clock) => sweepPorts(environment, http, clock, overTransport(http)),
    () => ({}),
  ),
  watch: over(
    createWatch,
    (environment, http, clock) => watchPorts(environment, http, clock, overTransport(http)),
    () => ({ action: 'look' }),
  ),
  witness: over(createWitness, witnessPorts, events.watchedEvent),
};
