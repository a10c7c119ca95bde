import { UsageError } from './errors.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment as a person says it: from now on (`90m`, `2h`, `3d`), or ISO 8601 with its zone.
 *
 * @returns ISO 8601 in UTC
 * @throws UsageError for anything else: without a zone nobody knows which moment it is
 */
export const momentOf = (text: string, now: number): string => {
  const [, count, unit = ''] = /^(\d{1,3})([mhd])$/.exec(text) ?? [];
  if (count !== undefined) return new Date(now + Number(count) * (UNITS[unit] ?? 0)).toISOString();
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(moment)) return new Date(moment).toISOString();
  throw new UsageError(`a moment must be like 90m, 2h, 3d or 2026-11-24T18:00+04:00, got "${text}"`);
};
