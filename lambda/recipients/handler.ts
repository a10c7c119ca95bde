import type { Context } from 'aws-lambda';

import { unforeseen } from '../shared/command-problems.ts';
import { guarded } from '../shared/guarded.ts';
import { describeError } from '../shared/log.ts';
import { readPhoneNumber } from '../shared/phone.ts';
import type { InboundUrlCommand, InboundUrlResult, RecipientCommand, RecipientResult } from './contract.ts';
import { RECIPIENT_PROBLEMS, RecipientError } from './errors.ts';
import { forget } from './forget.ts';
import { checkOptOut, liftOptOut, optOut } from './opt-outs.ts';
import type { RecipientPorts } from './ports.ts';
import { realPorts } from './real-ports.ts';

type Run = (ports: RecipientPorts, numberHash: string) => Promise<Extract<RecipientResult, { ok: true }>>;

const COMMANDS: Readonly<Record<RecipientCommand['action'], Run>> = {
  'opt-out': async (ports, hash) => ({ ok: true, action: 'opt-out', ...(await optOut(ports, hash)) }),
  lift: async (ports, hash) => ({ ok: true, action: 'lift', ...(await liftOptOut(ports, hash)) }),
  check: async (ports, hash) => ({ ok: true, action: 'check', ...(await checkOptOut(ports, hash)) }),
  forget: async (ports, hash) => ({ ok: true, action: 'forget', ...(await forget(ports, hash)) }),
};

/**
 * Does what recipients may ask for: send them nothing more, send to them again, forget them. Says where to have the provider
 * tell what they write.
 *
 * Triggered by whoever is a data steward, synchronously. Every command may be repeated.
 *
 * 1. Find the command.
 * 2. Turn the number into what the ledger knows it by. It goes no further: neither into the ledger nor into the log.
 * 3. Run the command, and answer with what became of it, or why not.
 *
 * @param ports made at the first request, so that importing this file reads no environment
 */
export const createHandler = (ports: () => RecipientPorts) =>
  guarded(
    async (
      command: RecipientCommand | InboundUrlCommand,
      { awsRequestId }: Pick<Context, 'awsRequestId'>,
    ): Promise<RecipientResult | InboundUrlResult> => {
      const { action } = command;
      try {
        if (action === 'inbound-url') return { ok: true, action, url: await inboundUrl(ports()) };

        if (!Object.hasOwn(COMMANDS, action)) {
          throw new RecipientError('invalid-command', `the action must be one of ${Object.keys(COMMANDS).join(', ')}`);
        }
        const result = await COMMANDS[action](ports(), await hashOf(ports(), command.number));
        ports().log.info('command done', { requestId: awsRequestId, action });
        return result;
      } catch (error: unknown) {
        ports().log.warn('command refused', { requestId: awsRequestId, ...describeError(error) });
        const { code, message } = error instanceof RecipientError ? error : unforeseen(error);
        const { fix, retryable } = RECIPIENT_PROBLEMS[code];
        return { ok: false, action, code, message, fix, retryable, requestId: awsRequestId };
      }
    },
  );

const inboundUrl = async ({ inboundUrl: url, hashes }: RecipientPorts): Promise<string> => {
  if (url === undefined) throw new RecipientError('no-inbound', 'nothing that people write comes into this room');
  const secret = (await hashes())?.inboundSecret();
  if (secret === undefined) throw pepperUnavailable();
  return `${url}/${secret}`;
};

const pepperUnavailable = (): RecipientError =>
  new RecipientError('pepper-unavailable', 'what keys the hashes cannot be read now');

/** The number comes from a person's hands: it may be anything. */
const hashOf = async ({ hashes }: RecipientPorts, number: unknown): Promise<string> => {
  const read = typeof number === 'string' ? readPhoneNumber(number) : undefined;
  if (read === undefined) throw new RecipientError('invalid-number', 'this is not a number that can exist, in E.164');
  const hash = (await hashes())?.number(read.e164);
  if (hash === undefined) throw pepperUnavailable();
  return hash;
};

export const handler = createHandler(realPorts());
