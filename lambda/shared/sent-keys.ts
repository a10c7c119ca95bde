/** Parts of an hour: one part of an index takes 1000 writes a second, and a message is written twice or three times. */
export const SENT_SHARDS = 8;

const HOUR_MS = 3_600_000;

/** Where an attempt is found in the index of what was sent. @param at when it began, in milliseconds since the epoch */
export const sentKeysOf = (id: string, at: number): { readonly sentShard: string; readonly sentAt: number } => ({
  sentShard: sentShard(hourOf(at), id.charCodeAt(id.length - 1) % SENT_SHARDS),
  sentAt: at,
});

/** The parts of the index that hold what was sent from one moment until another. */
export const sentShardsOf = (from: number, until: number): readonly string[] =>
  Array.from({ length: Math.max(0, hourOf(until - 1) - hourOf(from) + 1) }, (_, hour) => hourOf(from) + hour).flatMap(
    (hour) => Array.from({ length: SENT_SHARDS }, (_, part) => sentShard(hour, part)),
  );

const hourOf = (at: number): number => Math.floor(at / HOUR_MS);
const sentShard = (hour: number, part: number): string => `sent#${hour}#${part}`;
