import { ConfigurationError } from '../shared/errors.ts';
import { type Handle, type ProviderRecords, RecordsError, type SoughtMessage } from '../shared/provider-records.ts';
import { MOST_SOUGHT, type SoughtAnswer } from '../shared/records-command.ts';
import { type CredentialFor, credentialReader } from './credential-for.ts';
import type { ReadRecordsPorts } from './ports.ts';

/** When the last question is asked, in milliseconds: a page takes 8 s at most, and the function has 120 s. */
const ASK_FOR_MS = 60_000;

/** After these the next question would fare no better. */
const STOPS: readonly string[] = ['too-many-requests', 'provider-unreachable', 'address-refused'];

/**
 * Asks the provider about messages, one question after another, with the least credential that may ask.
 *
 * @returns the answers in the order of the messages
 * @throws ConfigurationError for more messages than a command may name
 */
export const lookUpMessages = async (
  ports: Omit<ReadRecordsPorts, 'log'>,
  messages: readonly SoughtMessage[],
): Promise<readonly SoughtAnswer[]> => {
  if (messages.length > MOST_SOUGHT) {
    throw new ConfigurationError(`a command may name ${MOST_SOUGHT} messages, got ${messages.length}`);
  }
  const credentialFor = credentialReader(ports);
  const until = ports.clock.monotonic() + ASK_FOR_MS;
  const answers: SoughtAnswer[] = [];
  let stopped: SoughtAnswer | undefined;
  for (const asked of questionsFor(ports.records, messages)) {
    if (ports.clock.monotonic() >= until) stopped ??= { kind: 'failed', code: 'no-time-left' };
    const sought = asked.map((each) => each.sought);
    const found = stopped === undefined ? await lookUp(ports.records, sought, credentialFor) : [];
    for (const [i, { place }] of asked.entries()) answers[place] = stopped ?? found[i] ?? UNREADABLE;
    const [first] = found;
    if (first?.kind === 'failed' && STOPS.includes(first.code)) stopped = first;
  }
  return answers;
};

const UNREADABLE: SoughtAnswer = { kind: 'failed', code: 'answer-unreadable' };

/** A message to ask about, and where among the answers its own is. */
interface Asked {
  readonly sought: SoughtMessage;
  readonly place: number;
}

/** What is asked together: of a channel where many may be, all; each other message by itself. */
const questionsFor = (
  { together }: ProviderRecords,
  messages: readonly SoughtMessage[],
): readonly (readonly Asked[])[] => {
  const questions = new Map<string, Asked[]>();
  for (const [place, sought] of messages.entries()) {
    const subject = together?.channels.includes(sought.channel) ? sought.channel : String(place);
    questions.set(subject, [...(questions.get(subject) ?? []), { sought, place }]);
  }
  return [...questions.values()];
};

/** @param asked one message, or several of a channel that may be asked about together */
const lookUp = async (
  records: ProviderRecords,
  asked: readonly SoughtMessage[],
  credentialFor: CredentialFor,
): Promise<readonly SoughtAnswer[]> => {
  const [first] = asked;
  const handle = first && handlesOf(first).find((each) => records.access.lookUp[each] !== undefined);
  const access = handle && records.access.lookUp[handle];
  if (first === undefined || access === undefined) return asked.map(() => ({ kind: 'cannot-ask' }));
  const credential = await credentialFor(access);
  if (credential === undefined) return asked.map(() => ({ kind: 'failed', code: 'credential-absent' }));
  try {
    if (asked.length > 1 && records.together) return await records.together.lookUp(asked, credential);
    return [await records.lookUp(first, credential)];
  } catch (error: unknown) {
    if (!(error instanceof RecordsError)) throw error;
    const { code } = error;
    return asked.map(() => ({ kind: 'failed', code }));
  }
};

/** The surest first: a provider's id is one message, a recipient may have had several. */
const handlesOf = ({ providerMessageId, to }: SoughtMessage): readonly Handle[] => {
  if (providerMessageId !== null) return ['provider-id'];
  return to === null ? ['our-id'] : ['our-id', 'recipient'];
};
