import type { ProviderCapabilities } from './capabilities.ts';
import { D7 } from './d7/capabilities.ts';
import { INFOBIP } from './infobip/capabilities.ts';
import { SANDBOX } from './sandbox/capabilities.ts';
import { TWILIO } from './twilio/capabilities.ts';

/** Every provider a room can have, by the name used in its configuration. */
export const PROVIDERS: Readonly<Record<string, ProviderCapabilities>> = {
  d7: D7,
  infobip: INFOBIP,
  twilio: TWILIO,
  sandbox: SANDBOX,
};
