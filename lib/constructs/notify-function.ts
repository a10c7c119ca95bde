import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { ENV, RUNBOOK_FILE } from '../../lambda/notify/contract.ts';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import { grantThrough } from './data-key.ts';
import type { Ledger } from './ledger.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';
import { runbookAdvice } from './runbook-advice.ts';
import type { SituationReader } from './situation-reader.ts';
import type { SubscribersSecret } from './subscribers-secret.ts';

/** Which alarms get a text, what it is made of, and where it goes. */
export interface NotifyFunctionProps extends RoomFunctionProps {
  /** Names the room and its apps. */
  readonly policy: RoomPolicy;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Where the room's situation is read. */
  readonly situation: SituationReader;
  /** The topics that alarms publish to. */
  readonly alarms: readonly sns.ITopic[];
  /** Carries texts to people by e-mail. */
  readonly texts: sns.ITopic;
  /** Encrypts what is published there. */
  readonly encryptionKey: kms.IKey;
  /** Where chats and pagers are reached. @default - texts go out by e-mail alone */
  readonly subscribers?: SubscribersSecret;
  /** Where whoever is on call commands, and as whom. @default - the room has no such door */
  readonly door?: { readonly url: string; readonly role: IRole };
}

/**
 * Adds the text to alarms.
 *
 * Beside the way of the alarms and not on it: it is one more subscriber of their topics, so that they reach people without
 * it. Outside the VPC, as what is wrong may be the network. 30 s: what it asks and whom it tells have a few seconds each.
 */
export class NotifyFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: NotifyFunctionProps) {
    const { policy, ledger, texts, subscribers, door } = props;
    super(scope, id, props, {
      name: 'notify',
      description: `Keyroom: adds the text to the alarms of the room ${policy.room}`,
      timeout: Duration.seconds(30),
      memorySizeMiB: 512,
      policy,
      files: { [RUNBOOK_FILE]: runbookAdvice(readFileSync(path.join(process.cwd(), 'docs', 'runbook.md'), 'utf8')) },
      environment: {
        [ENV.environment]: policy.environment,
        [ENV.room]: policy.room,
        ...props.situation.environment,
        [ENV.ledgerTable]: ledger.table.tableName,
        [ENV.textsTopicArn]: texts.topicArn,
        ...(subscribers && { [ENV.subscribersSecretArn]: subscribers.secretArn }),
        ...(door && { [ENV.operatorUrl]: door.url, [ENV.onCallRoleArn]: door.role.roleArn }),
      },
    });
    ledger.grant(this.role, { notice: ['GetItem', 'PutItem'] });
    props.situation.grantRead(this.role);
    subscribers?.grantUse(this.role);
    // The topic's own grant would let the role use the key for anything.
    this.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['sns:Publish'], resources: [texts.topicArn] }));
    grantThrough(props.encryptionKey, this.role, 'sns', ['kms:Decrypt', 'kms:GenerateDataKey']);
    for (const topic of props.alarms) topic.addSubscription(new subscriptions.LambdaSubscription(this.function));
  }
}
