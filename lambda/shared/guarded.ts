import { KeyroomError } from './errors.ts';
import { describeError } from './log.ts';

/** The log of the function has the rest; Lambda's own line has this. */
const UNEXPECTED = 'the invocation failed in a way nobody expected';

/**
 * A handler whose failures say nothing that came from outside.
 *
 * Lambda writes down the message, the stack and every field of what a handler throws, and hands the message to whoever
 * called; libraries put requests and headers there. Thrown is a new error with the name, the code and the places of the
 * old one; its message is kept where it is ours.
 */
export const guarded =
  <Input extends readonly unknown[], Output>(
    handler: (...input: Input) => Promise<Output>,
  ): ((...input: Input) => Promise<Output>) =>
  async (...input) => {
    try {
      return await handler(...input);
    } catch (error: unknown) {
      throw failureOf(error);
    }
  };

const failureOf = (error: unknown): Error => {
  const { errorName, code, stack = [] } = describeError(error);
  const { message, retryable } = error instanceof KeyroomError ? error : { message: UNEXPECTED, retryable: undefined };
  const failure = new Error(message);
  failure.stack = [`${errorName ?? 'Error'}: ${message}`, ...stack.map((place) => `    at ${place}`)].join('\n');
  return Object.assign(failure, {
    name: errorName,
    ...(code !== undefined && { code }),
    ...(retryable !== undefined && { retryable }),
  });
};
