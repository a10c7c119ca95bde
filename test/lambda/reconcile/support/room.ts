import { PROVIDERS } from '../../../../lambda/providers/contract.ts';
import { createProvider } from '../../../../lambda/providers/registry.ts';
import { createHandler as createReader } from '../../../../lambda/read-records/handler.ts';
import type { ReconcileCommand, ReconcileReport } from '../../../../lambda/reconcile/contract.ts';
import { createHandler, type ReconcileDeps } from '../../../../lambda/reconcile/handler.ts';
import type { PricePorts } from '../../../../lambda/reconcile/refresh-prices.ts';
import type { PriceCeilings } from '../../../../lambda/shared/contract.ts';
import { createPriceListStore } from '../../../../lambda/shared/dynamodb-price-list.ts';
import { createReconcileStore } from '../../../../lambda/shared/dynamodb-reconcile.ts';
import { createMessageRecords } from '../../../../lambda/shared/ledger-messages.ts';
import type { MessageRecord } from '../../../../lambda/shared/message.ts';
import { createSentIndex } from '../../../../lambda/shared/sent-index.ts';
import type { SimulatedProviderName } from '../../../../local/simulators/start.ts';
import { createTestRoom, INVOCATION } from '../../rotate-key/support/room.ts';
import { EGRESS, simulatedHttp } from '../../rotate-key/support/simulated-http.ts';
import { createIndexedTable } from './indexed-table.ts';
import { createView } from './provider-view.ts';

/** What becomes of an attempt. */
export type Fate =
  /** Taken, and recorded. */
  | 'accepted'
  /** Taken, and the answer was lost. */
  | 'lost'
  /** Taken, and the function died: nothing was recorded, not even that. */
  | 'crashed'
  /** Not taken, and the answer was lost. */
  | 'lost-unsent';

const IDS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Below this the providers charge what no currency has: reports are rounded, balances more so. */
const PRICE_MICROS = 34_567;
const CEILING = { micros: 40_000, currency: 'EUR' } as const;

/**
 * A room and its provider, both on one clock: the real ledger, the real reader, the real handler; the provider's
 * simulator, seen through what a provider makes of time and money.
 */
