import type { MessageEntry } from '../../lambda/audit/contract.ts';
import { dayAndTime, shortId } from '../moments.ts';
import type { Audit } from './collect.ts';

/** A part of a report: a heading over a table, or a sentence where there is nothing. */
export interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Said where there are no rows. */
  readonly none: string;
}

/** What a person reads of an audit, the most telling first: no text, number or key is in it. */
export const sectionsOf = (audit: Audit): readonly Section[] => [
  {
    title: 'What people on call did',
    head: ['When', 'Who', 'From', 'Command', 'What it came to', 'Reason'],
    rows: audit.actions.map(({ at, by, command, arguments: args, step, detail, reason }) => [
      seconds(at),
      by.session,
      by.address ?? '',
      [command, ...Object.entries(args).map(([name, value]) => `${name}=${value}`)].join(' '),
      `${step}: ${detail}`,
      reason ?? '',
    ]),
    none: 'Nobody commanded anything.',
  },
  {
    title: 'Who else was seen at the secrets and at the room itself',
    head: ['When', 'Who', 'From', 'What', 'On', 'Refused'],
    rows: audit.sightings
      .filter(({ kind }) => kind !== 'alarm')
      .map(({ at, by, from, what, on, isRefused }) => [
        seconds(at),
        by ?? '',
        from ?? '',
        what,
        on,
        isRefused ? 'yes' : 'NO',
      ]),
    none: 'Nobody was seen.',
  },
  {
    title: 'Messages at the provider that are not ours',
    head: ['When', 'Id at the provider', 'Country', 'Sender', 'Cost'],
    rows: audit.foreign.map(({ at, providerMessageId, country, from, cost }) => [
      seconds(at),
      providerMessageId,
      country ?? '',
      from ?? '',
      moneyOf(cost),
    ]),
    none: 'None was found.',
  },
  {
    title: 'Alarms',
    head: ['When', 'Alarm', 'State'],
    rows: audit.sightings.filter(({ kind }) => kind === 'alarm').map(({ at, on, what }) => [seconds(at), on, what]),
    none: 'No alarm changed its state.',
  },
  {
    title: 'Messages by version of the key',
    head: ['Version', 'State now', 'Messages', 'First', 'Last', 'Cost at most'],
    rows: groupsOf(audit.messages, ({ versionId }) => versionId ?? 'no key').map(([version, messages]) => [
      shortId(version),
      audit.keys.find(({ versionId }) => versionId === version)?.state ?? '',
      String(messages.length),
      seconds(messages[0]?.at ?? ''),
      seconds(messages.at(-1)?.at ?? ''),
      totalOf(messages),
    ]),
    none: 'Nothing was sent. The ledger keeps messages for 7 days.',
  },
  {
    title: 'Messages by app and country',
    head: ['App', 'Country', 'Messages', 'Cost at most'],
    rows: groupsOf(audit.messages, ({ app, country }) => `${app}\n${country}`).map(([group, messages]) => [
      ...group.split('\n'),
      String(messages.length),
      totalOf(messages),
    ]),
    none: 'Nothing was sent. The ledger keeps messages for 7 days.',
  },
];

const seconds = (at: string): string => dayAndTime(at).replace(' UTC', `:${at.slice(17, 19)}`);

const groupsOf = (messages: readonly MessageEntry[], groupOf: (message: MessageEntry) => string) => {
  const groups = new Map<string, MessageEntry[]>();
  for (const message of messages) {
    const group = groupOf(message);
    const others = groups.get(group);
    if (others === undefined) groups.set(group, [message]);
    else others.push(message);
  }
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
};

const moneyOf = ({ micros, currency }: { readonly micros: number; readonly currency: string | null }): string =>
  `${(micros / 1_000_000).toFixed(4)} ${currency ?? ''}`.trim();

const totalOf = (messages: readonly MessageEntry[]): string => {
  const totals = new Map<string, number>();
  for (const { cost } of messages) {
    if (cost) totals.set(cost.currency ?? '', (totals.get(cost.currency ?? '') ?? 0) + cost.micros);
  }
  return [...totals].map(([currency, micros]) => moneyOf({ micros, currency })).join(', ') || 'no price is known';
};
