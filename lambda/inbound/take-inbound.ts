import { iso } from '../shared/clock.ts';
import type { InboundMessage, Keyword } from '../shared/inbound.ts';
import { readPhoneNumber } from '../shared/phone.ts';
import { eventIdOf, inboundReceived, type Writer } from './inbound-received.ts';
import type { InboundCommand, InboundPorts, InboundResult } from './ports.ts';
import { keywordOf } from './keyword.ts';

type Ports = Pick<InboundPorts, 'room' | 'provider' | 'isFull' | 'optOuts' | 'passed' | 'bus' | 'clock'>;

/**
 * Heeds what people write and passes it on, each message once, in their order.
 *
 * That it was passed on is noted last: where anything fails before, the provider's repeat does it again, and the event has the
 * same id. Once it is noted, a repeat does nothing: an old word to send again cannot undo a stop word that came after it.
 *
 * @throws AwsError
 */
export const takeInbound = async (ports: Ports, command: InboundCommand): Promise<InboundResult> => {
  let result: InboundResult = 'nothing-new';
  for (const message of command.messages) {
    const eventId = eventIdOf(ports.provider, message);
    if (await ports.passed.has(eventId)) continue;
    if (!(await passOn(ports, command, message, eventId))) return 'again';
    await ports.passed.add(eventId, ports.clock.now());
    result = 'passed-on';
  }
  return result;
};

const passOn = async (
  ports: Ports,
  { hashOf, isGenuine, mayStart }: InboundCommand,
  message: InboundMessage,
  eventId: string,
): Promise<boolean> => {
  const { room, isFull, bus, clock } = ports;
  const number = readPhoneNumber(message.from);
  const writer = number && { number, hash: hashOf(number.e164) };
  const keyword = keywordOf(message);
  const optedOut = writer ? await heed(ports, writer, keyword, mayStart) : false;
  const at = iso(clock.now());
  const known = { eventId, at, room, keyword, optedOut, verified: isGenuine, writer, isFull };
  return (await bus.put([inboundReceived(message, known)])) === 1;
};

/** @returns whether they are opted out now */
const heed = async (
  { optOuts, clock }: Ports,
  { hash }: Writer,
  keyword: Keyword | null,
  mayStart: boolean,
): Promise<boolean> => {
  if (keyword === 'stop') {
    await optOuts.add(hash, { since: clock.now(), source: 'recipient' });
    return true;
  }
  if (keyword === 'start' && mayStart) await optOuts.liftOwn(hash, clock.now());
  return (await optOuts.find(hash)) !== undefined;
};
