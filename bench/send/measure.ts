import { randomInt } from 'node:crypto';

import { DELIVERY_ENV as ENV } from '../../lambda/shared/delivery/contract.ts';
import { type FunctionProcess, startFunction } from './function-process.ts';
import { CALLER, type Packages, type Subject, SUBJECTS } from './packages.ts';
import { type Services, startServices, type Trace } from './services.ts';
import { median, percentile } from './statistics.ts';

/** How often each function is started, and how often one that runs is called. */
export interface Sizes {
  readonly starts: number;
  readonly calls: number;
}

/** Milliseconds where the name says nothing else. */
export interface Figures {
  readonly init: number;
  readonly first: number;
  /** Start and first call. */
  readonly cold: number;
  readonly warmP50: number;
  /** Over the bare function, call by call. */
  readonly addedP50: number;
  readonly addedP99: number;
  readonly cpuPerCall: number;
  readonly residentMb: number;
}

export interface Measured {
  readonly figures: Readonly<Record<Subject, Figures>>;
  readonly trace: Trace;
}

/** How a function reaches the services; `authority` is the certificate to trust. */
export interface Transport {
  readonly authority?: { readonly cert: string; readonly key: string; readonly caPath: string };
}

/** Calls before the first that counts: the JIT compiles what is used. */
const WARM_UP = 100;

/** Starts and calls all functions in turns, in a new order each time, so that what else the machine does hits all alike. */
export const measure = async (packages: Packages, { authority }: Transport, sizes: Sizes): Promise<Measured> => {
  const services = await startServices(authority);
  const environment = environmentOf(services, authority?.caPath);
  const start = (subject: Subject): Promise<FunctionProcess> => startFunction(packages.folders[subject], environment);
  try {
    const cold = await coldStarts(start, sizes.starts);
    const running = await all(start);
    try {
      const warm = await warmCalls(running, sizes.calls);
      const trace = await services.trace(() => call(running.send));
      const figures = mapSubjects((subject) => ({ ...cold[subject], ...warm[subject] }));
      return { figures, trace };
    } finally {
      for (const subject of SUBJECTS) running[subject].stop();
    }
  } finally {
    services.close();
  }
};

/** What Lambda and the deployment would put there. */
const environmentOf = (services: Services, caPath: string | undefined): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  AWS_SESSION_TOKEN: 'bench',
  AWS_ENDPOINT_URL: services.url,
  [ENV.providerBaseUrl]: services.url,
  [ENV.ledgerTable]: 'ledger',
  [ENV.pepperSecretArn]: 'pepper',
  [ENV.sendingSecretArn]: 'sending',
  [ENV.otpQueueUrl]: `${services.url}/otp`,
  [ENV.queueUrl]: `${services.url}/other`,
  [ENV.keyCacheSeconds]: '300',
  [ENV.keyGraceSeconds]: '900',
  ...(caPath === undefined ? { KEYROOM_BENCH_PLAIN: '1' } : { NODE_EXTRA_CA_CERTS: caPath }),
});

const coldStarts = async (start: (subject: Subject) => Promise<FunctionProcess>, starts: number) => {
  const rounds: Record<Subject, { init: number; first: number; cold: number }>[] = [];
  for (let i = 0; i < starts; i++) {
    rounds.push(
      await inTurn(async (subject) => {
        const started = await start(subject);
        const { ms } = await call(started);
        started.stop();
        return { init: started.initMs, first: ms, cold: started.initMs + ms };
      }),
    );
  }
  return mapSubjects((subject) => ({
    init: median(rounds.map((round) => round[subject].init)),
    first: median(rounds.map((round) => round[subject].first)),
    cold: median(rounds.map((round) => round[subject].cold)),
  }));
};

const warmCalls = async (running: Readonly<Record<Subject, FunctionProcess>>, calls: number) => {
  for (let i = 0; i < WARM_UP - 1; i++) await inTurn((subject) => call(running[subject]));
  const before = await inTurn((subject) => call(running[subject]));
  const rounds: (typeof before)[] = [];
  for (let i = 0; i < calls; i++) rounds.push(await inTurn((subject) => call(running[subject])));
  const after = rounds.at(-1) ?? before;
  return mapSubjects((subject) => {
    const added = rounds.map((round) => round[subject].ms - round.bare.ms);
    return {
      warmP50: median(rounds.map((round) => round[subject].ms)),
      addedP50: median(added),
      addedP99: percentile(added, 0.99),
      cpuPerCall: (after[subject].cpuMs - before[subject].cpuMs) / rounds.length,
      residentMb: after[subject].rssMb,
    };
  });
};

let messages = 0;

/** One message as the door hands it over; anything but its being taken is a fault of the measurement. */
const call = async (running: FunctionProcess) => {
  const invocation = await running.invoke({
    headers: { 'content-type': 'application/json', 'Idempotency-Key': `bench-${messages++}` },
    multiValueHeaders: {},
    isBase64Encoded: false,
    pathParameters: null,
    requestContext: { requestId: 'bench', identity: { userArn: CALLER } },
    body: JSON.stringify({ channel: 'sms', to: '+971500000001', from: 'Acme', text: 'Your code is 123456' }),
  });
  const { statusCode, body } = invocation.answer;
  if (statusCode !== 202 || body.includes('"unknown"'))
    throw new Error(`a message was not accepted: ${statusCode} ${body}`);
  return invocation;
};

const mapSubjects = <T>(of: (subject: Subject) => T): Record<Subject, T> => ({
  bare: of('bare'),
  forward: of('forward'),
  send: of('send'),
});

/** One after the other, in a random order. */
const inTurn = async <T>(of: (subject: Subject) => Promise<T>): Promise<Record<Subject, T>> => {
  const results = new Map<Subject, T>();
  const left = [...SUBJECTS];
  while (left.length > 0) {
    const [subject] = left.splice(randomInt(left.length), 1);
    if (subject) results.set(subject, await of(subject));
  }
  return mapSubjects((subject) => results.get(subject) as T);
};

const all = (start: (subject: Subject) => Promise<FunctionProcess>) => inTurn(start);
