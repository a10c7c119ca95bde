import type { RotationReport } from '../lambda/rotate-key/contract.ts';
import { RoomRefusal } from './errors.ts';
import { clockTime } from './moments.ts';
import type { Report } from './report.ts';

type Failure = NonNullable<RotationReport['lastFailure']>;

/** What failed in the room while somebody watched. */
export interface FailuresTold {
  /** Shows a failure of the version that was not shown yet. */
  readonly tell: (rotation: RotationReport, versionId: string) => void;
  /** The error to end with: the last failure's code and fix, where there was one, say more than a time that is over. */
  readonly explain: (error: unknown) => unknown;
}

/** Shows each failed step of a rotation once, as it happens; machines get the list. */
export const tellFailures = (report: Report): FailuresTold => {
  const told: Failure[] = [];
  return {
    tell: ({ lastFailure }, versionId) => {
      if (lastFailure?.versionId !== versionId || lastFailure.at === told.at(-1)?.at) return;
      told.push(lastFailure);
      report.figure('failures', [...told]);
      const { step, at, times, message, code, fix } = lastFailure;
      const again = times > 1 ? ` (${times} times in a row)` : '';
      report.note(`! ${step} failed at ${clockTime(at)}${again}: ${message} (${code})\n  what to do: ${fix}`);
    },
    explain: (error) => {
      const last = told.at(-1);
      if (last === undefined || !(error instanceof Error) || error instanceof RoomRefusal) return error;
      const { step, message, code, fix } = last;
      return new RoomRefusal({ code, message: `${error.message}\n${step} failed: ${message}`, fix, retryable: true });
    },
  };
};
