import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { type Environment, required } from '../shared/environment.ts';
import { guarded } from '../shared/guarded.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog, describeError, type Log } from '../shared/log.ts';
import { type Answer, answerByHttp } from './answer.ts';
import { ENV, type RegisterAppsProperties } from './contract.ts';
import { type AppRegistry, registerApps, RoomFrozenError } from './register-apps.ts';
import { createAppRegistry } from './registry-table.ts';

export interface RegisterAppsDeps {
  readonly registry: AppRegistry;
  readonly answer: Answer;
  readonly log: Log;
}

/** What CloudFormation shows when a registration failed: fixed, because the error may quote a request. */
const FAILED = 'an app could not be registered in the ledger; see the log of the register-apps function';
/** Nothing else has been changed yet, as everything else waits for this. */
const FROZEN =
  'the room is frozen, so nothing of it is deployed: find out who froze it and why, unfreeze it ' +
  '(keyroom unfreeze), and deploy again; nothing was changed';

/**
 * Registers the room's apps in its ledger: an app that is not there may not send. Refuses to deploy a frozen room.
 *
 * Triggered by CloudFormation as a custom resource. A repeated request is harmless: an app is written only if absent.
 *
 * 1. On create and update, register every app. On delete do nothing: the ledger outlives the resource.
 * 2. Answer CloudFormation, also when registering failed, so that no deploy waits an hour.
 *
 * @param deps made at the first request, so that importing this file reads no environment
 */
export const createHandler = (deps: () => RegisterAppsDeps) =>
  guarded(async (event: CloudFormationCustomResourceEvent): Promise<void> => {
    const { registry, answer, log } = deps();
    const { StackId, RequestId, LogicalResourceId } = event;
    const PhysicalResourceId = event.RequestType === 'Create' ? LogicalResourceId : event.PhysicalResourceId;
    const common = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
    let failure: unknown;
    try {
      if (event.RequestType !== 'Delete') {
        const { apps, deployment } = propertiesOf(event);
        await registerApps(registry, apps, deployment);
      }
    } catch (error: unknown) {
      failure = error;
      log.error('registration failed', { action: event.RequestType, ...describeError(error) });
    }
    await answer(event.ResponseURL, {
      ...common,
      ...(failure === undefined
        ? { Status: 'SUCCESS' }
        : { Status: 'FAILED', Reason: failure instanceof RoomFrozenError ? FROZEN : FAILED }),
    });
  });

const propertiesOf = (event: CloudFormationCustomResourceEvent): RegisterAppsProperties => {
  const { apps, deployment } = event.ResourceProperties as unknown as Partial<RegisterAppsProperties>;
  if (!Array.isArray(apps) || !apps.every((app) => typeof app === 'string' && app !== '')) {
    throw new TypeError('the resource property apps must be a list of names');
  }
  if (typeof deployment !== 'string') throw new TypeError('the resource property deployment must be a text');
  return { apps: apps as string[], deployment };
};

const realDeps = (environment: Environment = process.env): (() => RegisterAppsDeps) => {
  let deps: RegisterAppsDeps | undefined;
  return () => (deps ??= createDeps(environment, createHttp(), systemClock));
};

/** The dependencies over a given transport and clock. */
export const createDeps = (environment: Environment, http: HttpCall, clock: Clock): RegisterAppsDeps => {
  const table = createDynamoDb({ tableName: required(environment, ENV.ledgerTable), environment, http, clock });
  return { registry: createAppRegistry(table), answer: answerByHttp, log: createLog('register-apps') };
};

export const handler = createHandler(realDeps());
