import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import { ENV } from '../../lambda/status/contract.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';
import type { SituationReader } from './situation-reader.ts';

/** Who may ask where a room stands, and where that is read. */
export interface StatusFunctionProps extends RoomFunctionProps {
  /** What the room allows: which apps there are, and their limits. */
  readonly policy: RoomPolicy;
  /** Where the situation is read. */
  readonly situation: SituationReader;
  /** `<account id>:<role name>` of those who may ask. */
  readonly askers: readonly string[];
}

/** Says where the room stands. Outside the VPC: it must answer also when the way out is broken. */
export class StatusFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: StatusFunctionProps) {
    const { policy, situation, askers } = props;
    super(scope, id, props, {
      name: 'status',
      description: `Keyroom: says where the room ${policy.room} stands for whoever is on call`,
      // Sources are asked side by side and give up after 2.5 s.
      timeout: Duration.seconds(8),
      memorySizeMiB: 512,
      policy,
      environment: { ...situation.environment, [ENV.askers]: askers.join(',') },
    });
    situation.grantRead(this.role);
  }
}
