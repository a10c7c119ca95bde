import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { DUE_INDEX, LISTED_AS, MESSAGE_INDEXES, SENT_INDEX } from '../../lambda/shared/contract.ts';
import { grantThrough } from './data-key.ts';

/** How the table is encrypted and what outlives its stack. */
export interface LedgerProps {
  /** Encrypts what is stored. */
  readonly encryptionKey: kms.IKey;
  /** Whether the table refuses to be deleted, and outlives its stack; otherwise it goes with it. */
  readonly kept: boolean;
}

/** Parts of the ledger, by the beginning of their keys. Each function is held to the parts it works on. */
export type LedgerPart =
  | 'action'
  | 'app'
  | 'appkey'
  | 'appkeys'
  | 'appkeyuse'
  | 'inbound'
  | 'job'
  | 'message'
  | 'notice'
  | 'pace'
  | 'prefix'
  | 'provider'
  | 'rate'
  | 'recipient'
  | 'reconcile'
  | 'retries'
  | 'room'
  | 'rotation'
  | 'seen'
  | 'seen-state'
  | 'watch';

/** What a function may do with one item. */
export type ItemOperation = 'BatchGetItem' | 'DeleteItem' | 'GetItem' | 'PutItem' | 'UpdateItem';

/**
 * What was asked, what became of it, and how much of each limit is used.
 *
 * One table with a string key `pk` of the form `<part>#…`. Items leave by themselves at `expiresAt` (seconds). What was
 * deleted or overwritten by mistake can be had back for 7 days: as long as an idempotency key is kept.
 */
export class Ledger extends Construct {
  /** The table. */
  readonly table: dynamodb.ITable;
  private readonly encryptionKey: kms.IKey;

  constructor(scope: Construct, id: string, props: LedgerProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    const table = new dynamodb.Table(this, 'Resource', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.encryptionKey,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 },
      timeToLiveAttribute: 'expiresAt',
      // Both, so that a reader can tell a change of status from any other write.
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      deletionProtection: props.kept,
      // Kept when a creation is rolled back, too: CloudFormation could not delete what refuses to be deleted, and the
      // stack would be stuck. What is left is empty, stands in nobody's way as its name is random, and costs nothing.
      removalPolicy: props.kept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // Only what is due is in it: items that nothing is left to do about lack its keys.
    table.addGlobalSecondaryIndex({
      indexName: DUE_INDEX.name,
      partitionKey: { name: DUE_INDEX.shard, type: dynamodb.AttributeType.STRING },
      sortKey: { name: DUE_INDEX.at, type: dynamodb.AttributeType.NUMBER },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
    for (const { name, partition } of Object.values(MESSAGE_INDEXES)) {
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: partition, type: dynamodb.AttributeType.STRING },
        sortKey: { name: LISTED_AS, type: dynamodb.AttributeType.STRING },
        projectionType: dynamodb.ProjectionType.KEYS_ONLY,
      });
    }
    // What a comparison with the provider needs and no more: neither a number, sealed or hashed, nor a text.
    table.addGlobalSecondaryIndex({
      indexName: SENT_INDEX.name,
      partitionKey: { name: SENT_INDEX.shard, type: dynamodb.AttributeType.STRING },
      sortKey: { name: SENT_INDEX.at, type: dynamodb.AttributeType.NUMBER },
      projectionType: dynamodb.ProjectionType.INCLUDE,
      nonKeyAttributes: [...SENT_INDEX.holds],
    });
    this.table = table;
  }

  /** Finding out what is due, and nothing about it: the index holds keys alone. */
  grantDue(role: iam.IRole): void {
    this.grantQuery(role, [DUE_INDEX.name]);
  }

  /** Finding out which messages there are, and nothing about them: these indexes hold keys of messages alone. */
  grantList(role: iam.IRole): void {
    this.grantQuery(
      role,
      Object.values(MESSAGE_INDEXES).map(({ name }) => name),
    );
  }

  /** Finding out which messages went to a number, by its hash. */
  grantFindByNumber(role: iam.IRole): void {
    this.grantQuery(role, [MESSAGE_INDEXES.number.name]);
  }

  /** Finding out what was sent in a time, what came of it, and what was found at the provider beside it. */
  grantSent(role: iam.IRole): void {
    this.grantQuery(role, [SENT_INDEX.name]);
  }

  private grantQuery(role: iam.IRole, indexes: readonly string[]): void {
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['dynamodb:Query'],
        resources: indexes.map((name) => `${this.table.tableArn}/index/${name}`),
      }),
    );
  }

  /** ARN of the stream of all changes. */
  get streamArn(): string {
    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined) throw new Error('the ledger has no stream');
    return tableStreamArn;
  }

  /** Reading the stream: all items of the table, as no condition can name their keys there. */
  grantReadStream(role: iam.IRole): void {
    role.addToPrincipalPolicy(
      new iam.PolicyStatement({
        // https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html#events-dynamodb-permissions
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [this.streamArn],
      }),
    );
    grantThrough(this.encryptionKey, role, 'dynamodb', ['kms:Decrypt']);
  }

  /**
   * Item operations on each part of the table, and the table's key through DynamoDB.
   *
   * @param operations such as `{ message: ['GetItem'] }`; only operations that name items, as the condition cannot hold
   * for a scan
   */
  grant(role: iam.IRole, operations: Readonly<Partial<Record<LedgerPart, readonly ItemOperation[]>>>): void {
    for (const [part, allowed] of Object.entries(operations)) {
      role.addToPrincipalPolicy(
        new iam.PolicyStatement({
          actions: allowed.map((operation) => `dynamodb:${operation}`),
          resources: [this.table.tableArn],
          conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${part}#*`] } },
        }),
      );
    }
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    grantThrough(this.encryptionKey, role, 'dynamodb', ['kms:Decrypt']);
  }
}
