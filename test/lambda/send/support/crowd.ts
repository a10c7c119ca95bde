import { AsyncLocalStorage } from 'node:async_hooks';

import type { RetryPorts } from '../../../../lambda/retry/ports.ts';
import type { Around } from '../../support/fake-table.ts';
import { DIED } from './send-room.ts';

/** A function at work in an environment: until when Lambda lets it, and when it began. */
export interface Actor {
  readonly until: number;
  readonly begunAt: number;
  readonly environment: RetryPorts;
  /** Messages it has at work: all of a batch at once. */
  readonly messages: number;
  isDead: boolean;
  readonly died: () => void;
}

/** A call on its way: it does nothing until it is let go. */
export interface Pending {
  readonly actor: Actor;
  readonly operation: string;
  readonly about: string | undefined;
  /** Does what the call does, and gives its answer. */
  readonly go: (call: <T>(apply: () => T) => Promise<T>) => void;
}

/** When Lambda kills a function that has not ended. */
const TIMEOUT_MS = 10_000;

/** Functions that work at the same time, each call of which waits until somebody lets it go. */
export class Crowd {
  readonly actors = new Set<Actor>();
  pending: Pending[] = [];
  /** Environments that wait for their next invocation, with what they remember. */
  readonly idle: RetryPorts[] = [];
  /** From now on nobody waits. */
  isQuiet = false;
  running = 0;
  readonly #current = new AsyncLocalStorage<Actor>();

  readonly around: Around = (operation, apply, about) => {
    const actor = this.#current.getStore();
    if (actor === undefined || this.isQuiet) return Promise.resolve(apply());
    if (actor.isDead) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      const go: Pending['go'] = (call) => void call(apply).then(resolve, reject);
      this.pending.push({ actor, operation, about, go });
    });
  };

  /** Runs a function until it ends or dies, in a warm environment if there is one. */
  async start<T>(
    now: number,
    newEnvironment: () => RetryPorts,
    work: (ports: RetryPorts) => Promise<T>,
    messages: number,
  ): Promise<T | typeof DIED> {
    this.running++;
    const environment = this.idle.pop() ?? newEnvironment();
    try {
      return await new Promise<T | typeof DIED>((resolve, reject) => {
        const died = (): void => resolve(DIED);
        const actor: Actor = { until: now + TIMEOUT_MS, begunAt: now, environment, messages, isDead: false, died };
        this.actors.add(actor);
        const end = (): void => {
          if (this.actors.delete(actor)) this.idle.push(environment);
        };
        this.#current.run(actor, () => void work(environment).finally(end).then(resolve, reject));
      });
    } finally {
      this.running--;
    }
  }

  /** Ends a function; what it remembered is gone. */
  kill(actor: Actor): void {
    actor.isDead = true;
    this.actors.delete(actor);
    actor.died();
  }
}
