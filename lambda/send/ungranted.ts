import { describeError } from '../shared/log.ts';
import { isForgotten, type MessageRecord } from '../shared/message.ts';
import type { Problem } from '../shared/problem.ts';
import { notSentButBefore, replay } from './answer.ts';
import type { SendCommand, SendPorts, SendResult } from './ports.ts';
import { type About, refuse } from './refuse.ts';

/**
 * Answers a request that the room does not grant, which it may have granted when the same request came before.
 *
 * Grants change with a deploy, and what was sent under the old ones stays sent: such a request is a replay.
 */
export const answerUngranted = async (
  ports: SendPorts,
  command: SendCommand,
  reason: Problem,
  about: About,
): Promise<SendResult> => {
  const hashes = await ports.hashes();
  if (hashes === undefined)
    return refuse(ports, notSentButBefore('pepper-unreadable', 'the room could not read its pepper'), about);
  const found = await find(ports, hashes.messageId(command.app, command.idempotencyKey));
  if (found === 'unreadable')
    return refuse(ports, notSentButBefore('ledger-unreadable', 'the ledger could not be read'), about);
  const now = ports.clock.now();
  const isOther = found === undefined || isForgotten(found, now) || found.bodyHash !== hashes.body(command.body);
  return isOther ? refuse(ports, reason, about) : replay(found, now);
};

const find = async ({ ledger, log }: SendPorts, id: string): Promise<MessageRecord | undefined | 'unreadable'> => {
  try {
    return await ledger.find(id);
  } catch (error: unknown) {
    log.error('message not read', { messageId: id, ...describeError(error) });
    return 'unreadable';
  }
};
