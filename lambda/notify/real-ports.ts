import { PublishCommand, SNSClient, type SNSClientConfig } from '@aws-sdk/client-sns';
import { createDynamoDb } from '../shared/aws/dynamodb.ts';
import { createSecretStore } from '../shared/aws/secrets-manager.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { type Environment, optional, required } from '../shared/environment.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import { createLog } from '../shared/log.ts';
import { createMetrics } from '../shared/metrics.ts';
import { readRoomPolicy } from '../shared/room-policy.ts';
import { createLook } from '../shared/situation/look.ts';
import { ENV } from './contract.ts';
import { createNotices } from './notice-table.ts';
import type { NotifyPorts, Place } from './ports.ts';
import { mailOf, subscribersIn } from './recipients.ts';
import { readRunbook } from './runbook-file.ts';

const PUBLISHING = { maxAttempts: 1, requestHandler: { connectionTimeout: 2000, requestTimeout: 4000 } };

/** The ports of the deployed function, made once, at the first alarm. */
export const realPorts = (environment: Environment = process.env): (() => NotifyPorts) => {
  let ports: NotifyPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. @param clients settings of the AWS client, over those of the function */
export const createPorts = (
  environment: Environment,
  http: HttpCall,
  clock: Clock,
  clients: SNSClientConfig = {},
): NotifyPorts => {
  const aws = { environment, http, clock };
  const log = createLog('notify');
  const sns = new SNSClient({ ...PUBLISHING, ...clients });
  const mail = mailOf((input) => sns.send(new PublishCommand(input)), required(environment, ENV.textsTopicArn));
  const secretArn = optional(environment, ENV.subscribersSecretArn);
  const room = required(environment, ENV.room);
  const policy = readRoomPolicy(environment);
  return {
    place: placeOf(environment, room),
    runbook: readRunbook(environment, log),
    owners: {},
    clock,
    log,
    metrics: createMetrics({ room, clock }),
    notices: createNotices(createDynamoDb({ ...aws, tableName: required(environment, ENV.ledgerTable) }), clock),
    situation: createLook({ ...aws, log, policy }),
    recipients: async () => {
      if (secretArn === undefined) return { mail, chats: [], missing: null };
      return { mail, ...(await subscribersIn(createSecretStore({ ...aws, secretArn }), http)) };
    },
  };
};

const placeOf = (environment: Environment, room: string): Place => {
  const url = optional(environment, ENV.operatorUrl);
  const roleArn = optional(environment, ENV.onCallRoleArn);
  return {
    environment: required(environment, ENV.environment),
    room,
    region: required(environment, 'AWS_REGION'),
    door: url === undefined || roleArn === undefined ? undefined : { url, roleArn },
  };
};
