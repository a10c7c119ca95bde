import type { SNSClient } from '@aws-sdk/client-sns';
import type { Plain } from '../shared/aws/attribute-value.ts';
import type { DynamoDb } from '../shared/aws/dynamodb.ts';
import { readSubscriptions } from '../shared/aws/sns-pager.ts';
import { METRICS } from '../shared/contract.ts';
import type { DeadLetters } from '../shared/dead-letters.ts';
import { drillIn, drillKey } from '../shared/drill.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Pager } from './ports.ts';

/** What the way of a page consists of. */
export interface PagerOptions {
  readonly table: Pick<DynamoDb, 'getItem' | 'putItem'>;
  readonly metrics: Metrics;
  readonly sns: Pick<SNSClient, 'send'>;
  /** Has the function invoked with `breach`. */
  readonly breachElsewhere: () => Promise<void>;
  /** ARNs of the topics of pages and tickets. */
  readonly topics: readonly string[];
  /** The queue that is subscribed to pages, for drills alone. */
  readonly probe: Pick<DeadLetters, 'receive' | 'remove'>;
}

/** {@link Pager} over AWS. */
export const createPager = ({ table, metrics, sns, topics, probe, breachElsewhere }: PagerOptions): Pager => ({
  breachElsewhere,
  breach: () => metrics.emit({ [METRICS.names.drill]: 1 }),
  received: async () => {
    const letters = await probe.receive();
    // A page that stays would be taken for one of the next drill.
    await Promise.all(letters.map((letter) => probe.remove(letter)));
    return letters.map(({ body }) => body);
  },
  subscriptions: async () => {
    const counts = await Promise.all(topics.map((topic) => readSubscriptions(sns, topic)));
    const sum = (of: (count: (typeof counts)[number]) => number): number =>
      counts.reduce((all, each) => all + of(each), 0);
    return { confirmed: sum(({ confirmed }) => confirmed), pending: sum(({ pending }) => pending) };
  },
  last: async () => drillIn(await table.getItem(drillKey)),
  keep: async (record) => {
    await table.putItem({ pk: drillKey, record: record as unknown as Plain });
  },
  count: (values) => metrics.emit(values),
});
