import type { ProviderRecords } from '../shared/provider-records.ts';
import { createD7Records } from './d7/records.ts';
import type { HttpProviderOptions } from './http-provider.ts';
import { createInfobipRecords } from './infobip/records.ts';
import { createTwilioRecords } from './twilio/records.ts';

const FACTORIES: Readonly<Record<string, (options: HttpProviderOptions) => ProviderRecords>> = {
  d7: createD7Records,
  infobip: createInfobipRecords,
  twilio: createTwilioRecords,
};

/**
 * What a provider knows about messages and money; `undefined` for one that keeps no records, as the sandbox.
 *
 * Apart from the registry of sending adapters, so that the send function's bundle holds no code that reads records.
 */
export const createProviderRecords = (name: string, options: HttpProviderOptions): ProviderRecords | undefined =>
  FACTORIES[name]?.(options);
