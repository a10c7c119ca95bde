import { isIP } from 'node:net';
import type { BoundedList } from '../bounded-list.ts';
import type { SimulatedClock } from '../clock.ts';
import type { FaultPlan } from '../faults.ts';
import { personsMessageIn } from '../inbound.ts';
import { ControlError, type ProviderReply, type SimulatedProvider } from '../provider.ts';
import { isObject } from '../settings.ts';
import type { Absence } from './absence.ts';
import { ROGUE_ADDRESS, type Egress } from './egress.ts';
import type { ReceiptSender } from './receipt-sender.ts';
import type { RequestRecord } from './request-log.ts';

/** What the test driver reaches under `/_control`. */
export interface ControlParts {
  readonly provider: SimulatedProvider;
  readonly faults: FaultPlan;
  readonly requests: BoundedList<RequestRecord>;
  readonly clock: SimulatedClock;
  readonly egress: Egress;
  readonly receipts: ReceiptSender;
  readonly absence: Absence;
}

type Handle = (parts: ControlParts, body: unknown) => unknown;

const MOST_ROGUE = 10_000;
const MOST_ABSENT_MS = 600_000;

/** Where the thief of a key is: elsewhere, unless an address is named, such as one of the room's own. */
const strangerIn = (body: unknown): string => {
  const { from = ROGUE_ADDRESS } = isObject(body) ? body : {};
  if (typeof from === 'string' && isIP(from) !== 0) return from;
  throw new ControlError('from: must be an IP address');
};

/** By method and path below `/_control`. What a handler returns is the answer's body; nothing is 204. */
const ROUTES: Readonly<Record<string, Handle>> = {
  'GET /messages': ({ provider }) => provider.messages(),
  'GET /requests': ({ requests }) => requests.entries(),
  'GET /receipts': ({ receipts }) => receipts.sent.entries(),
  'POST /receipts': ({ receipts }, body) => {
    receipts.route(body);
  },
  'POST /inbound': ({ provider, receipts }, body) => {
    receipts.give(provider.inbound(personsMessageIn(body)));
  },
  'GET /credentials': ({ provider }) => provider.credentials(),
  'GET /secrets': ({ provider }) => provider.secrets(),
  'GET /faults': ({ faults }) => faults.pending(),
  'POST /faults': ({ faults }, body) => {
    faults.add(body);
  },
  'POST /absence': ({ absence }, body) => {
    absence.leave(numberIn(body, 'ms', MOST_ABSENT_MS));
  },
  'GET /clock': ({ clock }) => ({ now: new Date(clock.now()).toISOString() }),
  'POST /clock': ({ clock }, body) => {
    clock.advance(numberIn(body, 'advanceSeconds', Number.MAX_SAFE_INTEGER));
    return { now: new Date(clock.now()).toISOString() };
  },
  'POST /rogue': ({ provider }, body) => provider.rogue(numberIn(body, 'count', MOST_ROGUE), strangerIn(body)),
  'POST /disable': ({ provider }, body) => {
    const id = isObject(body) ? body.credentialId : undefined;
    if (typeof id !== 'string') throw new ControlError('credentialId: must be text');
    provider.disable(id);
  },
  'GET /egress': ({ egress }) => ({ addresses: egress.addresses() }),
  'POST /egress': ({ egress }, body) => {
    egress.set(isObject(body) ? body.addresses : undefined);
  },
  'GET /account': ({ provider }) => provider.account(),
  'POST /account': ({ provider }, body) => {
    if (!isObject(body)) throw new ControlError('account: must be an object');
    provider.changeAccount(body);
    return provider.account();
  },
  'POST /reset': ({ provider, faults, requests, clock, receipts }, body) => {
    provider.reset();
    faults.clear();
    requests.clear();
    receipts.sent.clear();
    clock.reset();
    if (isObject(body)) provider.changeAccount(body);
  },
};

/**
 * Answers the test driver.
 *
 * @param path below `/_control`.
 */
export function handleControl(method: string, path: string, body: unknown, parts: ControlParts): ProviderReply {
  const handle = ROUTES[`${method} ${path}`];
  if (!handle) return { status: 404, body: { error: `no ${method} ${path}`, known: Object.keys(ROUTES) } };
  try {
    const answer = handle(parts, body);
    return answer === undefined ? { status: 204, body: undefined } : { status: 200, body: answer };
  } catch (error) {
    if (error instanceof ControlError) return { status: 400, body: { error: error.message } };
    throw error;
  }
}

function numberIn(body: unknown, name: string, most: number): number {
  const value = isObject(body) ? body[name] : undefined;
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  throw new ControlError(`${name}: must be a number from 0 to ${String(most)}`);
}
