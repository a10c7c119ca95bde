import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { decoyName } from '../../lambda/witness/contract.ts';

/** Where the decoy stands. */
export interface DecoyProps {
  /** Name of the environment; part of the secret's name. */
  readonly environmentName: string;
  /** Name of the room; part of the secret's name. */
  readonly roomName: string;
  /** Encrypts the value, which opens nothing. */
  readonly encryptionKey: kms.IKey;
  /** What becomes of the secret when the stack goes. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A secret that nobody has a reason to touch, under the most promising name of the room's.
 *
 * On purpose it has no policy: whoever may read secrets in the account may read it, and is told on. What they find is
 * random, and no provider takes it.
 */
export class Decoy extends Construct {
  constructor(scope: Construct, id: string, props: DecoyProps) {
    super(scope, id);
    const secret = new secretsmanager.CfnSecret(this, 'Resource', {
      name: decoyName(props.environmentName, props.roomName),
      description: `API key of the provider of the room ${props.roomName}`,
      kmsKeyId: props.encryptionKey.keyArn,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    secret.applyRemovalPolicy(props.removalPolicy);
  }
}
