import type { Stack } from 'aws-cdk-lib';
import type { Pepper } from '../constructs/pepper.ts';
import { Receipts } from '../constructs/receipts.ts';
import type { Importer } from './keep-key.ts';
import { type Guards, output, type RoomStackProps, type SharedProps, type Watch } from './shared.ts';

/** Twilio says queued, sent and delivered; a receipt that is throttled comes again, or the room asks. */
const RECEIPTS_PER_MESSAGE = 3;

/** Where the provider says what became of messages. */
export const takeReceipts = (
  stack: Stack,
  { config, roomName, room }: RoomStackProps,
  shared: SharedProps & { readonly pepper: Pepper },
  { throttlingRatePerSecond, throttlingBurst, ...guards }: Guards,
  { alarms, metrics }: Watch,
  importer: Importer | undefined,
): Receipts => {
  const receipts = new Receipts(stack, 'Receipts', {
    taking: shared,
    signed: room.receipts === 'signed',
    ...(room.inbound && { inbound: { inbound: room.inbound, pepper: shared.pepper } }),
    door: {
      ...guards,
      apiName: `keyroom-${config.name}-${roomName}-receipts`,
      throttlingRatePerSecond: RECEIPTS_PER_MESSAGE * throttlingRatePerSecond,
      throttlingBurst: RECEIPTS_PER_MESSAGE * throttlingBurst,
    },
    alarms,
    metrics,
  });
  if (importer) receipts.key?.grantImport(importer);
  output(stack, 'ReceiptApiUrl', receipts.url, 'Door of the receipts; each message has a path of its own below it');
  return receipts;
};
