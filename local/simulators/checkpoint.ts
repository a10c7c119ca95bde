/** Brings something back to how it was when the checkpoint was taken. May be called again and again. */
export type Restore = () => void;

/** Remembers a map whose values are never changed in place. */
export const checkpointOf = <K, V>(map: Map<K, V>): Restore => {
  const saved = [...map];
  return () => {
    map.clear();
    for (const [key, value] of saved) map.set(key, value);
  };
};

export const restoreAll =
  (restores: readonly Restore[]): Restore =>
  () => {
    for (const restore of restores) restore();
  };
