import { KeyroomError } from '../shared/errors.ts';
import type { RoomName } from './ports.ts';
import { ROTATION_PROBLEMS, type RotationProblem, type RotationProblemCode } from './rotation-problems.ts';

/** A rotation step or a command cannot go on; the code says why, {@link ROTATION_PROBLEMS} what to do. */
export class RotationError extends KeyroomError {
  override readonly name = 'RotationError';
  readonly code: RotationProblemCode;
  readonly retryable: boolean;

  /** @param detail a fact that helps (a time, a field's name), never a value from a secret */
  constructor(code: RotationProblemCode, detail?: string, options?: ErrorOptions) {
    super(
      detail === undefined ? ROTATION_PROBLEMS[code].message : `${ROTATION_PROBLEMS[code].message}: ${detail}`,
      options,
    );
    this.code = code;
    this.retryable = ROTATION_PROBLEMS[code].retryable;
  }
}

const isKnown = (code: string): code is RotationProblemCode => Object.hasOwn(ROTATION_PROBLEMS, code);

/** What a person is told of a code; one that nobody knows is `internal`. */
export const rotationProblem = (
  found: string,
  { room, environment }: RoomName,
): RotationProblem & { readonly code: RotationProblemCode } => {
  const code = isKnown(found) ? found : 'internal';
  const { fix, ...problem } = ROTATION_PROBLEMS[code];
  return { code, ...problem, fix: fix.replaceAll('<room>', room).replaceAll('<env>', environment) };
};

/** What a person is told of any error; one that is not Keyroom's own shows nothing of itself. */
export const rotationProblemOf = (error: unknown, name: RoomName): ReturnType<typeof rotationProblem> => {
  if (!(error instanceof KeyroomError) || !isKnown(error.code)) return rotationProblem('internal', name);
  return { ...rotationProblem(error.code, name), message: error.message };
};
