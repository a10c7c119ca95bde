import { randomUUID } from 'node:crypto';

import type { FunctionName } from '../../../lib/constructs/function-code.ts';
import type { Functions, Started } from './functions.ts';
import type { Plan } from './outside.ts';
import { captured, crashReport } from './platform.ts';
import type { CanaryRoom } from './room.ts';

/** Lambda's context at the start of an invocation. */
const context = (name: FunctionName) => ({
  awsRequestId: randomUUID(),
  getRemainingTimeInMillis: () => (name === 'sweep-ledger' ? 60_000 : 10_000),
});

/** Triggers functions, as Lambda does, and notes everything that leaves them. */
export const createInvoker = (room: CanaryRoom, functions: Functions) => {
  const started = new Map<FunctionName, Started>();
  const start = (name: FunctionName): Started => {
    const running = started.get(name) ?? functions[name].start(room);
    started.set(name, running);
    return running;
  };
  /** An answer without what it is meant to hold. */
  const withoutPromised = (name: FunctionName, answer: unknown): string => {
    const { promised = [] } = functions[name];
    const text: unknown = JSON.stringify(answer, (field, value: unknown) =>
      promised.includes(field) ? undefined : value,
    );
    return typeof text === 'string' ? text : '';
  };
  room.onInvoke((event) => start('read-records')(event, context('read-records')));
  return {
    /** The next event of each function meets a new environment. */
    restart: () => started.clear(),
    /** @returns the answer; `undefined` where the function failed */
    invoke: async (name: FunctionName, event: unknown, plan?: Plan): Promise<unknown> => {
      room.begin(name, plan);
      let answer: unknown;
      const output = await captured(async () => {
        try {
          answer = await start(name)(event, context(name));
        } catch (error: unknown) {
          room.leave('crash', crashReport(error));
        }
      });
      room.leave('log', output);
      room.leave('answer', withoutPromised(name, answer));
      return answer;
    },
  };
};

export type Invoke = ReturnType<typeof createInvoker>['invoke'];
