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
 * Asks the provider about messages, one after another, with the least credential that may ask.
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
  for (const sought of messages) {
    if (ports.clock.monotonic() >= until) stopped ??= { kind: 'failed', code: 'no-time-left' };
    const answer = stopped ?? (await lookUp(ports.records, sought, credentialFor));
    if (answer.kind === 'failed' && STOPS.includes(answer.code)) stopped = answer;
    answers.push(answer);
  }
  return answers;
};

const lookUp = async (
  records: ProviderRecords,
  sought: SoughtMessage,
  credentialFor: CredentialFor,
): Promise<SoughtAnswer> => {
  const handle = handlesOf(sought).find((each) => records.access.lookUp[each] !== undefined);
  const access = handle && records.access.lookUp[handle];
  if (access === undefined) return { kind: 'cannot-ask' };
  const credential = await credentialFor(access);
  if (credential === undefined) return { kind: 'failed', code: 'credential-absent' };
  try {
    return await records.lookUp(sought, credential);
  } catch (error: unknown) {
    if (error instanceof RecordsError) return { kind: 'failed', code: error.code };
    throw error;
  }
};

/** The surest first: a provider's id is one message, a recipient may have had several. */
const handlesOf = ({ providerMessageId, to }: SoughtMessage): readonly Handle[] => {
  if (providerMessageId !== null) return ['provider-id'];
  return to === null ? ['our-id'] : ['our-id', 'recipient'];
};
