import { problem, type Problem } from './problem.ts';

/** A part of a request that is wrong, and what it may be. What was given never leaves: it may be a number or a text. */
export interface Wrong {
  readonly field: string;
  readonly allowed: string;
}

/** A field's name is the caller's too: one that could be a number or a text is not repeated. */
export const printable = (name: string): string => (/^[A-Za-z][\w-]{0,39}$/.test(name) ? name : '(unprintable)');

/** The problem names the first field that is wrong and lists the others. */
export const invalidRequest = (wrong: readonly Wrong[]): Problem => {
  const first = wrong[0];
  return problem('invalid-request', {
    detail: wrong.map(({ field, allowed }) => `${field}: ${allowed}`).join('; '),
    ...(first ? { field: first.field, allowed: first.allowed } : {}),
  });
};
