import type { MessageQuery, Place } from '../shared/message-list.ts';
import { openText, sealKey, sealText } from '../shared/sealed-text.ts';
import type { SecretValue } from '../shared/secret-value.ts';

/** What a cursor belongs to: the app, and what it asked for. */
export type CursorQuery = Omit<MessageQuery, 'from'> & { readonly from: number | undefined };

/** Writes where a list goes on, so that only the same app can go on, and with the same query only. */
export interface CursorSeal {
  sealCursor(query: CursorQuery, place: Place): string;
  /** @returns undefined for what this room never gave to this app for this query */
  openCursor(query: CursorQuery, cursor: string): Place | undefined;
}

/** {@link CursorSeal} with a key of its own, derived from the pepper; in URL-safe Base64. */
export const createCursorSeal = (pepper: SecretValue): CursorSeal => {
  const key = sealKey(pepper, 'cursor');
  return {
    sealCursor: (query, { id, createdAt }) =>
      sealText(key, contextOf(query), JSON.stringify([id, createdAt])).toString('base64url'),
    openCursor: (query, cursor) => {
      try {
        const text = openText(key, contextOf(query), Buffer.from(cursor, 'base64url'));
        const [id, createdAt] = JSON.parse(text) as [string, number];
        return { id, createdAt };
      } catch {
        return undefined;
      }
    },
  };
};

const contextOf = ({ app, from, to, numberHash, reference }: CursorQuery): string =>
  JSON.stringify([app, from, to, numberHash, reference].map((part) => part ?? null));
