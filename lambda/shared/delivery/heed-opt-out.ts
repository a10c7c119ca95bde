import { describeError } from '../log.ts';
import type { MessageRecord } from '../message.ts';
import { OPTED_OUT_THERE } from '../messaging-provider.ts';
import type { AttemptEnd } from './outcome.ts';
import type { DeliveryPorts } from './ports.ts';

/**
 * Opts a recipient out whom the provider refused because they had told it so: its other senders would reach them still.
 *
 * A failure is logged and changes nothing else: the message was refused, and the next one brings the refusal again.
 */
export const heedOptOut = async (
  { optOuts, clock, log }: Pick<DeliveryPorts, 'optOuts' | 'clock' | 'log'>,
  end: AttemptEnd,
  { id: messageId, app, numberHash }: MessageRecord,
): Promise<void> => {
  if (end.kind !== 'rejected' || end.code !== OPTED_OUT_THERE || numberHash === null) return;
  try {
    const isNew = await optOuts.add(numberHash, { since: clock.now(), source: 'provider' });
    if (isNew) log.info('recipient opted out at the provider', { messageId, app });
  } catch (error: unknown) {
    log.error('opt-out not recorded', { messageId, app, ...describeError(error) });
  }
};
