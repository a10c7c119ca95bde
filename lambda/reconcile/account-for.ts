import { MOST_SOUGHT } from '../shared/records-command.ts';
import type { SentMessage } from '../shared/sent-index.ts';
import type { Accounted } from './compare-balance.ts';
import type { ReconcilePorts } from './ports.ts';

/** Reports read in one look: some five calls a second for most of a minute. */
const MOST_ASKED = 240;
/** After so long a cost that is still not known is allowed for at the room's own estimate. */
const PATIENCE_MS = 3 * 3_600_000;

/** What one message cost. `later`: the provider does not say yet. `nothing`: it was never taken. */
type Cost = { readonly micros: number } | { readonly atMost: number | null } | 'nothing' | 'later';

/**
 * What our own messages of a time cost, by the provider's own reports.
 *
 * In order, until the first whose cost is not known yet: `until` says how far it went.
 */
export const accountFor = async (ports: ReconcilePorts, from: number, until: number): Promise<Accounted> => {
  const sent = await ports.sent.between(from, until);
  const asked = sent.slice(0, MOST_ASKED);
  const costs: Cost[] = [];
  for (let i = 0; i < asked.length; i += MOST_SOUGHT) {
    costs.push(...(await costsOf(ports, asked.slice(i, i + MOST_SOUGHT))));
    if (costs.includes('later')) break;
  }
  const undone = sent[costs.includes('later') ? costs.indexOf('later') : costs.length];
  // Of messages sent in one millisecond all are accounted for, or none.
  const done = sent.filter(({ sentAt }) => undone === undefined || sentAt < undone.sentAt);
  return done.reduce<Accounted>(
    (sum, { sentAt }, i) => {
      const cost = costs[i];
      if (cost === undefined || typeof cost === 'string') return sum;
      if ('micros' in cost) return { ...sum, micros: sum.micros + cost.micros, messages: sum.messages + 1 };
      return cost.atMost === null ? { ...sum, unpricedAt: sentAt } : { ...sum, allowance: sum.allowance + cost.atMost };
    },
    { until: undone?.sentAt ?? until, micros: 0, messages: 0, allowance: 0, unpricedAt: null },
  );
};

const costsOf = async ({ records, clock }: ReconcilePorts, sent: readonly SentMessage[]): Promise<readonly Cost[]> => {
  const reported = sent.filter(({ providerMessageId }) => providerMessageId !== null);
  const answers = reported.length === 0 ? [] : await records(reported.map(soughtOf));
  const answerOf = new Map(reported.map(({ id }, i) => [id, answers[i]]));
  return sent.map((message): Cost => {
    const atMost = { atMost: message.cost?.micros ?? null };
    if (message.providerMessageId === null) return MAY_BE_SENT.includes(message.state) ? atMost : 'nothing';
    const answer = answerOf.get(message.id);
    if (answer?.kind === 'found' && answer.record.price !== null) return { micros: answer.record.price.micros };
    // WhatsApp's report tells no cost, however often it is read.
    if (answer?.kind === 'found' && answer.record.state.final) return atMost;
    return clock.now() - message.sentAt > PATIENCE_MS ? atMost : 'later';
  });
};

const MAY_BE_SENT: readonly SentMessage['state'][] = ['unknown', 'sending'];

const soughtOf = ({ id, fence, channel, sentAt, providerMessageId }: SentMessage) => ({
  id,
  attempt: fence,
  channel,
  to: null,
  from: '',
  sentAt,
  providerMessageId,
});
