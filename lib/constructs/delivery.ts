import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { DELIVERY_ENV as ENV } from '../../lambda/shared/delivery/contract.ts';
import type { RoomPolicy } from '../../lambda/shared/contract.ts';
import type { IEgress } from './egress.ts';
import type { Ledger } from './ledger.ts';
import type { Pepper } from './pepper.ts';
import type { ProviderKey } from './provider-key.ts';
import type { RetryQueue } from './retry-queue.ts';
import type { RoomFunctionDefinition, RoomFunctionProps } from './room-function.ts';

/** What a message needs to be taken to the provider. */
export interface DeliveryProps extends RoomFunctionProps {
  /** What the room allows. */
  readonly policy: RoomPolicy;
  /** The way out. */
  readonly egress: IEgress;
  /** The room's ledger. */
  readonly ledger: Ledger;
  /** Keys message ids and number hashes, and closes what is personal. */
  readonly pepper: Pepper;
  /** Where messages wait for their next attempt. */
  readonly retryQueue: RetryQueue;
  /** @default - none: a sandbox room sends nothing anywhere */
  readonly providerKey?: ProviderKey;
  /** @default - the provider's own address */
  readonly providerBaseUrl?: string;
  /** Where the provider's receipts go, without the part that names a message. @default - nowhere */
  readonly receiptUrl?: string;
  /** How long a key may be used before it is read again. */
  readonly keyCache: Duration;
  /** How long an old key stays alive after a switch. */
  readonly keyGrace: Duration;
}

/** What the definitions of functions that call the provider have in common. */
export const deliveryDefinition = (
  props: DeliveryProps,
): Pick<RoomFunctionDefinition, 'egress' | 'policy' | 'environment'> => ({
  egress: props.egress,
  policy: props.policy,
  environment: {
    [ENV.ledgerTable]: props.ledger.table.tableName,
    [ENV.pepperSecretArn]: props.pepper.secretArn,
    [ENV.otpQueueUrl]: props.retryQueue.otp.queueUrl,
    [ENV.queueUrl]: props.retryQueue.rest.queueUrl,
    [ENV.keyCacheSeconds]: String(props.keyCache.toSeconds()),
    [ENV.keyGraceSeconds]: String(props.keyGrace.toSeconds()),
    ...(props.providerKey && { [ENV.sendingSecretArn]: props.providerKey.sending.secretArn }),
    ...(props.receiptUrl !== undefined && { [ENV.receiptUrl]: props.receiptUrl }),
    ...(props.providerBaseUrl !== undefined && { [ENV.providerBaseUrl]: props.providerBaseUrl }),
  },
});

/** What calling the provider takes: knowing whether it is well and whose turn it is, the key, the pepper, and making appointments. */
export const grantDelivery = (role: iam.IRole, props: DeliveryProps): void => {
  // Whether the provider is well is one item for all who call it; so is what a sender bears.
  props.ledger.grant(role, { provider: ['GetItem', 'UpdateItem'], pace: ['UpdateItem'] });
  props.pepper.grantUse(role);
  props.providerKey?.grantSend(role);
  props.retryQueue.grantAdd(role);
};
