import { LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';

import { PROVIDERS } from '../providers/contract.ts';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createAskBalance, createAskListing, createAskPrices, createAskRecords } from '../shared/aws/lambda-records.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createDynamoDbLedger } from '../shared/dynamodb-ledger.ts';
import { createPriceListStore } from '../shared/dynamodb-price-list.ts';
import { createReconcileStore } from '../shared/dynamodb-reconcile.ts';
import { type Environment, required } from '../shared/environment.ts';
import { ConfigurationError, KeyroomError } from '../shared/errors.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog, describeError } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { readRoomPolicy } from '../shared/room-policy.ts';
import { createSentIndex } from '../shared/sent-index.ts';
import { adopt } from './adopt.ts';
import { priceReport } from './compare-prices.ts';
import { countingOf } from './counting.ts';
import { ENV, type ReconcileCommand, type ReconcileResult } from './contract.ts';
import { LookFailedError } from './errors.ts';
import type { ReconcilePorts } from './ports.ts';
import { reconcile } from './reconcile.ts';
import { type PricePorts, refreshPrices } from './refresh-prices.ts';
import { reportOf } from './report.ts';

/** What the handler is made of. */
export interface ReconcileDeps extends ReconcilePorts {
  /** The provider's name, for the report. */
  readonly provider: string;
  /** The room's price ceilings and the provider's prices; `null` where the room has no ceilings. */
  readonly pricing: PricePorts | null;
}

/**
 * Looks whether the provider has more than the room sent: the one thing that a thief of the key cannot avoid.
 *
 * Triggered by a schedule, every five minutes, and by the operator's CLI. A repeated or overlapping look is harmless: it
 * compares the same again, counts no message twice, and of two that overlap one writes. A failed look is logged and
 * counted as age; the next one goes on from where the last success ended.
 *
 * 1. Tell a look, a report and a change of what is expected apart.
 * 2. Do it; once a day a look also reads the provider's prices.
 * 3. Answer with what the comparisons came to.
 */
export const createHandler = (deps: () => ReconcileDeps) =>
  guarded(
    async (
      command: ReconcileCommand,
      { awsRequestId: requestId }: { awsRequestId: string },
    ): Promise<ReconcileResult> => {
      const { store, clock, log, counting, provider, pricing } = deps();
      const { action } = command;
      try {
        if (action === 'look') {
          await reconcile(deps());
          if (pricing !== null) await refreshPrices(pricing);
        }
        if (action === 'adopt') await change(deps(), command.until);
        const prices = pricing && priceReport(pricing.ceilings, await pricing.priceList.read(), pricing.told);
        return { ok: true, action, report: reportOf(await store.read(), provider, counting, clock.now(), prices) };
      } catch (error: unknown) {
        log.error('not reconciled', { requestId, action, ...describeError(error) });
        // The schedule's answer is read by nobody: the failure has to be seen.
        if (action === 'look') throw new LookFailedError();
        const known = error instanceof KeyroomError;
        return {
          ok: false,
          action,
          code: known ? error.code : 'internal',
          message: known ? error.message : 'it failed',
          fix: known
            ? 'change what the message says, and repeat the command'
            : "read the function's log, and repeat the command",
          retryable: !known || error.retryable,
        };
      }
    },
  );

/** A look may write at the same moment; then the change is made on what it left. */
const MOST_TRIES = 3;

const change = async ({ store, clock }: ReconcileDeps, until: string | null): Promise<void> => {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = await store.read();
    if (await store.write(adopt(before, until, clock.now()), before)) return;
  }
  throw new ConfigurationError('somebody else changed the same at the same time; try again');
};

/** The function that asks has 120 s; one question, as the next look asks again. */
const ASKING = { maxAttempts: 1, requestHandler: { connectionTimeout: 3000, requestTimeout: 125_000 } };

const realDeps = (environment: Environment = process.env): (() => ReconcileDeps) => {
  let deps: ReconcileDeps | undefined;
  return () => (deps ??= createDeps(environment, createHttp(), systemClock));
};

/** The dependencies over a given transport and clock. @param asking settings of the client that asks for the provider's records */
export const createDeps = (
  environment: Environment,
  http: HttpCall,
  clock: Clock,
  asking: LambdaClientConfig = ASKING,
): ReconcileDeps => {
  const provider = required(environment, ENV.provider);
  const { pricedChannels: told = [] } = PROVIDERS[provider] ?? {};
  const aws = { environment, http, clock, tableName: required(environment, ENV.ledgerTable) };
  const table = createDynamoDb(aws);
  const client = new LambdaClient(asking);
  const reader = required(environment, ENV.readRecordsFunction);
  const common = {
    clock,
    log: createLog('reconcile'),
    metrics: createMetrics({ room: required(environment, ENV.room), clock }),
  };
  const { prices: ceilings } = readRoomPolicy(environment);
  const pricing = { told, priceList: createPriceListStore(table), prices: createAskPrices(client, reader) };
  return {
    ...common,
    provider,
    counting: countingOf(provider, environment),
    pricing: ceilings && { ...common, ...pricing, ceilings },
    store: createReconcileStore(table),
    sent: createSentIndex(table),
    ledger: createDynamoDbLedger(table),
    listing: createAskListing(client, reader),
    balance: createAskBalance(client, reader),
    records: createAskRecords(client, reader),
  };
};

export const handler = createHandler(realDeps());
