import type { HttpCall, HttpRequest, HttpResult } from '../../../lambda/shared/http.ts';
import type { SimulatedProvider } from '../../../local/simulators/provider.ts';
import type { MemorySecret } from '../rotate-key/support/memory-secret.ts';
import { simulatedHttp } from '../rotate-key/support/simulated-http.ts';
import type { FakeTable } from '../support/fake-table.ts';
import { answerCloudWatch, answerDynamoDb, answered, answerSecretsManager, createLambda } from './aws.ts';
import type { Dice } from './canaries.ts';
import { AWS_FAULTS, PROVIDER_FAULTS, TELLS_ALL } from './faults.ts';

/** What functions reach for. */
export type Service = 'provider' | 'dynamodb' | 'secretsmanager' | 'sqs' | 'events' | 'lambda' | 'cloudwatch' | 'pager';

/** What fails during one invocation: the n-th call of a service, or all from then on. */
export interface Plan {
  readonly service: Service;
  readonly at: number;
  readonly goesOn: boolean;
}

/** Where a request is kept by whoever gets it. */
export type KeptPlace = 'table' | 'queue' | 'event' | 'invocation' | 'page';
const KEPT: Readonly<Partial<Record<Service, KeptPlace>>> = {
  dynamodb: 'table',
  sqs: 'queue',
  events: 'event',
  lambda: 'invocation',
  pager: 'page',
};
/** A pager is told its own key, which it has to know. */
const OWN_KEY = /"routing_key":"[^"]*"/;

export interface Inside {
  readonly dice: Dice;
  readonly table: FakeTable;
  /** By ARN. */
  readonly secrets: ReadonlyMap<string, MemorySecret>;
  readonly simulator: SimulatedProvider;
  /** Bodies of what waits in the queues. */
  readonly appointments: string[];
  /** A few of what was set aside, as SQS gives them. */
  readonly deadLetters: () => readonly object[];
  /** Every request that somebody keeps, as it leaves. */
  readonly onKept: (place: KeptPlace, text: string) => void;
  readonly onReach: (service: Service) => void;
  /** A function that another one calls. */
  readonly onInvoke: (event: unknown) => Promise<unknown>;
}

const COUNTED = 'ApproximateNumberOfMessages';

/** AWS and a provider behind one transport, which fail as planned and then repeat what they were sent. */
export const createOutside = (inside: Inside) => {
  const { dice, table, secrets, simulator, appointments, onKept, onReach, onInvoke } = inside;
  const reachProvider = simulatedHttp(() => simulator);
  const answerLambda = createLambda();
  const met = new Set<string>();
  const failing: { plan: Plan | undefined; way: string | undefined; calls: number } = {
    plan: undefined,
    way: undefined,
    calls: 0,
  };

  const answer = async (service: Service, request: HttpRequest): Promise<HttpResult> => {
    if (service === 'provider') return reachProvider(request);
    if (service === 'pager') return { kind: 'response', status: 200, headers: {}, body: PUBLISHED };
    const { pathname } = new URL(request.url);
    if (service === 'lambda' && !pathname.endsWith('/invocations')) {
      return answerLambda(request.method, pathname, request.body ?? '');
    }
    // A function that calls itself does not wait for the answer.
    if (service === 'lambda' && pathname.includes('/incident/')) return answered(202, {});
    const operation = (request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const input = JSON.parse(request.body ?? '') as Record<string, unknown>;
    switch (service) {
      case 'dynamodb':
        return answerDynamoDb(table, operation, input);
      case 'secretsmanager':
        return answerSecretsManager(secrets.get(input.SecretId as string)!, operation, input);
      case 'sqs':
        if (operation === 'GetQueueAttributes') return answered(200, { Attributes: { [COUNTED]: '1' } });
        if (operation === 'ReceiveMessage') return answered(200, { Messages: inside.deadLetters() });
        // What is removed or released is gone from here already.
        if (operation !== 'SendMessage') return answered(200, {});
        appointments.push(input.MessageBody as string);
        return answered(200, { MessageId: 'queued' });
      case 'events':
        return answered(200, { Entries: (input.Entries as unknown[]).map(() => ({ EventId: 'taken' })) });
      case 'cloudwatch':
        return answered(200, answerCloudWatch(input));
      case 'lambda':
        return answered(200, (await onInvoke(input)) as object);
    }
  };

  const http: HttpCall = async (request) => {
    const service = serviceOf(request);
    onReach(service);
    const place = KEPT[service];
    // What is only asked for is not kept.
    const isQuestion = /\.(GetItem|BatchGetItem|Query|ReceiveMessage|GetQueueAttributes)$/.test(
      request.headers['x-amz-target'] ?? '',
    );
    if (place !== undefined && !isQuestion) onKept(place, (request.body ?? '').replace(OWN_KEY, ''));
    const { plan } = failing;
    if (plan?.service !== service) return answer(service, request);
    const isDue = plan.goesOn ? failing.calls >= plan.at : failing.calls === plan.at;
    failing.calls += 1;
    if (!isDue) return answer(service, request);
    const faults = service === 'provider' ? PROVIDER_FAULTS : AWS_FAULTS;
    failing.way ??= dice.chance(0.35) ? TELLS_ALL : dice.pick(Object.keys(faults));
    met.add(`${service}: ${failing.way}`);
    return faults[failing.way]!(request, dice);
  };

  return {
    http,
    /** Ways to fail that were met, by service. */
    met: met as ReadonlySet<string>,
    /** What fails from now on. */
    fail: (plan: Plan | undefined): void => void Object.assign(failing, { plan, way: undefined, calls: 0 }),
  };
};

const SERVICES: readonly (readonly [RegExp, Service])[] = [
  [/^DynamoDB/, 'dynamodb'],
  [/^AmazonSQS/, 'sqs'],
  [/^AWSEvents/, 'events'],
  [/^secretsmanager/, 'secretsmanager'],
  [/^Granite/, 'cloudwatch'],
];

/** What SNS says; what webhooks say does not matter. */
const PUBLISHED = '<PublishResponse><PublishResult><MessageId>published</MessageId></PublishResult></PublishResponse>';

const serviceOf = ({ url, headers }: HttpRequest): Service => {
  if (/^sns\.|\.pager\.example$/.test(new URL(url).hostname)) return 'pager';
  const target = headers['x-amz-target'] ?? '';
  const [, service] = SERVICES.find(([pattern]) => pattern.test(target)) ?? [];
  return service ?? (/\/(functions|event-source-mappings)\//.test(new URL(url).pathname) ? 'lambda' : 'provider');
};
