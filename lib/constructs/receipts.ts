import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { type AlarmRegistry, QUIET } from './alarm-registry.ts';
import { InboundFunction, type InboundFunctionProps } from './inbound-function.ts';
import { ReceiptDoor, type ReceiptDoorProps } from './receipt-door.ts';
import { ReceiptFunction, type ReceiptFunctionProps } from './receipt-function.ts';
import { ReceiptKey, type ReceiptKeyProps } from './receipt-key.ts';
import type { RoomFunction } from './room-function.ts';
import type { RoomMetrics } from './room-metrics.ts';

/** What takes receipts in, and who is told of calls that are none. */
export interface ReceiptsProps {
  /** Whose receipts come in, and where they are noted. */
  readonly taking: Omit<ReceiptFunctionProps, 'key'> & ReceiptKeyProps;
  /** Whether what the provider has signed is believed. @default false - each receipt is confirmed by asking */
  readonly signed?: boolean;
  /** What people write. @default - nothing of it comes in */
  readonly inbound?: Pick<InboundFunctionProps, 'inbound' | 'pepper'>;
  /** How many may come in at once, and what stands before. */
  readonly door: Omit<ReceiptDoorProps, 'receipt' | 'inbound'>;
  /** Makes the alarms. */
  readonly alarms: AlarmRegistry;
  /** What the function counts. */
  readonly metrics: RoomMetrics;
}

/** A provider makes no such call, and whoever knocks at a random host name gives up sooner. */
const REFUSED_IN_FIVE_MINUTES = 20;

/** The public door for the provider's receipts and for what people write, and the functions that take note of them. */
export class Receipts extends Construct {
  /** The door's address, without a slash at the end. */
  readonly url: string;
  /** Where receipts go, without a slash at the end: what names a message follows. */
  readonly receiptsUrl: string;
  /** Where what people write goes, without a slash at the end; `undefined` where nothing of it comes in. */
  readonly inboundUrl: string | undefined;
  /** What receipts are signed with, where they are. */
  readonly key: ReceiptKey | undefined;
  /** The functions beside those of every room. */
  readonly functions: readonly RoomFunction[];

  constructor(scope: Construct, id: string, props: ReceiptsProps) {
    super(scope, id);
    const key = props.signed ? new ReceiptKey(this, 'Key', props.taking) : undefined;
    // With a key it is inside the network, and another function than outside of it.
    const receipt = key
      ? new ReceiptFunction(this, 'Checking', { ...props.taking, key })
      : new ReceiptFunction(this, 'Taking', props.taking);
    this.key = key;
    const inbound = props.inbound && new InboundFunction(this, 'Inbound', { ...props.taking, ...props.inbound, key });
    const door = new ReceiptDoor(this, 'Door', { ...props.door, receipt, inbound });
    this.functions = [receipt, ...(inbound ? [inbound] : [])];
    this.url = door.url;
    this.receiptsUrl = door.receiptsUrl;
    this.inboundUrl = inbound && door.inboundUrl;
    const period = Duration.minutes(5);
    props.alarms.add('ReceiptsRefused', {
      severity: 'ticket',
      summary: `more than ${REFUSED_IN_FIVE_MINUTES} calls in five minutes at the door of receipts were none of the provider's`,
      metric: props.metrics.sum('receiptRefused', period),
      above: REFUSED_IN_FIVE_MINUTES,
      silence: QUIET,
    });
  }
}
