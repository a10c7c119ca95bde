import { format, inspect } from 'node:util';

/**
 * What Lambda writes down of an error that a function throws: its name, its message, its stack and its own fields.
 *
 * More than that, since runtimes differ: hidden fields, and every error that caused it.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export const crashReport = (error: unknown): string => {
  const seen: string[] = [];
  for (let at = error, depth = 0; at !== undefined && depth < 10; depth += 1) {
    seen.push(inspect(at, { depth: 10, showHidden: true, maxStringLength: Infinity, breakLength: Infinity }));
    if (!(at instanceof Error)) break;
    seen.push(JSON.stringify([at.name, at.message, at.stack, Object.entries(at)]));
    at = at.cause;
  }
  return seen.join('\n');
};

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/** Everything that is written to standard output and standard error while `run` runs, and for a moment after it. */
export const captured = async (run: () => Promise<void>): Promise<string> => {
  let text = '';
  const take = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write.bind(stream));
  for (const stream of streams) stream.write = take;
  // A test runner puts a console of its own in the place of the one that writes to the streams.
  const usual = { ...console };
  for (const method of METHODS) console[method] = (...input: unknown[]) => void take(`${format(...input)}\n`);
  const crash = (error: unknown): void => void (text += crashReport(error));
  process.on('unhandledRejection', crash);
  try {
    await run();
    await new Promise(setImmediate);
  } finally {
    process.off('unhandledRejection', crash);
    streams.forEach((stream, at) => (stream.write = originals[at]!));
    Object.assign(console, usual);
  }
  return text;
};
