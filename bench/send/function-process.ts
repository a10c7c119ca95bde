import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One call, from the event's departure to the answer's arrival. */
export interface Invocation {
  readonly ms: number;
  readonly answer: { readonly statusCode: number; readonly body: string };
  /** CPU of the process so far, in milliseconds. */
  readonly cpuMs: number;
  /** Resident memory of the process, in MB. */
  readonly rssMb: number;
}

/** An environment of a function, ready for its first event. */
export interface FunctionProcess {
  /** From the start of the process to its first question for an event. */
  readonly initMs: number;
  invoke(event: object): Promise<Invocation>;
  stop(): void;
}

/** The function's own timeout (10 s), and time for a machine that is busy. */
const TIMEOUT_MS = 30_000;

/**
 * Starts a package under a stand-in for Lambda's Runtime API, which hands out one event at a time.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export const startFunction = async (
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<FunctionProcess> => {
  let asked: ((next: ServerResponse) => void) | undefined;
  let waiting: ServerResponse | undefined;
  let answered: ((invocation: Omit<Invocation, 'ms'>) => void) | undefined;
  let failed: (reason: Error) => void = () => undefined;

  const server = createServer((incoming, outgoing) => {
    if (incoming.method === 'GET') {
      waiting = outgoing;
      asked?.(outgoing);
      return;
    }
    void readAnswer(incoming).then((answer) => {
      answered?.(answer);
      outgoing.writeHead(202).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const within = <T>(start: (resolve: (value: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${folder} gave no answer`)), TIMEOUT_MS);
      failed = reject;
      start((value) => {
        clearTimeout(timer);
        resolve(value);
      });
    });
  const next = (): Promise<ServerResponse> =>
    within((resolve) => {
      if (waiting) resolve(waiting);
      else asked = resolve;
    });

  const started = performance.now();
  const child = spawn(process.execPath, [LOOP], {
    cwd: folder,
    env: { ...environment, AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`, LAMBDA_TASK_ROOT: folder },
    // What it logs is written, as on Lambda, and read by nobody.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  child.on('exit', (code) => failed(new Error(`${folder} ended with ${String(code)}`)));
  const stop = (): void => {
    failed = () => undefined;
    child.kill('SIGKILL');
    server.close();
    server.closeAllConnections();
  };
  try {
    await next();
  } catch (error: unknown) {
    stop();
    throw error;
  }
  const initMs = performance.now() - started;
  let count = 0;
  return {
    initMs,
    stop,
    invoke: async (event) => {
      const response = await next();
      [waiting, asked] = [undefined, undefined];
      let ms = 0;
      const invocation = await within<Omit<Invocation, 'ms'>>((resolve) => {
        const sent = performance.now();
        answered = (answer) => {
          ms = performance.now() - sent;
          resolve(answer);
        };
        response.writeHead(200, {
          'Lambda-Runtime-Aws-Request-Id': `invocation-${count++}`,
          'Lambda-Runtime-Deadline-Ms': String(Date.now() + 10_000),
        });
        response.end(JSON.stringify(event));
      });
      return { ms, ...invocation };
    },
  };
};

const LOOP = new URL('runtime-loop.cjs', import.meta.url).pathname;

const readAnswer = async (incoming: IncomingMessage): Promise<Omit<Invocation, 'ms'>> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    answer: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Invocation['answer'],
    cpuMs: Number(incoming.headers['keyroom-cpu-us']) / 1000,
    rssMb: Number(incoming.headers['keyroom-rss-kib']) / 1024,
  };
};
