import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Decoy } from './decoy.ts';
import { WitnessFunction, type WitnessFunctionProps } from './witness-function.ts';
import { watchedPatterns } from './witness-rules.ts';

/** Whose secrets, policies, roles and code are watched. */
export interface TripwiresProps {
  /** Whose they are, and where what is seen is kept. */
  readonly watching: WitnessFunctionProps;
}

/**
 * Tells when somebody else than the room touches its secrets, or changes it outside a deployment.
 *
 * The last thing of a room to be made, as it names everything else of it. What CloudTrail records reaches it without a
 * bound in time, and only where the account has a trail of all management events: both are tried every hour.
 */
export class Tripwires extends Construct {
  /** Judges what is caught. */
  readonly function: WitnessFunction;

  constructor(scope: Construct, id: string, props: TripwiresProps) {
    super(scope, id);
    const { environmentName, roomName, logKey, removalPolicy } = props.watching;
    new Decoy(this, 'Decoy', { environmentName, roomName, removalPolicy, encryptionKey: logKey });
    this.function = new WitnessFunction(this, 'Witness', props.watching);
    const begins = `keyroom-${environmentName}-${roomName}-`;
    const ruleNames = `${begins}witness-`;
    const { partition, region, account } = Stack.of(this);
    this.function.function.addPermission('Rules', {
      principal: new iam.ServicePrincipal('events.amazonaws.com'),
      sourceArn: `arn:${partition}:events:${region}:${account}:rule/${ruleNames}*`,
    });
    const prefixes = { secrets: `keyroom/${environmentName}/${roomName}/`, alarms: begins, rules: ruleNames };
    for (const { id: ruleId, pattern, isOfReads = false } of watchedPatterns(Stack.of(this), prefixes)) {
      // By the resource itself: the CDK's own rule knows no such state, nor references in a pattern.
      new events.CfnRule(this, ruleId, {
        name: `${ruleNames}${ruleId.toLowerCase()}`,
        description: `Keyroom: what the witness over the room ${roomName} looks for`,
        eventPattern: pattern,
        state: isOfReads ? 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' : 'ENABLED',
        targets: [{ id: 'Witness', arn: this.function.function.functionArn }],
      });
    }
  }
}
