import type { ManagingField } from '../../providers/capabilities.ts';
import { STANDBY_STAGE } from '../../shared/contract.ts';
import { CURRENT_STAGE, PREVIOUS_STAGE } from '../../shared/secret-versions.ts';
import { EMPTY_VALUE, SecretValue } from '../../shared/secret-value.ts';
import { RotationError } from '../errors.ts';
import type { Keys } from '../ports.ts';

/** Carried by the newest empty value, so that it can be put aside before it takes AWSCURRENT's place. */
const EMPTY_STAGE = 'KEYROOM_EMPTY';
/** Longer than any provider's credential; short enough that a pasted file is told apart. */
const MAX_FIELD_LENGTH = 256;

/**
 * The candidate as the managing secret will hold it: exactly the provider's fields, in their order.
 *
 * @throws RotationError `candidate-malformed` saying which field and what is allowed, never a value or an unknown name
 */
export const parseCandidate = (value: SecretValue, fields: readonly ManagingField[]): SecretValue => {
  const names = fields.map(({ name }) => name);
  const wanted = `it must be a JSON object with exactly the fields ${names.join(', ')}`;
  const parsed = parse(value);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new RotationError('candidate-malformed', wanted);
  }
  const unknown = Object.keys(parsed).filter((name) => !names.includes(name)).length;
  if (unknown > 0) throw new RotationError('candidate-malformed', `${wanted}; it has ${unknown} other field(s)`);
  const credential = Object.fromEntries(names.map((name) => [name, checked(name, parsed)]));
  return new SecretValue(JSON.stringify(credential));
};

/** How the provider calls a managing credential: the last of its fields that is shown while it is typed. */
export const publicIdOf = (managing: SecretValue, fields: readonly ManagingField[]): string => {
  const named = fields.findLast(({ hidden }) => !hidden);
  const id: unknown = named && (parse(managing) as Readonly<Record<string, unknown>> | undefined)?.[named.name];
  return typeof id === 'string' ? id : '';
};

const checked = (name: string, candidate: object): string => {
  const value: unknown = (candidate as Record<string, unknown>)[name];
  const wrong = (what: string): RotationError => new RotationError('candidate-malformed', `${name} ${what}`);
  if (value === undefined) throw wrong('is missing');
  if (typeof value !== 'string') throw wrong('must be a string');
  if (value.length === 0 || value.length > MAX_FIELD_LENGTH) {
    throw wrong(`must have 1 to ${MAX_FIELD_LENGTH} characters, got ${value.length}`);
  }
  if (value !== value.trim()) throw wrong('must not begin or end with white space');
  if (/\p{Cc}/u.test(value)) throw wrong('must not hold control characters');
  return value;
};

const parse = (value: SecretValue): unknown => {
  try {
    return JSON.parse(value.reveal()) as unknown;
  } catch {
    // The parser's message quotes the text.
    return undefined;
  }
};

/**
 * Takes a candidate out of the inbox: an empty value becomes current and the old version loses every label.
 *
 * In that order and only while the candidate is still the current one, so that a newer candidate put meanwhile stays.
 */
export const destroyCandidate = async (keys: Keys, versionId: string): Promise<void> => {
  const marker = keys.newToken();
  await keys.inbox.put(marker, EMPTY_VALUE, [EMPTY_STAGE]);
  await keys.inbox.moveStage(CURRENT_STAGE, { to: marker, from: versionId });
  await forgetOlderCandidates(keys);
};

/** Removes every label but AWSCURRENT that keeps an earlier candidate from being deleted. */
export const forgetOlderCandidates = async (keys: Keys): Promise<void> => {
  const { versions } = await keys.inbox.describe();
  for (const [versionId, stages] of Object.entries(versions)) {
    if (stages.includes(CURRENT_STAGE)) continue;
    for (const stage of [PREVIOUS_STAGE, STANDBY_STAGE]) {
      if (stages.includes(stage)) await keys.inbox.moveStage(stage, { from: versionId });
    }
  }
};
