import { compileSchema, list, object, text } from './validation.ts';
import { ControlError } from './provider.ts';

/**
 * Something that goes wrong with the next requests that match.
 *
 * - `delayMs` alone: the provider takes the request at once and answers late.
 * - `status` (with `body`, `headers`): this is answered instead, and nothing is taken, unless `accept` says otherwise.
 * - `reset: before-accept`: the connection is reset and nothing is taken.
 * - `reset: after-accept`: the request is taken, then the connection is reset without an answer; with `delayMs` it
 *   hangs for that long before.
 */
export interface Fault {
  readonly method: string;
  /** Exact, or ending in `*` for every path that begins so. Without the query. */
  readonly path: string;
  readonly times: number;
  readonly delayMs?: number;
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly reset?: 'before-accept' | 'after-accept';
  /** With `status`: whether the provider takes the request all the same. Default: false. */
  readonly accept?: boolean;
}

/** The faults still to happen. */
export interface FaultPlan {
  /** @throws {ControlError} when the list is not one of faults. */
  add(faults: unknown): void;
  /** The fault for this request, used up once. */
  take(method: string, path: string): Fault | undefined;
  pending(): readonly Fault[];
  clear(): void;
}

const validate = compileSchema(
  list(
    object(
      {
        method: text({ minLength: 1 }),
        path: text({ pattern: '^(/|\\*$)' }),
        times: { type: 'integer', minimum: 1 },
        delayMs: { type: 'integer', minimum: 0, maximum: 600_000 },
        status: { type: 'integer', minimum: 200, maximum: 599 },
        body: {},
        headers: { type: 'object', additionalProperties: { type: 'string' } },
        reset: { enum: ['before-accept', 'after-accept'] },
        accept: { type: 'boolean' },
      },
      ['method', 'path', 'times'],
    ),
  ),
);

/** Makes an empty plan. Faults are used in the order they were added. */
export function createFaultPlan(): FaultPlan {
  let pending: Fault[] = [];
  return {
    add: (faults) => {
      const [wrong] = validate(faults);
      if (wrong) throw new ControlError(`faults: ${wrong.path.join('.')} ${wrong.message}`);
      pending = [...pending, ...(faults as Fault[])];
    },
    take: (method, path) => {
      const index = pending.findIndex((fault) => matches(fault, method, path));
      const fault = pending[index];
      if (!fault) return undefined;
      pending = pending.toSpliced(index, 1, ...(fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []));
      return fault;
    },
    pending: () => pending,
    clear: () => {
      pending = [];
    },
  };
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== '*' && fault.method.toUpperCase() !== method) return false;
  return fault.path.endsWith('*') ? path.startsWith(fault.path.slice(0, -1)) : path === fault.path;
}
