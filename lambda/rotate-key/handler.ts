import type { Context } from 'aws-lambda';

import { METRICS } from '../shared/contract.ts';
import { ConfigurationError } from '../shared/errors.ts';
import { guarded } from '../shared/guarded.ts';
import { describeError } from '../shared/log.ts';
import { COMMANDS } from './commands.ts';
import { realDependencies } from './dependencies.ts';
import {
  type AlarmEvent,
  type FailedStep,
  type RoomCommand,
  type RoomCommandResult,
  ROTATION_STEPS,
  type RotationEvent,
} from './contract.ts';
import { RotationError, rotationProblemOf } from './errors.ts';
import type { RotationProblemCode } from './rotation-problems.ts';
import type { Keys, RotateKeyDependencies } from './ports.ts';
import { heal } from './use-cases/heal.ts';
import { noteFailedStep, reportRotation } from './use-cases/progress.ts';
import { reportAddresses } from './use-cases/report-addresses.ts';
import { rotationStep } from './use-cases/rotation-steps.ts';
import { reportCredentials, reportForeignKeys, reportManaging } from './use-cases/status.ts';

/** Answers to the person who asked, which nobody else has to act on. */
const EXPECTED_OF_IMPORT: readonly RotationProblemCode[] = [
  'candidate-missing',
  'candidate-malformed',
  'candidate-refused-by-provider',
  'standby-is-current',
  'standby-without-current',
  'provider-has-no-key',
  'room-busy',
];

const countsAsFailed = (action: RoomCommand['action'], code: RotationProblemCode): boolean =>
  action === 'sweep' || (action === 'import' && !EXPECTED_OF_IMPORT.includes(code));

const NOTHING_TO_REPORT = { managing: [], rotation: { inProgress: null, lastFailure: null }, foreignKeys: [] } as const;

/** The part of Lambda's context that is used. */
type Invocation = Pick<Context, 'awsRequestId'>;

/**
 * Replaces the room's provider key, and keeps its keys in order.
 *
 * Triggered by Secrets Manager (a step of a rotation), by a schedule (`{"action":"sweep"}`, every hour), by the alarm on
 * refused keys, and by the operator's CLI. A duplicate or late trigger is harmless: every step and command looks where things stand before it
 * does anything, and those that change keys take turns. So is a forged alarm: the provider is asked about the key first.
 *
 * 1. Tell a rotation step, an alarm and a command apart.
 * 2. Run it.
 * 3. A step that fails is logged, counted and thrown, so that Secrets Manager tries again; so is an alarm's, where a
 *    later try may help, as Lambda then tries twice more. A command answers with the code, what it means and what to do.
 */
export const createHandler = ({ name, keys, sendingSecretArn, log, metrics }: RotateKeyDependencies) =>
  guarded(
    async (
      event: RotationEvent | AlarmEvent | RoomCommand,
      { awsRequestId: requestId }: Invocation,
    ): Promise<RoomCommandResult | undefined> => {
      if ('Step' in event) {
        await runStep(event);
        return undefined;
      }
      if ('alarmArn' in event) {
        await runAlarm();
        return undefined;
      }
      return runCommand(event);

      async function runStep({ Step: step, SecretId: secretId, ClientRequestToken: versionId }: RotationEvent) {
        try {
          if (!ROTATION_STEPS.includes(step)) throw new ConfigurationError('the rotation step is none of the four');
          if (keys === null) throw new RotationError('provider-has-no-key');
          if (secretId !== sendingSecretArn) throw new RotationError('foreign-secret');
          await remembering(keys, { step, versionId }, () => rotationStep(keys, step, versionId));
          log.info('rotation step done', { requestId, step, versionId });
        } catch (error: unknown) {
          // Whoever called may have put anything in its place.
          const known = ROTATION_STEPS.find((each) => each === step);
          log.error('rotation step failed', {
            ...describeError(error),
            requestId,
            ...(known && { step: known }),
            versionId,
          });
          metrics.emit({ [METRICS.names.rotationFailed]: 1 });
          throw error;
        }
      }

      /** A step that fails is remembered, so that whoever waits for the rotation is told why it does not go on. */
      async function remembering(
        held: Keys,
        failed: Pick<FailedStep, 'step' | 'versionId'>,
        work: () => Promise<void>,
      ) {
        try {
          await work();
        } catch (error: unknown) {
          const { code } = rotationProblemOf(error, name);
          await noteFailedStep(held, { ...failed, code }).catch((noting: unknown) => {
            // What went wrong first is what matters.
            log.warn('failed step not remembered', { ...describeError(noting), requestId });
          });
          throw error;
        }
      }

      /** https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
      async function runAlarm() {
        try {
          if (keys === null) throw new RotationError('provider-has-no-key');
          const steps = await heal(keys);
          log.info('alarm on refused keys answered', { requestId, count: steps.length });
        } catch (error: unknown) {
          const { code, retryable } = rotationProblemOf(error, name);
          log.error('refused key not replaced', { ...describeError(error), requestId, reason: code });
          metrics.emit({ [METRICS.names.rotationFailed]: 1 });
          if (retryable) throw error;
        }
      }

      async function runCommand(command: RoomCommand): Promise<RoomCommandResult> {
        const { action } = command;
        try {
          if (!Object.hasOwn(COMMANDS, action)) throw new ConfigurationError('the action is none of those there are');
          // The schedule of a room without keys has nothing to do, and nothing is wrong with that.
          if (keys === null && (action === 'sweep' || action === 'status')) {
            return { ok: true, action, steps: [], credentials: [], ...NOTHING_TO_REPORT };
          }
          if (keys === null) throw new RotationError('provider-has-no-key');
          const steps = await COMMANDS[action](keys, command);
          log.info('command done', { requestId, action });
          const [credentials, managing, rotation, foreignKeys] = await Promise.all([
            reportCredentials(keys),
            reportManaging(keys),
            reportRotation(keys, name),
            reportForeignKeys(keys),
          ]);
          const report = { steps, credentials, managing, rotation, foreignKeys };
          if (action !== 'addresses') return { ok: true, action, ...report };
          return { ok: true, action, ...report, addresses: await reportAddresses(keys) };
        } catch (error: unknown) {
          const problem = rotationProblemOf(error, name);
          log.error('command failed', { ...describeError(error), requestId, action, reason: problem.code });
          if (countsAsFailed(action, problem.code)) metrics.emit({ [METRICS.names.rotationFailed]: 1 });
          return { ok: false, action, ...problem, requestId };
        }
      }
    },
  );

/** Whatever the function is called with. */
type Event = RotationEvent | AlarmEvent | RoomCommand;

let started: ReturnType<typeof createHandler> | undefined;

/** The function's entry point. Reads the environment with its first event, so that importing this file does not. */
export const handler = (event: Event, context: Invocation): Promise<RoomCommandResult | undefined> => {
  started ??= createHandler(realDependencies(process.env));
  return started(event, context);
};
