import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import { ENV } from '../../lambda/watch/contract.ts';
import type { IncidentFunction } from './incident-function.ts';
import type { Ledger } from './ledger.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What is watched. */
export interface WatchFunctionProps extends RoomFunctionProps {
  /** What the apps may do. */
  readonly policy: RoomPolicy;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** What is stopped, and by what. @default - nothing: there is nobody who could undo it */
  readonly quarantine?: {
    /** Freezes, as for whoever is on call. */
    readonly incident: IncidentFunction;
    /** Whether a country is frozen that is new to the room, once the room is a week old. */
    readonly countries: boolean;
    /** Whether an app is frozen that pages. */
    readonly apps: boolean;
  };
}

/**
 * Looks every minute whether the apps send more than is usual at this hour of the week.
 *
 * A function of its own and not a part of the sweep: that one may change messages, and must not be held up by this one.
 * It reads what the apps have used from their own items, which say it at once and cost a read, where metrics are late
 * and cost more. Outside the VPC, as it calls no provider. It changes nothing of the apps: what it wants frozen it commands
 * at the function that people command.
 */
export class WatchFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: WatchFunctionProps) {
    const { policy, quarantine } = props;
    super(scope, id, props, {
      name: 'watch',
      description: `Keyroom: looks whether the apps of the room ${policy.room} send more than usual`,
      timeout: Duration.seconds(25),
      memorySizeMiB: 256,
      policy,
      environment: {
        [ENV.room]: policy.room,
        [ENV.ledgerTable]: props.ledger.table.tableName,
        ...(quarantine && {
          [ENV.incidentFunction]: quarantine.incident.function.functionName,
          [ENV.freezeCountries]: String(quarantine.countries),
          [ENV.freezeApps]: String(quarantine.apps),
        }),
      },
    });
    props.ledger.grant(this.role, {
      app: ['BatchGetItem'],
      room: ['GetItem'],
      watch: ['GetItem', 'PutItem'],
    });
    quarantine?.incident.grantQuarantine(this.role);
    new events.Rule(this, 'Schedule', {
      description: `Keyroom: looks whether the apps of the room ${policy.room} send more than usual`,
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [
        new targets.LambdaFunction(this.function, {
          event: events.RuleTargetInput.fromObject({ action: 'look' }),
          retryAttempts: 0,
          maxEventAge: Duration.minutes(1),
        }),
      ],
    });
  }
}
