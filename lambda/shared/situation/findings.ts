import { iso } from '../clock.ts';
import type { Fact, Finding, Spend, Standing } from './contract.ts';
import { valueOf } from './fact.ts';
import type { Facts } from './facts.ts';
import { isUnusual } from './flow.ts';
import { surplusNow } from './surplus.ts';

/** A cap that goes within so long is worth a look before it is gone. */
const SOON_SECONDS = 3600;

/** Everything that is wrong or worth knowing, the most urgent first. */
export const findingsOf = (facts: Facts, standing: Fact<Standing>, spend: Fact<Spend>): readonly Finding[] => {
  const found = [
    ...(valueOf(facts.alarms) ?? []).map(({ severity, summary, since, runbook }): Finding => ({
      severity,
      what: summary,
      since: iso(since),
      runbook,
    })),
    ...ofSurplus(facts),
    ...about(valueOf(standing), ofStanding),
    ...about(valueOf(spend), ofSpend),
    ...about(valueOf(facts.waiting), ({ deadMessages, deadEvents }) => [
      ...(deadMessages > 0 ? [wrong(`messages that were set aside: ${deadMessages} (keyroom redrive)`)] : []),
      ...(deadEvents > 0 ? [wrong(`events that were not told to those who listen: ${deadEvents}`)] : []),
    ]),
    ...about(valueOf(facts.pager), ({ confirmed, pending, chats }) => [
      ...(confirmed === 0 ? [wrong(chats === 0 ? NOBODY : CHATS_ALONE)] : []),
      ...((confirmed > 0 || chats > 0) && pending > 0
        ? [wrong(`subscriptions to pages that are not confirmed: ${pending}`)]
        : []),
    ]),
    ...about(valueOf(facts.drill), (drill) =>
      drill === null || drill.ok
        ? []
        : [{ ...wrong('the last drill failed: a page did not come'), since: iso(drill.at) }],
    ),
    ...about(valueOf(facts.counts), ({ room }) =>
      isUnusual(room) ? [{ ...wrong('more is sent than usual at this hour'), severity: 'note' as const }] : [],
    ),
  ];
  return ORDER.flatMap((severity) => found.filter((finding) => finding.severity === severity));
};

const NOBODY =
  'nobody is known to get a page: no subscription is confirmed, and no alarm has found a chat or pager to tell (keyroom import-subscribers)';
const CHATS_ALONE =
  'pages reach chats and pagers alone, through one function: name somebody in onCall.pages, whom the alarm reaches without it';

const ORDER = ['page', 'ticket', 'note'] as const;

const wrong = (what: string): Finding => ({ severity: 'ticket', what, since: null, runbook: null });

/** `undefined` is what nobody knows: nothing is said of it here. */
const about = <T>(value: T | undefined, say: (value: T) => readonly Finding[]): readonly Finding[] =>
  value === undefined ? [] : say(value);

/** One that is open is a verdict, not a finding. */
const ofSurplus = (facts: Facts): readonly Finding[] => {
  const surplus = surplusNow(facts);
  if (surplus === null || surplus.state === 'open') return [];
  const { state, since, replacedAt } = surplus;
  const had = 'the provider had what the room did not send';
  const now =
    state === 'ended'
      ? `that ended when the key was replaced, ${iso(replacedAt)}`
      : `the key was replaced, ${iso(replacedAt)}, and some of it may still show`;
  return [{ ...wrong(`${had}; ${now}`), severity: state === 'ended' ? 'note' : 'ticket', since: iso(since) }];
};

const ofStanding = ({ frozen, last, frozenApps, unregisteredApps, frozenCountries }: Standing): readonly Finding[] => {
  const byWhom = last === null ? '' : ` by ${last.by}${last.reason === null ? '' : ` (${last.reason})`}`;
  return [
    ...(frozen ? [{ ...wrong(`the room is frozen${byWhom}`), since: last?.at ?? null }] : []),
    ...(frozenApps.length > 0 ? [wrong(`frozen by itself: ${frozenApps.join(', ')}`)] : []),
    ...(frozenCountries.length > 0 ? [wrong(`frozen countries: ${frozenCountries.join(', ')}`)] : []),
    ...(unregisteredApps.length > 0
      ? [wrong(`not registered, so it sends nothing: ${unregisteredApps.join(', ')}; deploy the room again`)]
      : []),
  ];
};

const ofSpend = ({ caps }: Spend): readonly Finding[] =>
  caps
    .filter(({ exhaustedInSeconds }) => exhaustedInSeconds !== null && exhaustedInSeconds < SOON_SECONDS)
    .map(({ app, limit, exhaustedInSeconds }) =>
      wrong(
        exhaustedInSeconds === 0
          ? `${app} has used up ${limit}`
          : `${app} uses up ${limit} in ${Math.ceil((exhaustedInSeconds ?? 0) / 60)} minutes at the present rate`,
      ),
    );
