import { METRICS } from '../../shared/contract.ts';
import { describeError } from '../../shared/log.ts';
import type { Page } from './page.ts';
import type { Delivered, NotifyPorts, Recipient } from '../ports.ts';

/** Attempts of one run at one recipient; Lambda runs the function three times at most. */
const ATTEMPTS = 2;
const PAUSE_MS = 1000;
/** Above the timeout of the function: a claim that is older is of a run that died. */
const LEASE_MS = 60_000;

type DeliveryPorts = Pick<NotifyPorts, 'clock' | 'log' | 'metrics' | 'notices' | 'recipients'>;

/**
 * Delivers a page to everybody who wants its severity, side by side: one who is down holds up nobody.
 *
 * @returns how many did not get it and may get it if it is tried again
 */
export const deliver = async (ports: DeliveryPorts, page: Page): Promise<number> => {
  const { mail, chats, missing } = await ports.recipients();
  if (missing !== null) lost(ports, 'subscribers', missing);
  const wanting = [mail, ...chats].filter(({ severities }) => severities.includes(page.severity));
  const [done] = await Promise.all([
    Promise.allSettled(wanting.map((recipient) => deliverOnce(ports, recipient, page))),
    ...(missing === null ? [noteChats(ports, chats)] : []),
  ]);
  const again = done.filter((result) => result.status === 'rejected' || result.value === 'again').length;
  return again + (missing === null ? 0 : 1);
};

const noteChats = async ({ notices, log }: DeliveryPorts, chats: readonly Recipient[]): Promise<void> => {
  await notices
    .noteChats(chats.filter(({ severities }) => severities.includes('page')).length)
    .catch((error: unknown) => {
      log.warn('chats not noted', describeError(error));
    });
};

const deliverOnce = async (ports: DeliveryPorts, recipient: Recipient, page: Page): Promise<'over' | 'again'> => {
  const { notices, log } = ports;
  const delivery = `${page.id}#${recipient.name}`;
  // Without a ledger nobody knows: told twice is better than not at all.
  if (!(await notices.claim(delivery, LEASE_MS).catch(() => true))) return 'over';
  const result = await attempt(ports, recipient, page);
  if (!result.ok) lost(ports, recipient.name, result.code);
  const isOver = result.ok || !result.retryable;
  await (isOver ? notices.done(delivery) : notices.release(delivery)).catch((error: unknown) => {
    log.warn('delivery not noted', describeError(error));
  });
  return isOver ? 'over' : 'again';
};

const attempt = async ({ clock }: DeliveryPorts, recipient: Recipient, page: Page): Promise<Delivered> => {
  for (let tries = 1; ; tries++) {
    const result = await recipient.deliver(page).catch((): Delivered => UNEXPECTED);
    if (result.ok || !result.retryable || tries === ATTEMPTS) return result;
    await clock.wait(PAUSE_MS);
  }
};

const UNEXPECTED = { ok: false, retryable: true, code: 'failed' } as const;

const lost = ({ log, metrics }: DeliveryPorts, name: string, code: string): void => {
  log.error('page text not delivered', { reason: code, state: name });
  metrics.emit({ [METRICS.names.pageNotDelivered]: 1 });
};
