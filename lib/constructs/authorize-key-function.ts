import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ENV } from '../../lambda/authorize-key/contract.ts';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import type { IEgress } from './egress.ts';
import type { Ledger } from './ledger.ts';
import type { Pepper } from './pepper.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What a key is checked with. */
export interface AuthorizeKeyFunctionProps extends RoomFunctionProps {
  /** What the keys of the apps may do. */
  readonly policy: RoomPolicy;
  /** The network with the endpoint that the pepper is read through. */
  readonly egress: IEgress;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Keys the hashes of keys. */
  readonly pepper: Pepper;
}

/**
 * Checks the key of every request at the key door.
 *
 * Inside the network: the pepper is read through its endpoint only. 5 s: two calls of AWS, each slow once; the gateway
 * would wait longer. 512 MiB, as a caller waits for its start. It can read keys and note when one was used, in items of
 * their own: it can neither make nor change a key.
 */
export class AuthorizeKeyFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: AuthorizeKeyFunctionProps) {
    super(scope, id, props, {
      name: 'authorize-key',
      description: `Keyroom: checks the app keys of the room ${props.policy.room}`,
      timeout: Duration.seconds(5),
      memorySizeMiB: 512,
      egress: props.egress,
      policy: props.policy,
      environment: {
        [ENV.ledgerTable]: props.ledger.table.tableName,
        [ENV.pepperSecretArn]: props.pepper.secretArn,
      },
    });
    props.ledger.grant(this.role, { appkey: ['GetItem'], appkeyuse: ['UpdateItem'] });
    props.pepper.grantUse(this.role);
  }
}
