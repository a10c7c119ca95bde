import { iso } from '../../shared/clock.ts';
import { CURRENT_STAGE, PENDING_STAGE, versionWith } from '../../shared/secret-versions.ts';
import type { FailedStep, RotationReport } from '../contract.ts';
import { rotationProblem } from '../errors.ts';
import type { Keys, RoomName } from '../ports.ts';
import { change } from './tracking.ts';

/** Refusals of a step that came late, for a rotation that is over: they say nothing about the one under way. */
const OF_A_FORMER_ROTATION = ['version-unknown', 'version-not-pending'];

/** Remembers that a step failed: the service calls it again, and until it succeeds a person can see why. */
export const noteFailedStep = async (keys: Keys, failed: Omit<FailedStep, 'times' | 'at'>): Promise<void> => {
  if (OF_A_FORMER_ROTATION.includes(failed.code)) return;
  await change(keys, (current) => {
    const before = current.failure;
    const isSame = before?.versionId === failed.versionId && before.step === failed.step && before.code === failed.code;
    const times = isSame ? before.times + 1 : 1;
    return { ...current, failure: { ...failed, times, at: iso(keys.clock.now()) } };
  });
};

/** Whether a rotation is under way, since when, and what went wrong last. */
export const reportRotation = async (keys: Keys, name: RoomName): Promise<RotationReport> => {
  const [description, { keys: tracked, failure }] = await Promise.all([keys.sending.describe(), keys.state.read()]);
  const pending = versionWith(description, PENDING_STAGE);
  const isUnderWay = pending !== undefined && pending !== versionWith(description, CURRENT_STAGE);
  const known = tracked.find(({ versionId }) => versionId === pending);
  return {
    inProgress: isUnderWay ? { versionId: pending, since: known?.begunAt ?? known?.since ?? null } : null,
    lastFailure: failure === undefined ? null : describeFailure(failure, name),
  };
};

const describeFailure = (failure: FailedStep, name: RoomName): RotationReport['lastFailure'] => {
  const { message, fix } = rotationProblem(failure.code, name);
  return { ...failure, message, fix };
};
