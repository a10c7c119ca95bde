import { createRandom } from '../support/random.ts';

/** How closely something is looked for. */
export type CanaryKind =
  /** Any 8 characters of it, in every encoding. */
  | 'secret'
  /** All its digits, however they are grouped and encoded. */
  | 'number'
  /** All of it: a short one is found by chance where other digits stand beside it. */
  | 'code';

/** Something that must not get out, under a name that may be printed. */
export interface Canary {
  readonly name: string;
  readonly kind: CanaryKind;
  readonly value: string;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** What has to be escaped in one encoding or another, and what GSM-7 does not know. */
const AWKWARD = '"\\&=+%/<>\'é×ñشكراЖ字';

/** Countries' mobile numbers: what comes before a number of random digits, and how many. */
const MOBILE = [
  ['AE', '+97150', 7],
  ['SA', '+96655', 7],
  ['GB', '+447400', 6],
  ['DE', '+4915123', 6],
  ['US', '+1202', 7],
] as const;

export interface Dice {
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  integer(least: number, most: number): number;
  letters(count: number, of?: string): string;
}

export const createDice = (seed: number): Dice => {
  const random = createRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[random.integer(0, from.length - 1)]!;
  return {
    chance: (probability) => random.next() < probability,
    pick,
    integer: (least, most) => random.integer(least, most),
    letters: (count, of = ALPHANUMERIC) => Array.from({ length: count }, () => pick(Array.from(of))).join(''),
  };
};

/** Random things that must not get out. What is made is remembered. */
export const createCanaries = (dice: Dice) => {
  const all: Canary[] = [];
  const add = (kind: CanaryKind, name: string, value: string): string => {
    if (!all.some((canary) => canary.value === value)) all.push({ name, kind, value });
    return value;
  };
  return {
    all: all as readonly Canary[],
    /** Takes in what somebody else made. */
    secret: (name: string, value = dice.letters(dice.integer(24, 44))) => add('secret', name, value),
    /** A message's text: random words, so that eight characters of it are nobody else's. */
    text: () => {
      const words = Array.from(
        { length: 5 },
        () => dice.letters(7) + (dice.chance(0.4) ? dice.letters(2, AWKWARD) : ''),
      );
      return add('secret', 'text', words.join(dice.pick([' ', '-', '_'])));
    },
    code: () => add('code', 'code', dice.letters(8, '123456789')),
    /** A mobile number in E.164. @param country @default - one of several */
    number: (country?: string) => {
      const [, before, digits] = MOBILE.find(([name]) => name === country) ?? dice.pick(MOBILE);
      return add('number', 'number', before + dice.letters(1, '23456789') + dice.letters(digits - 1, '0123456789'));
    },
  };
};

export type Canaries = ReturnType<typeof createCanaries>;

/** A number as people write it. */
export const writtenNumber = (dice: Dice, e164: string): string => {
  const digits = e164.slice(1);
  const grouped = digits.replaceAll(/(\d{2,3})(?=\d{3})/g, `$1${dice.pick([' ', '-', '.', '/'])}`);
  return dice.pick([
    digits,
    `00${digits}`,
    `+${grouped}`,
    `tel:${e164}`,
    `0${digits.slice(3)}`,
    ` ${e164} `,
    `(${grouped})`,
  ]);
};
