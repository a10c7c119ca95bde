import { type InboundUrlResult, recipientsFunctionName } from '../lambda/recipients/contract.ts';
import { askFunction, type AskingContext } from './ask-function.ts';

/**
 * Shows the address to enter at the provider for what people write to the room.
 *
 * @throws RoomRefusal with the room's reason when it takes in none
 */
export const showInboundUrl = async (context: AskingContext): Promise<void> => {
  const { connect, environment, room, report, json } = context;
  const { url } = await report.step(`ask room ${room}`, async () =>
    askFunction<InboundUrlResult>((await connect()).functions, recipientsFunctionName(environment.name, room), {
      action: 'inbound-url',
    }),
  );
  const { out = (text: string) => void process.stdout.write(text) } = context;
  if (json) report.figure('url', url);
  else out(`${url}\n`);
};
