import { formsOf } from '../../../local/system/encodings.ts';
import type { Canary } from './canaries.ts';

/** A canary that was found: which, and in which form. Never the value. */
export interface Hit {
  readonly canary: string;
  readonly form: string;
}

/** So many characters of a secret are a leak. */
const FRAGMENT = 8;
/** Of hexadecimal digits it takes more before they cannot be a part of somebody else's id by chance. */
const HEX_FRAGMENT = 12;
/** Digits of a number that are looked for where all encodings and separators are taken away: the subscriber's. */
const SUBSCRIBER = 9;

interface Wanted extends Hit {
  readonly text: string;
}

const fragmentsOf = (value: string): readonly string[] => {
  const size = /^[0-9a-f]+$/i.test(value) ? HEX_FRAGMENT : FRAGMENT;
  return Array.from({ length: Math.max(1, value.length - size + 1) }, (_, at) => value.slice(at, at + size));
};

/** The pieces of which each alone is a leak. */
const piecesOf = ({ kind, value }: Canary): readonly string[] => {
  if (kind === 'secret') return fragmentsOf(value);
  return kind === 'number' ? [value.replace('+', '')] : [value];
};

const wantedOf = (canary: Canary): readonly Wanted[] =>
  piecesOf(canary).flatMap((piece) =>
    Object.entries(formsOf(piece))
      .filter(([, text]) => text.length >= FRAGMENT && !(canary.kind === 'code' && text === piece))
      .map(([form, text]) => ({ canary: canary.name, form, text })),
  );

/** All places of a text are looked at once, whatever is looked for: by its first characters. */
const createIndex = (canaries: readonly Canary[]): ReadonlyMap<string, readonly Wanted[]> => {
  const index = new Map<string, Wanted[]>();
  for (const wanted of canaries.flatMap(wantedOf)) {
    const first = wanted.text.slice(0, FRAGMENT);
    const others = index.get(first);
    if (others === undefined) index.set(first, [wanted]);
    else if (!others.some(({ text }) => text === wanted.text)) others.push(wanted);
  }
  return index;
};

/** Looks for canaries in texts. */
export const createSearch = (canaries: readonly Canary[]): ((text: string) => readonly Hit[]) => {
  const index = createIndex(canaries);
  const numbers = canaries.filter(({ kind }) => kind === 'number');
  const codes = canaries.filter(({ kind }) => kind === 'code');
  return (text) => {
    const hits: Hit[] = [];
    for (let at = 0; at + FRAGMENT <= text.length; at += 1) {
      const found = index.get(text.slice(at, at + FRAGMENT))?.find((wanted) => text.startsWith(wanted.text, at));
      if (found !== undefined) hits.push({ canary: found.canary, form: found.form });
    }
    const digits = text.replaceAll(/(?<=\d)[\s().\-/]+(?=\d)/g, '');
    for (const { name, value } of numbers) {
      if (digits.includes(value.slice(-SUBSCRIBER))) hits.push({ canary: name, form: 'digits' });
    }
    const alone = new Set(text.match(/(?<!\d)\d{8}(?!\d)/g));
    for (const { name, value } of codes) if (alone.has(value)) hits.push({ canary: name, form: 'raw' });
    return hits;
  };
};
