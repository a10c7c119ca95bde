import type { ListedMessage, ListingAnswer, SoughtAnswer } from '../../../../lambda/shared/records-command.ts';
import type { Reading } from '../../../../lambda/shared/reconcile-state.ts';

const MINUTE = 60_000;

/** How a provider shows what it has: later than it happened, and rounded. Decided by an id, so that it is always the same. */
export const createView = (now: () => number) => {
  /** From 0 to 1, evenly, by the id. */
  const chance = (id: string, salt: number): number => {
    let hash = 2166136261 ^ salt;
    for (const letter of id) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619) >>> 0;
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
  };
  const prompt = new Set<string>();
  const charges: Reading[] = [];
  let credit = 0;

  /** Usually within the lag that is assumed; of two hundred one comes up to half an hour later. */
  const shownAfterMs = (id: string): number => {
    if (prompt.has(id)) return chance(id, 3) * 2 * MINUTE;
    return chance(id, 1) < 0.005 ? (2 + chance(id, 2) * 30) * MINUTE : chance(id, 3) * 2 * MINUTE;
  };
  return {
    /** A message that is shown within the lag for certain. */
    isPrompt: (id: string): void => void prompt.add(id),
    listing: (answer: ListingAnswer): ListingAnswer =>
      answer.ok ? { ...answer, messages: answer.messages.filter(isShown) } : answer,
    /** Charged late: so much is still there. */
    chargeLater: (at: number, micros: number): void => void charges.push({ at, micros }),
    paidIn: (micros: number): void => {
      credit += micros;
    },
    balance: (micros: number): number => {
      const pending = charges.filter(({ at }) => at > now()).reduce((sum, charge) => sum + charge.micros, 0);
      return Math.round((micros + pending + credit) / 10_000) * 10_000;
    },
    reports: (answers: readonly SoughtAnswer[]): readonly SoughtAnswer[] =>
      answers.map((answer) => {
        if (answer.kind !== 'found' || answer.record.price === null) return answer;
        const micros = Math.round(answer.record.price.micros / 100) * 100;
        return { ...answer, record: { ...answer.record, price: { ...answer.record.price, micros } } };
      }),
  };

  function isShown({ providerMessageId, acceptedAt }: ListedMessage): boolean {
    return now() >= (acceptedAt ?? 0) + shownAfterMs(providerMessageId);
  }
};
