import { toMoney } from '../../shared/money.ts';
import { valueOf } from '../../shared/situation/fact.ts';
import type { Cap, Situation } from '../../shared/situation/contract.ts';
import type { AlarmChange } from './alarm-change.ts';

/** Caps that are worth a line: those nearest to their end. */
const MOST_CAPS = 3;

/** What it has cost and can cost at most, a line each; of a ticket nothing, as it costs nothing until the morning. */
export const howBad = ({ severity }: AlarmChange, situation: Situation | undefined): readonly string[] => {
  if (severity === 'ticket') return [];
  if (situation === undefined) return ['', 'how bad: nobody knows at the moment; keyroom status says more'];
  const left = valueOf(situation.leftToLose) ?? null;
  const { caps, today } = valueOf(situation.spend) ?? { caps: [], today: null };
  const lines = [
    ...(left === null ? [] : [`at most ${money(left.micros, left.currency)} more can be sent through the door today`]),
    ...caps
      .filter(({ used }) => used > 0)
      .slice(0, MOST_CAPS)
      .map((cap) => capLine(cap, today?.currency)),
  ];
  return lines.length === 0 ? [] : ['', `how bad: ${lines[0] ?? ''}`, ...lines.slice(1)];
};

const capLine = ({ app, limit, unit, used, capacity, exhaustedInSeconds }: Cap, currency = ''): string => {
  const amount = (value: number): string => (unit === 'micro-units' ? money(value, currency) : String(value));
  return `${app}: ${amount(used)} of ${amount(capacity)} ${limit}${endOf(exhaustedInSeconds)}`;
};

const endOf = (exhaustedInSeconds: number | null): string => {
  if (exhaustedInSeconds === null) return '';
  return exhaustedInSeconds === 0
    ? ', used up'
    : `, used up in ${Math.ceil(exhaustedInSeconds / 60)} minutes at the present rate`;
};

const money = (micros: number, currency: string): string => `${toMoney({ micros, currency }).amount} ${currency}`;
