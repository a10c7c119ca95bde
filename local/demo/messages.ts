/** Numbers the local rooms may message: reserved for examples or fiction, so that nobody owns them. */
const RECIPIENT = '+971500000001';

/** A one-time code by SMS. */
export const sms = (text = 'Your code is 482913'): Record<string, unknown> => ({
  channel: 'sms',
  to: RECIPIENT,
  from: 'Acme',
  text,
  category: 'otp',
});

/** A one-time code through a logical WhatsApp template. */
export const whatsApp = (): Record<string, unknown> => ({
  channel: 'whatsapp',
  to: RECIPIENT,
  from: '+971500009999',
  template: { name: 'otp', language: 'en', params: { code: '482913' } },
  category: 'otp',
});
