import { iso } from '../shared/clock.ts';
import type { InboundMessage } from '../shared/inbound.ts';
import { readPhoneNumber } from '../shared/phone.ts';
import { eventIdOf, inboundReceived, type Known, type Writer } from './inbound-received.ts';
import type { InboundCommand, InboundPorts, InboundResult } from './ports.ts';
import { keywordOf } from './keyword.ts';

type Ports = Pick<InboundPorts, 'room' | 'provider' | 'isFull' | 'optOuts' | 'passed' | 'bus' | 'clock'>;

/**
 * Heeds what people write and passes it on, each message once, in their order.
 *
 * That it was passed on is noted last: where anything fails before, the provider's repeat does it again, and the event has the
 * same id. A word to send again is noted before it is heeded: no repeat of it can undo a stop word that came after it, and
 * where heeding it fails the person stays opted out until they write it again.
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
  { hashOf, isGenuine, startLifts }: InboundCommand,
  message: InboundMessage,
  eventId: string,
): Promise<boolean> => {
  const { room, isFull, bus, clock } = ports;
  const number = readPhoneNumber(message.from);
  const writer = number && { number, hash: hashOf(number.e164) };
  const keyword = keywordOf(message);
  const optedOut = writer ? await heed(ports, writer, { keyword, startLifts, eventId }) : false;
  const at = iso(clock.now());
  const known = { eventId, at, room, keyword, optedOut, verified: isGenuine, writer, isFull };
  return (await bus.put([inboundReceived(message, known)])) === 1;
};

/** @returns whether they are opted out now */
const heed = async (
  { optOuts, passed, clock }: Ports,
  { hash }: Writer,
  { keyword, startLifts, eventId }: Pick<InboundCommand, 'startLifts'> & Pick<Known, 'keyword' | 'eventId'>,
): Promise<boolean> => {
  if (keyword === 'stop') {
    await optOuts.add(hash, { since: clock.now(), source: 'recipient' });
    return true;
  }
  const heeded = `${eventId}#heeded`;
  if (keyword === 'start' && startLifts.length > 0 && !(await passed.has(heeded))) {
    await passed.add(heeded, clock.now());
    await optOuts.liftOwn(hash, clock.now(), startLifts);
  }
  return (await optOuts.find(hash)) !== undefined;
};
