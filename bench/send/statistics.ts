/** The value that the given share of all is not above. @param share 0 to 1 */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(sorted.length * share) - 1, 0)] ?? Number.NaN;
};

export const median = (values: readonly number[]): number => percentile(values, 0.5);