export const createReconciledRoom = async (
  name: SimulatedProviderName,
  { skewMs = 0, random = () => 0.5 }: { skewMs?: number; random?: () => number } = {},
) => {
  const room = createTestRoom(name);
  room.simulator.changeAccount({ priceMicros: PRICE_MICROS, ...(name === 'd7' ? { tokenLifetimeSeconds: 1e9 } : {}) });
  await room.putCandidate();
  await room.command('import');
  const { table, forget } = createIndexedTable();
  const now = (): number => room.now() + skewMs;
  const view = createView(() => room.now());
  const reader = createReader(() => room.reading);
  const http = simulatedHttp(
    () => room.simulator,
    () => EGRESS,
  );
  const provider = createProvider(name, { http });
  const ledger = createMessageRecords(table);
  const emitted: Readonly<Record<string, number>>[] = [];
  const asked = { listings: 0, reports: 0, prices: 0 };
  const deps: ReconcileDeps = {
    provider: name,
    counting: PROVIDERS[name]!.counting!,
    pricing: null,
    clock: { now, monotonic: now },
    log: room.deps.log,
    metrics: { emit: (values) => void emitted.push(values) },
    store: createReconcileStore(table),
    sent: createSentIndex(table),
    ledger,
    listing: async (window) => {
      asked.listings++;
      return view.listing(await reader({ action: 'listing', ...window }, INVOCATION));
    },
    balance: async () => {
      const answer = await reader({ action: 'balance' }, INVOCATION);
      return answer.ok
        ? { ...answer, balance: { ...answer.balance, micros: view.balance(answer.balance.micros) } }
        : answer;
    },
    records: async (messages) => {
      asked.reports += messages.length;
      const answer = await reader({ action: 'records', messages }, INVOCATION);
      if (!answer.ok) throw new Error(answer.code);
      return view.reports(answer.answers);
    },
  };
  const changes: Partial<ReconcileDeps> = {};
  const handler = createHandler(() => ({ ...deps, ...changes }));
  const command = async (asking: ReconcileCommand): Promise<ReconcileReport> => {
    const answer = await handler(asking, INVOCATION);
    if (!answer.ok) throw new Error(answer.code);
    return answer.report;
  };
  const letters = (count: number): string =>
    Array.from({ length: count }, () => IDS[Math.floor(random() * IDS.length)]!).join('');
  let sequence = 0;

  const begin = async (fence: number, before?: MessageRecord): Promise<MessageRecord> => {
    const at = now();
    const attempt = {
      state: 'sending',
      attempt: `a${++sequence}`,
      fence,
      leaseUntil: at + 15_000,
      updatedAt: at,
    } as const;
    if (before !== undefined) {
      await ledger.change(before, attempt);
      return { ...before, ...attempt };
    }
    const id = `msg_${letters(20)}${String(sequence).padStart(6, '0')}`;
    const number = String(sequence % 90).padStart(2, '0');
    const record: MessageRecord = {
      id,
      app: 'shop',
      bodyHash: 'h',
      channel: 'sms',
      category: 'otp',
      country: 'AE',
      lastTwo: number,
      numberHash: 'n',
      from: 'Acme',
      reference: null,
      segments: 1,
      cost: name === 'd7' ? CEILING : null,
      validUntil: at + 3_600_000,
      createdAt: at,
      provider: name,
      providerMessageId: null,
      reason: null,
      versionId: null,
      settlesBy: null,
      sealed: null,
      takes: [],
      nextAttemptAt: null,
      receiptHash: null,
      dueAt: at + 60_000,
      ...attempt,
    };
    await ledger.putIntent(record);
    return record;
  };

  const call = async ({ id, fence, lastTwo }: MessageRecord): Promise<string> => {
    const key = (await room.sending.get('AWSCURRENT'))!.value;
    const content = { kind: 'text', text: 'Your code' } as const;
    const to = `+9715000000${lastTwo}`;
    const message = { id, attempt: fence, channel: 'sms', to, from: 'Acme', content, receiptUrl: null } as const;
    const outcome = await provider.send(message, key, 6000);
    if (outcome.kind !== 'accepted') throw new Error(`the simulator answered ${outcome.kind}`);
    if (name === 'd7' && random() < 0.05) view.chargeLater(room.now() + random() * 10 * 60_000, PRICE_MICROS);
    return outcome.providerMessageId;
  };

  const finish = async (record: MessageRecord, fate: Fate): Promise<MessageRecord> => {
    const providerMessageId = fate === 'lost-unsent' ? null : await call(record);
    if (fate === 'crashed') return record;
    const to =
      fate === 'accepted'
        ? ({ state: 'accepted', providerMessageId, updatedAt: now(), dueAt: null } as const)
        : ({ state: 'unknown', reason: 'timeout', updatedAt: now(), dueAt: null } as const);
    await ledger.change(record, to);
    return { ...record, ...to };
  };

  return {
    room,
    view,
    asked,
    emitted,
    /** Replaces parts of what the function is made of. */
    change: (parts: Partial<ReconcileDeps>): void => void Object.assign(changes, parts),
    deps,
    /** What compares these ceilings with the simulator's prices, asked through the real reader. */
    pricingOf: (ceilings: PriceCeilings): PricePorts => ({
      ...{ clock: deps.clock, log: deps.log, metrics: deps.metrics },
      ...{ ceilings, told: PROVIDERS[name]!.pricedChannels ?? [] },
      priceList: createPriceListStore(table),
      prices: (countries) => {
        asked.prices++;
        return reader({ action: 'prices', countries }, INVOCATION);
      },
    }),
    table,
    forget,
    now,
    advance: (ms: number): void => room.advance(ms / 1000),
    /** One message whose first attempt ends so. */
    send: async (fate: Fate = 'accepted'): Promise<MessageRecord> => finish(await begin(1), fate),
    /** One that was definitely not taken at first. @returns tries it again */
    queue: async (): Promise<() => Promise<MessageRecord>> => {
      const record = await begin(1);
      const queued = { state: 'queued', updatedAt: now(), nextAttemptAt: now(), dueAt: now() } as const;
      await ledger.change(record, queued);
      return async () => finish(await begin(2, { ...record, ...queued }), 'accepted');
    },
    /** What a thief sends, with the room's own key. @returns the ids at the provider */
    rogue: (count = 1): readonly string[] => {
      const { accepted } = room.simulator.rogue(count, EGRESS);
      if (accepted !== count) throw new Error(`of ${count} messages of a thief the simulator took ${accepted}`);
      const ids = room.simulator
        .messages()
        .slice(-count)
        .map(({ id }) => id);
      ids.forEach(view.isPrompt);
      return ids;
    },
    look: async (): Promise<ReconcileReport> => command({ action: 'look' }),
    command,
  };
};

export type ReconciledRoom = Awaited<ReturnType<typeof createReconciledRoom>>;
