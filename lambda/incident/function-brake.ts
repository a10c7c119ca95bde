import {
  DeleteFunctionConcurrencyCommand,
  GetEventSourceMappingCommand,
  GetFunctionConcurrencyCommand,
  type LambdaClient,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import type { Brake } from './ports.ts';

/** A function that calls the provider, as the template defines it. */
export interface BrakedFunction {
  readonly name: string;
  /** Reserved concurrency in the template. `undefined`: none. */
  readonly concurrency: number | undefined;
}

/** The functions, and the event source mappings that call the second one. */
export interface FunctionBrakeOptions {
  readonly send: BrakedFunction;
  readonly retry: BrakedFunction;
  readonly retrySources: readonly string[];
}

/** Not what it was set to. */
export class NotHeldError extends Error {
  override readonly name = 'NotHeldError';
}

/**
 * {@link Brake} by concurrency zero: Lambda begins no invocation any more; those that run end by themselves.
 *
 * Sources are disabled before their function is, or the pollers would go on receiving what it cannot take, until it is
 * set aside as a dead letter. A source that cannot be disabled at the moment (it is being enabled) keeps no function from
 * being stopped.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export const createFunctionBrake = (
  client: Pick<LambdaClient, 'send'>,
  { send, retry, retrySources }: FunctionBrakeOptions,
): Brake => {
  const reserved = async (name: string): Promise<number | undefined> =>
    (await client.send(new GetFunctionConcurrencyCommand({ FunctionName: name }))).ReservedConcurrentExecutions;

  const reserve = (FunctionName: string, ReservedConcurrentExecutions: number) =>
    client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));

  const stopFunction = async ({ name }: BrakedFunction): Promise<void> => {
    await reserve(name, 0);
    if ((await reserved(name)) !== 0) throw new NotHeldError('the concurrency of a function is not 0');
  };

  const releaseFunction = async ({ name, concurrency }: BrakedFunction): Promise<void> => {
    if (concurrency === undefined) await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }));
    else await reserve(name, concurrency);
    if ((await reserved(name)) !== concurrency)
      throw new NotHeldError('the concurrency of a function is not what it was');
  };

  const setSource = async (UUID: string, isOn: boolean): Promise<void> => {
    const states = isOn ? ['Enabled', 'Enabling'] : ['Disabled', 'Disabling'];
    const look = async () => (await client.send(new GetEventSourceMappingCommand({ UUID }))).State ?? '';
    if (states.includes(await look())) return;
    await client.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: isOn }));
    if (!states.includes(await look())) throw new NotHeldError('an event source is not as it was set');
  };
  const setSources = (isOn: boolean) => Promise.all(retrySources.map((source) => setSource(source, isOn)));

  return {
    stop: async () => {
      const stopRetry = async (): Promise<void> => {
        const sources = await Promise.allSettled([setSources(false)]);
        await stopFunction(retry);
        for (const result of sources) if (result.status === 'rejected') throw asError(result.reason);
      };
      const done = await Promise.allSettled([stopFunction(send), stopRetry()]);
      for (const result of done) if (result.status === 'rejected') throw asError(result.reason);
      return 'no invocation of send and retry begins any more: concurrency 0, event sources disabled';
    },
    release: async () => {
      await releaseFunction(retry);
      await setSources(true);
      await releaseFunction(send);
      return 'send and retry run again: concurrency and event sources as the template says';
    },
  };
};

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error('unknown failure'));
