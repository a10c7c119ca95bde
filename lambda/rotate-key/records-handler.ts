import type { Context } from 'aws-lambda';

import { KeyroomError } from '../shared/errors.ts';
import { describeError } from '../shared/log.ts';
import type { RecordsAnswer, RecordsCommand } from '../shared/records-command.ts';
import type { RotateKeyDependencies } from './ports.ts';
import { lookUpMessages } from './use-cases/look-up.ts';

/**
 * Says what the provider has of some messages.
 *
 * Triggered by the sweep of the ledger, synchronously. It only reads, so a repeated command is harmless, and it does not
 * wait for who is at work on the keys.
 *
 * 1. Ask the provider about each message.
 * 2. Answer; what fails is answered with its code, so that the messages are asked about again later.
 */
export const createRecordsHandler =
  ({ keys, records, log }: Pick<RotateKeyDependencies, 'keys' | 'records' | 'log'>) =>
  async (
    { action, messages }: RecordsCommand,
    { awsRequestId: requestId }: Pick<Context, 'awsRequestId'>,
  ): Promise<RecordsAnswer> => {
    if (keys === null || records === null) return { ok: false, action, code: 'provider-has-no-records' };
    try {
      const answers = await lookUpMessages({ ...keys, records }, messages);
      const failed = answers.find((answer) => answer.kind === 'failed');
      log.info('messages looked up', { requestId, count: answers.length, ...(failed && { reason: failed.code }) });
      return { ok: true, action, answers };
    } catch (error: unknown) {
      log.error('messages not looked up', { ...describeError(error), requestId, action });
      return { ok: false, action, code: error instanceof KeyroomError ? error.code : 'internal' };
    }
  };
