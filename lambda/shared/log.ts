import { Logger, LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

import { KeyroomError } from './errors.ts';

/**
 * Everything a log line may carry beside its event. Nothing else leaves, whatever is passed.
 *
 * `reason` and `code` hold fixed codes of ours, never a text that came from outside. No field may hold a key, a phone
 * number, a message's text or a header.
 */
export interface LogFields {
  readonly messageId?: string;
  readonly requestId?: string;
  readonly app?: string;
  readonly room?: string;
  readonly channel?: string;
  readonly country?: string;
  readonly provider?: string;
  readonly providerKeyId?: string;
  /** What people call an app key. */
  readonly appKeyId?: string;
  readonly versionId?: string;
  readonly action?: string;
  readonly step?: string;
  readonly state?: string;
  readonly status?: number;
  readonly code?: string;
  readonly reason?: string;
  readonly attempt?: number;
  readonly count?: number;
  readonly seconds?: number;
  /** ISO 8601. */
  readonly createdAt?: string;
  readonly errorName?: string;
  /** Where it happened, outermost last: `function file:line:column`. */
  readonly stack?: readonly string[];
}

/** Where use cases say what happened. `event` is a fixed lower-case phrase, never built from data. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

const DECLARED = [
  'messageId',
  'requestId',
  'app',
  'room',
  'channel',
  'country',
  'provider',
  'providerKeyId',
  'appKeyId',
  'versionId',
  'action',
  'step',
  'state',
  'status',
  'code',
  'reason',
  'attempt',
  'count',
  'seconds',
  'createdAt',
  'errorName',
  'stack',
] as const satisfies readonly (keyof LogFields)[];

/** No field of ours is longer; what is longer came from somewhere else. */
const MAX_FIELD_LENGTH = 200;
const MAX_STACK_FRAMES = 8;

const scalar = (value: unknown): string | number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.length <= MAX_FIELD_LENGTH ? value : undefined;
};

const declared = (name: (typeof DECLARED)[number], value: unknown): unknown => {
  if (name !== 'stack') return scalar(value);
  if (!Array.isArray(value)) return undefined;
  return value.slice(0, MAX_STACK_FRAMES).flatMap((frame: unknown) => scalar(frame) ?? []);
};

/** Lets through the declared fields and drops everything else, errors and appended keys included. */
class DeclaredFieldsFormatter extends LogFormatter {
  formatAttributes(attributes: UnformattedAttributes, extra: LogAttributes): LogItem {
    const fields = Object.fromEntries(DECLARED.map((name) => [name, declared(name, (extra as LogFields)[name])]));
    return new LogItem({
      attributes: {
        timestamp: attributes.timestamp.toISOString(),
        level: attributes.logLevel,
        service: attributes.serviceName,
        event: attributes.message,
        ...fields,
      },
    });
  }
}

/** The {@link Log} of a function: one JSON line per event on standard output or standard error. */
export const createLog = (service: string): Log => {
  const logger = new Logger({ serviceName: service, logLevel: 'INFO', logFormatter: new DeclaredFieldsFormatter() });
  return {
    info: (event, fields = {}) => logger.info(event, { ...fields }),
    warn: (event, fields = {}) => logger.warn(event, { ...fields }),
    error: (event, fields = {}) => logger.error(event, { ...fields }),
  };
};

/** Our own code, or one of Node's; libraries put anything into a property of that name. */
const codeOf = (error: Error): string => {
  if (error instanceof KeyroomError) return error.code;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return /^E[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : '';
};

/**
 * What may be logged of an error: its name, its code where it is one of ours or of Node's, and where it happened.
 *
 * Its message, cause and any other property stay out: libraries put headers and bodies there.
 */
export const describeError = (error: unknown): Pick<LogFields, 'errorName' | 'code' | 'stack'> => {
  if (!(error instanceof Error)) return { errorName: 'NotAnError' };
  const code = codeOf(error);
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = [...stack.matchAll(/^\s+at (?:async )?(?:([\w.<>]+) )?.*?([\w.-]+:\d+:\d+)\)?$/gm)];
  const name = /^[A-Z][A-Za-z]{0,50}Error$/.test(error.name) ? error.name : 'Error';
  return {
    errorName: name,
    ...(code === '' ? {} : { code }),
    stack: frames.map(([, caller = '', place = '']) => `${caller} ${place}`.trim()),
  };
};
