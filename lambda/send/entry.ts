import { createHandler } from './handler.ts';
import { realPorts } from './real-ports.ts';

/**
 * The function's entry point: the handler, with its secrets already on their way.
 *
 * Started here and awaited by the first request, so that connecting, TLS and the two reads overlap with the rest of
 * the start, when Lambda gives the most CPU. A failure is not kept: the first request asks again.
 */
const ports = realPorts();
const { hashes, keys } = ports();
void Promise.allSettled([hashes(), keys.current()]);

export const handler = createHandler(ports);
