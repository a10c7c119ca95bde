import type { Campaign } from '../../lambda/shared/campaigns.ts';
import { type Chance, chanceOf } from './random.ts';

/** What a room goes through on its last day. The first three are good days. */
export const KINDS = ['quiet', 'daily cycle', 'campaign', 'pumping', 'slow leak'] as const;
export type Kind = (typeof KINDS)[number];

/** Messages of one minute. */
export interface Minute {
  readonly home: number;
  readonly abroad: number;
}

/** An attack: minutes of the last day, and what each of them has in messages of the attacker. */
export interface Attack {
  readonly from: number;
  readonly until: number;
  readonly minutes: readonly Minute[];
}

/** Four weeks of good days, and a fifth week's day that is judged. */
export interface Trace {
  readonly kind: Kind;
  readonly seed: number;
  /** Minutes of the weeks before. */
  readonly history: readonly Minute[];
  /** Minutes of the day that is judged, with the attack in it. */
  readonly day: readonly Minute[];
  /** Announced for that day. */
  readonly campaigns: readonly Campaign[];
  readonly attack: Attack | null;
}

const DAY = 1440;
/** A Thursday, 00:00 UTC, so that the judged day is one, too. */
export const START = Date.UTC(2026, 0, 1);
export const HISTORY_DAYS = 28;
export const JUDGED = START + HISTORY_DAYS * DAY * 60_000;
export const APP = 'shop';

/** What a room is like: found once, from the trace's seed. */
interface Nature {
  /** Messages a minute at the busiest time of a usual day. */
  readonly peak: number;
  readonly abroadShare: number;
  /** Hour of the day at which most is sent. */
  readonly busiestAt: number;
  readonly weekend: number;
  readonly growthPerWeek: number;
}

/** One hump in the day and a smaller one in the evening, little at night. */
const shapeAt = ({ busiestAt, weekend }: Nature, day: number, hour: number): number => {
  const hump = (centre: number, width: number): number => {
    const away = Math.min(Math.abs(hour - centre), 24 - Math.abs(hour - centre));
    return Math.exp(-((away / width) ** 2));
  };
  const isWeekend = [2, 3].includes(day % 7);
  return (0.06 + 0.8 * hump(busiestAt, 3.5) + 0.5 * hump((busiestAt + 7) % 24, 2.5)) * (isWeekend ? weekend : 1);
};

/**
 * A day as people make it: busier or quieter than others altogether, a little earlier or later, with swells of some
 * minutes, and coincidence.
 */
const dayOf = (chance: Chance, nature: Nature, day: number): readonly Minute[] => {
  const level = nature.peak * Math.exp(0.1 * chance.normal()) * (1 + nature.growthPerWeek) ** (day / 7);
  const shifted = 0.25 * chance.normal();
  let swell = 0;
  return Array.from({ length: DAY }, (_, minute) => {
    swell = 0.9 * swell + 0.06 * chance.normal();
    const mean = level * shapeAt(nature, day, (((minute / 60 + shifted) % 24) + 24) % 24) * Math.exp(swell);
    const abroad = chance.poisson(mean * nature.abroadShare);
    return { home: chance.poisson(mean * (1 - nature.abroadShare)), abroad };
  });
};

/** Somebody resets passwords of a whole team, or a test runs: it happens in quiet rooms, and is nothing. */
const withBursts = (chance: Chance, minutes: readonly Minute[]): readonly Minute[] =>
  minutes.map((minute) =>
    chance.next() < 3 / DAY ? { ...minute, home: minute.home + Math.round(chance.between(3, 15)) } : minute,
  );

const plus = (minutes: readonly Minute[], from: number, more: readonly Minute[]): readonly Minute[] =>
  minutes.map(({ home, abroad }, i) => {
    const extra = more[i - from];
    return extra === undefined ? { home, abroad } : { home: home + extra.home, abroad: abroad + extra.abroad };
  });

/** As fast as somebody likes, mostly to where it pays: up within minutes, and on for hours unless stopped. */
const pumping = (chance: Chance): Attack => {
  const rate = Math.exp(chance.between(Math.log(40), Math.log(1200)));
  const ramp = chance.between(1, 10);
  return attackOf(
    chance,
    Math.round(chance.between(120, 240)),
    chance.next() < 0.7 ? 0.9 : 0.1,
    (i) => rate * Math.min(1, (i + 1) / ramp),
  );
};

/** As little as may hide among the others: a part of what the room sends at its peak, for many hours. */
const slowLeak = (chance: Chance, { peak }: Nature): Attack => {
  const rate = Math.max(12, peak * chance.between(0.2, 0.8));
  return attackOf(
    chance,
    Math.round(chance.between(360, 600)),
    chance.next() < 0.5 ? 0.8 : 0.1,
    (i) => rate * Math.min(1, (i + 1) / 60),
  );
};

const attackOf = (chance: Chance, length: number, abroadShare: number, rateAt: (i: number) => number): Attack => {
  const from = Math.round(chance.between(60, DAY - length));
  const minutes = Array.from({ length }, (_, i) => ({
    home: chance.poisson(rateAt(i) * (1 - abroadShare)),
    abroad: chance.poisson(rateAt(i) * abroadShare),
  }));
  return { from, until: from + length, minutes };
};

/** The announced rate is a plan: the campaign comes out somewhat above or below, and a minute early or late. */
const campaignOf = (
  chance: Chance,
  { peak }: Nature,
): { readonly announced: Campaign; readonly from: number; readonly minutes: readonly Minute[] } => {
  const length = Math.round(chance.between(30, 180));
  const from = Math.round(chance.between(480, DAY - length - 60));
  const planned = Math.round(Math.max(60, peak * chance.between(2, 8)));
  const real = planned * chance.between(0.6, 1.05);
  const moment = (minute: number): string => new Date(JUDGED + minute * 60_000).toISOString();
  return {
    announced: { app: APP, messagesPerMinute: planned, from: moment(from - 5), until: moment(from + length + 5) },
    from,
    minutes: Array.from({ length }, () => ({ home: chance.poisson(real), abroad: 0 })),
  };
};

/** The trace of a kind and a seed: the same every time. */
export const traceOf = (kind: Kind, seed: number): Trace => {
  const chance = chanceOf(seed * 7919 + KINDS.indexOf(kind) * 104_729 + 1);
  const isQuiet = kind === 'quiet' || (kind === 'pumping' && seed % 2 === 0);
  const nature: Nature = {
    peak: isQuiet ? chance.between(0.2, 4) : Math.exp(chance.between(Math.log(20), Math.log(150))),
    abroadShare: chance.between(0.02, 0.15),
    busiestAt: chance.between(8, 14),
    weekend: chance.between(0.4, 1),
    growthPerWeek: chance.between(-0.01, 0.03),
  };
  const day = (n: number): readonly Minute[] => {
    const minutes = dayOf(chance, nature, n);
    return isQuiet ? withBursts(chance, minutes) : minutes;
  };
  const history = Array.from({ length: HISTORY_DAYS }, (_, n) => day(n)).flat();
  const judged = day(HISTORY_DAYS);
  const common = { kind, seed, history };
  if (kind === 'campaign') {
    const { announced, from, minutes } = campaignOf(chance, nature);
    return { ...common, day: plus(judged, from, minutes), campaigns: [announced], attack: null };
  }
  const attack = kind === 'pumping' ? pumping(chance) : kind === 'slow leak' ? slowLeak(chance, nature) : null;
  return {
    ...common,
    day: attack === null ? judged : plus(judged, attack.from, attack.minutes),
    campaigns: [],
    attack,
  };
};
