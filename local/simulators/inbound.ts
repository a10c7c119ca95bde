import { ControlError } from './provider.ts';
import { isObject } from './settings.ts';

/** What a person writes to a sender, and the address that was entered at the provider for that. */
export interface PersonsMessage {
  readonly url: string;
  /** E.164. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
  /** @default sms */
  readonly channel: 'sms' | 'whatsapp';
  /** The provider's id. @default - a new one */
  readonly id?: string | undefined;
}

/** Reads what a test driver wants to be written. @throws {ControlError} */
export const personsMessageIn = (body: unknown): PersonsMessage => {
  const { url, from, to, text, channel = 'sms', id } = isObject(body) ? body : {};
  const texts = [url, from, to, text].every((field) => typeof field === 'string');
  if (!texts || (channel !== 'sms' && channel !== 'whatsapp') || !(id === undefined || typeof id === 'string')) {
    throw new ControlError('inbound: url, from, to and text must be text, channel sms or whatsapp');
  }
  return { url, from, to, text, channel, id } as PersonsMessage;
};
