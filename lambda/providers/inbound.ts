import type { InboundFormat } from '../shared/inbound.ts';
import { INFOBIP_INBOUND } from './infobip/inbound.ts';
import { TWILIO_INBOUND } from './twilio/inbound.ts';

/** D7 says that it passes on what people write, but no document of the form it has was found. */
const FORMATS: Readonly<Record<string, InboundFormat>> = { infobip: INFOBIP_INBOUND, twilio: TWILIO_INBOUND };

/** How a provider tells of messages that people send to the room; `undefined` where that is not documented. */
export const inboundFormat = (provider: string): InboundFormat | undefined =>
  Object.hasOwn(FORMATS, provider) ? FORMATS[provider] : undefined;
