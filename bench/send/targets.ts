import type { Measured } from './measure.ts';

/** What was measured against what is wanted. */
export interface Verdict {
  readonly name: string;
  readonly target: number;
  readonly measured: number;
  readonly unit: string;
  readonly met: boolean;
}

/** Ratios, because milliseconds are those of the machine; sizes and counts as they are. */
export const verdicts = (
  { figures: { bare, forward, send }, trace }: Measured,
  sendKiB: number,
): readonly Verdict[] => {
  const verdict = (name: string, measured: number, target: number, unit: string): Verdict => ({
    name,
    target,
    measured: Math.round(measured * 100) / 100,
    unit,
    met: measured <= target,
  });
  return [
    verdict('start and first call / bare', send.cold / bare.cold, 2.2, '×'),
    verdict('added to a warm call / added by forwarding', send.addedP50 / forward.addedP50, 7, '×'),
    verdict('CPU per call / bare', send.cpuPerCall / bare.cpuPerCall, 3.2, '×'),
    verdict('size of the script', sendKiB, 300, 'KiB'),
    verdict('resident memory', send.residentMb, 95, 'MB'),
    verdict('round trips to AWS before the provider', trace.roundTripsBefore, 1, ''),
  ];
};
