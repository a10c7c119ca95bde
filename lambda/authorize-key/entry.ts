import { createHandler } from './handler.ts';
import { realDeps } from './real-ports.ts';

/**
 * The function's entry point: the handler, with the pepper already on its way, as a caller waits for both.
 *
 * A failure is not kept: the first request asks again.
 */
const deps = realDeps();
void Promise.allSettled([deps().hashes()]);

export const handler = createHandler(deps);
