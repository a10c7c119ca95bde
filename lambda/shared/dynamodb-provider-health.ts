import type { Plain } from './aws/attribute-value.ts';
import { isAwsError } from './aws/aws-error.ts';
import type { DynamoDb } from './aws/dynamodb.ts';
import { type Clock, elapsed, mark, type Mark } from './clock.ts';
import type { AttemptEnd } from './delivery/outcome.ts';
import { LEASE_MS } from './delivery/lease.ts';
import { ledgerWrite } from './ledger-write.ts';
import type { Gate, ProviderHealth } from './provider-health.ts';

/** Failures in a row that open the breaker: fewer would open it for one bad number's sake. */
export const FAILURES_TO_OPEN = 5;
/** Failures further apart are no row: whoever counted the first may be gone before its success could end the row. */
const APART_MS = 60_000;
/** How long it stays open before somebody tries: shorter than the validity of any code. */
const OPEN_MS = 15_000;
/** How long what was read is good: the most messages that go on waiting for a provider that is back. */
const KNOWN_MS = 2000;
/** For those who lost against the one that tries. */
const WAIT_FOR_PROBE_MS = 2000;

type Item = Readonly<Record<string, Plain>>;

interface Known {
  readonly failures: number;
  /** In milliseconds since the epoch; 0 while closed. */
  readonly openUntil: number;
  readonly readAt: Mark;
}

/** {@link ProviderHealth} in one item of the ledger. */
export const createProviderHealth = (options: {
  readonly table: DynamoDb;
  readonly provider: string;
  readonly clock: Clock;
}): ProviderHealth => {
  const { table, provider, clock } = options;
  const pk = `provider#${provider}`;
  let known: Known | undefined;

  const learnt = (item: Item): Known => {
    const number = (name: string, otherwise = 0): number => (typeof item[name] === 'number' ? item[name] : otherwise);
    return (known = {
      failures: number('failures', known?.failures),
      openUntil: number('openUntil', known?.openUntil),
      readAt: mark(clock),
    });
  };
  const read = async (): Promise<Known | undefined> => {
    if (known !== undefined && elapsed(clock, known.readAt) < KNOWN_MS) return known;
    try {
      const item = await table.getItem(pk);
      known = undefined;
      return learnt(item ?? {});
    } catch (error: unknown) {
      if (!isAwsError(error)) throw error;
      return undefined;
    }
  };
  const isTroubled = (): boolean => known !== undefined && (known.failures > 0 || known.openUntil > 0);
  const gateOf = (health: Known | undefined): Gate =>
    health === undefined || health.openUntil === 0 ? CLOSED : { kind: 'open', until: health.openUntil };

  const close = async (): Promise<void> => {
    // Nothing is written where nothing is known to be wrong: that is every message of a good day.
    if (!isTroubled()) return;
    const only = { condition: 'attribute_exists(pk)', values: { ':none': 0 } };
    const closed = await ledgerWrite(() => table.updateItem(pk, 'SET failures = :none, openUntil = :none', only));
    if (closed.kind === 'written') learnt(closed.changed);
  };
  /** While it is open nothing is counted: one that tries in vain leaves it open until its own time is over. */
  const count = async (now: number): Promise<Known | undefined> => {
    const values = { ':now': now, ':apart': now - APART_MS, ':one': 1 };
    const inARow = await ledgerWrite(() =>
      table.updateItem(pk, 'SET failures = failures + :one, failedAt = :now', {
        condition: `${NOT_OPEN} AND failedAt >= :apart`,
        values,
      }),
    );
    if (inARow.kind === 'written') return learnt(inARow.changed);
    if (inARow.kind !== 'condition-failed') return undefined;
    if (Number(inARow.item?.openUntil ?? 0) > now) return learnt(inARow.item ?? {});
    const first = await ledgerWrite(() =>
      table.updateItem(pk, 'SET failures = :one, failedAt = :now', {
        condition: `${NOT_OPEN} AND (attribute_not_exists(failedAt) OR failedAt <= :apart)`,
        values,
      }),
    );
    return first.kind === 'written' ? learnt(first.changed) : undefined;
  };
  const fail = async (): Promise<void> => {
    const now = clock.now();
    const health = await count(now);
    if (health === undefined || health.openUntil > now || health.failures < FAILURES_TO_OPEN) return;
    const until = now + OPEN_MS;
    // Somebody may have got through meanwhile.
    const only = { condition: 'failures >= :enough', values: { ':enough': FAILURES_TO_OPEN, ':until': until } };
    const opened = await ledgerWrite(() => table.updateItem(pk, 'SET openUntil = :until', only));
    if (opened.kind === 'written') learnt({ openUntil: until });
  };

  return {
    look: async () => (isTroubled() ? gateOf(await read()) : CLOSED),
    admit: async () => {
      const health = await read();
      const gate = gateOf(health);
      const now = clock.now();
      if (gate.kind === 'closed' || now < gate.until) return gate;
      // The time of the one that tries ends with its lease: should it die, another one may try.
      const only = { condition: 'openUntil = :seen', values: { ':seen': gate.until, ':lease': now + LEASE_MS } };
      const won = await ledgerWrite(() => table.updateItem(pk, 'SET openUntil = :lease', only));
      if (won.kind === 'written') {
        learnt(won.changed);
        return { kind: 'closed', isProbe: true };
      }
      known = undefined;
      return { kind: 'open', until: now + WAIT_FOR_PROBE_MS };
    },
    learn: async (end, calls) => {
      if (calls === 0) return;
      if (isTrouble(end)) await fail();
      else if (isAnswer(end)) await close();
    },
  };
};

/** After its time somebody may try, and whoever else calls meanwhile counts again. */
const NOT_OPEN = '(attribute_not_exists(openUntil) OR openUntil <= :now)';

const CLOSED: Gate = { kind: 'closed' };

/** The provider was away, busy or silent. A key or an address that it refuses says nothing of its health. */
const isTrouble = ({ kind }: AttemptEnd): boolean => kind === 'unknown' || kind === 'not-sent';

const isAnswer = ({ kind }: AttemptEnd): boolean => kind === 'accepted' || kind === 'rejected';
