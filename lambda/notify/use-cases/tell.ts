import { KeyroomError } from '../../shared/errors.ts';
import { describeError } from '../../shared/log.ts';
import type { Situation } from '../../shared/situation/contract.ts';
import type { AlarmChange } from './alarm-change.ts';
import { deliver } from './deliver.ts';
import { decide, type Telling } from './memory.ts';
import { pageOf } from './page.ts';
import type { NotifyPorts } from '../ports.ts';

/** Somebody did not get the text and may get it if it is tried again. */
export class NotDeliveredError extends KeyroomError {
  override readonly name = 'NotDeliveredError';
  readonly code = 'not-delivered';
  readonly retryable = true;
}

/** Changes of one alarm come one after another, and each may be delivered more than once. */
const MOST_LOOKS = 5;

/**
 * Tells people of a change of an alarm, each of them once.
 *
 * Nothing that is missing keeps the text from going out: without the ledger it may come twice, without figures it says so.
 *
 * @returns how it was told; `null` where people know already
 * @throws NotDeliveredError when somebody is still to be told
 */
export const tell = async (ports: NotifyPorts, change: AlarmChange): Promise<Telling | null> => {
  const as = await decideOnce(ports, change);
  if (as === null) {
    ports.log.info('alarm not told again', { action: change.alarm, state: change.state });
    return null;
  }
  const page = pageOf(change, as, await situationNow(ports), ports);
  const left = await deliver(ports, page);
  if (left > 0) throw new NotDeliveredError('somebody did not get the text of an alarm');
  ports.log.info('alarm told', { action: change.alarm, state: change.state });
  return as;
};

const decideOnce = async ({ notices, log }: NotifyPorts, change: AlarmChange): Promise<Telling | null> => {
  try {
    for (let look = 0; look < MOST_LOOKS; look++) {
      const before = await notices.recall(change.alarm);
      const { as, memory } = decide(before.memory, change);
      if (memory === before.memory || (await notices.remember(change.alarm, memory, before))) return as;
    }
    log.warn('memory of an alarm was changed again and again', { action: change.alarm });
  } catch (error: unknown) {
    log.error('memory of an alarm not there', { action: change.alarm, ...describeError(error) });
  }
  return 'new';
};

const situationNow = async ({ situation, log }: NotifyPorts): Promise<Situation | undefined> => {
  try {
    return await situation();
  } catch (error: unknown) {
    log.error('situation not known', describeError(error));
    return undefined;
  }
};
