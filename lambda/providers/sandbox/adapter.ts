import type { MessagingProvider, SendOutcome } from '../../shared/messaging-provider.ts';

/** The outcomes that can be asked for, by the last four digits of the number. */
const MAGIC: Readonly<Record<string, SendOutcome>> = {
  '9001': { kind: 'rejected', code: 'destination-refused', reason: 'the sandbox refuses numbers ending in 9001' },
  '9002': { kind: 'not-sent', reason: 'too-many-requests', retryAfterSeconds: 30 },
  '9003': { kind: 'not-sent', reason: 'connect-refused' },
  '9004': { kind: 'unknown', reason: 'timeout' },
  '9005': { kind: 'key-refused', reason: 'unauthorized' },
  '9006': { kind: 'address-refused', reason: 'address-not-allowed' },
};

/**
 * The sandbox: no credential, no network, no cost.
 *
 * The last four digits of the number choose the outcome:
 *
 * | Digits | Outcome |
 * |---|---|
 * | 9001 | `rejected` (`destination-refused`) |
 * | 9002 | `not-sent`, to be tried again after 30 s |
 * | 9003 | `not-sent`, as if nobody listened |
 * | 9004 | `unknown`, as if no answer came; answers at once |
 * | 9005 | `key-refused` |
 * | 9006 | `address-refused` |
 * | any other | `accepted` |
 */
export const createSandboxProvider = (): MessagingProvider => ({
  name: 'sandbox',
  send: ({ id, to }) =>
    Promise.resolve(MAGIC[to.slice(-4)] ?? { kind: 'accepted', providerMessageId: `sandbox-${id}` }),
});
