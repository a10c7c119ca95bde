import { Duration } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { PROVIDERS } from '../../lambda/providers/contract.ts';
import { ENV } from '../../lambda/read-records/contract.ts';
import type { IEgress } from './egress.ts';
import type { ProviderKey } from './provider-key.ts';
import { RoomFunction, type RoomFunctionProps } from './room-function.ts';

/** What is read, and with what. */
export interface ReadRecordsFunctionProps extends RoomFunctionProps {
  /** Name of the room. */
  readonly roomName: string;
  /** Name of the provider, as in its capabilities. */
  readonly providerName: string;
  /** The way out. */
  readonly egress: IEgress;
  /** The credential in two secrets. */
  readonly providerKey: ProviderKey;
  /** @default - the provider's own address */
  readonly providerBaseUrl?: string;
}

/**
 * Asks the provider what it has of messages and money, and changes nothing there or here.
 *
 * Not a command of the function that rotates: IAM cannot hold a caller to one command of a function, and whoever settles
 * or counts messages has no business with keys. Its role reads the credentials in use, the managing one only where the
 * provider lets no lesser key read.
 */
export class ReadRecordsFunction extends RoomFunction {
  constructor(scope: Construct, id: string, props: ReadRecordsFunctionProps) {
    super(scope, id, props, {
      name: 'read-records',
      description: `Keyroom: asks the provider about messages of the room ${props.roomName}`,
      timeout: Duration.seconds(120),
      memorySizeMiB: 256,
      egress: props.egress,
      environment: {
        [ENV.provider]: props.providerName,
        [ENV.sendingSecretArn]: props.providerKey.sending.secretArn,
        [ENV.managingSecretArn]: props.providerKey.managing.secretArn,
        ...(props.providerBaseUrl !== undefined && { [ENV.providerBaseUrl]: props.providerBaseUrl }),
      },
    });
    props.providerKey.grantAsk(this.role, PROVIDERS[props.providerName]?.recordsReadBy ?? []);
  }

  /** Asking about messages, and about everything that was sent. */
  grantAsk(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
  }
}
