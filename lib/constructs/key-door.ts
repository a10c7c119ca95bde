import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import { STAGES } from '../../lambda/shared/contract.ts';
import { keyDoorPolicy } from './door-policy.ts';
import { KEY_DOOR_PROBLEMS } from './gateway-problems.ts';
import { MessagesDoor, type MessagesDoorProps } from './messages-door.ts';
import type { RoomFunction } from './room-function.ts';

/** Who says whether a key may come in, and from where it may come. */
export interface KeyDoorProps extends MessagesDoorProps {
  /** Checks the key of every request. */
  readonly authorizer: RoomFunction;
  /** @default - every network: the key alone decides */
  readonly callerNetworks?: readonly string[];
}

/**
 * Where apps outside AWS come in: with a key in `Authorization`, checked by a function at every request.
 *
 * Nothing of its answer is kept, and it is asked also where there is no such header: so the time after which a revoked
 * key is dead is none.
 */
export class KeyDoor extends MessagesDoor {
  constructor(scope: Construct, id: string, props: KeyDoorProps) {
    super(scope, id, props, {
      description: 'Keyroom: the door of the apps that come with a key',
      stageName: STAGES.key,
      policy: props.callerNetworks?.length ? keyDoorPolicy(props.callerNetworks) : undefined,
      authorization: (door) => ({
        authorizationType: apigateway.AuthorizationType.CUSTOM,
        authorizer: authorizerOf(door, props.authorizer),
      }),
      caller: { caller: '$context.authorizer.principalId', appKeyId: '$context.authorizer.appKeyId' },
      problems: KEY_DOOR_PROBLEMS,
    });
  }
}

const authorizerOf = (door: Construct, { function: handler }: RoomFunction): apigateway.IAuthorizer => {
  const authorizer = new apigateway.RequestAuthorizer(door, 'Authorizer', {
    handler,
    identitySources: [],
    resultsCacheTtl: Duration.seconds(0),
  });
  // The CDK writes an empty text; what is optional is left out.
  if (authorizer.node.defaultChild instanceof apigateway.CfnAuthorizer) {
    authorizer.node.defaultChild.addPropertyDeletionOverride('IdentitySource');
  }
  return authorizer;
};
