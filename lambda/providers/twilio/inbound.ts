import type { InboundFormat, Keyword } from '../../shared/inbound.ts';
import { formIn } from '../receipt-body.ts';

const KEYWORDS: Readonly<Record<string, Keyword>> = { STOP: 'stop', START: 'start', HELP: 'help' };
const WHATSAPP = 'whatsapp:';

/**
 * Twilio's incoming message webhook: a form with `MessageSid`, `From`, `To` and `Body`, both with `whatsapp:` before the
 * number on that channel. https://www.twilio.com/docs/messaging/guides/webhook-request
 *
 * `OptOutType` is there only where a Messaging Service has Advanced Opt-Out.
 * https://help.twilio.com/articles/31560110671259. The answer is TwiML that sends nothing in reply.
 * https://www.twilio.com/docs/usage/webhooks/sms-webhooks
 */
export const TWILIO_INBOUND: InboundFormat = {
  read: async (body) => {
    const {
      MessageSid: sid = '',
      From: from = '',
      To: to = '',
      Body: text,
      OptOutType: type = '',
    } = await formIn(body);
    if (!/^(SM|MM)[0-9a-fA-F]{32}$/.test(sid) || from === '') return [];
    const keyword = Object.hasOwn(KEYWORDS, type.toUpperCase()) ? KEYWORDS[type.toUpperCase()] : undefined;
    return [
      {
        providerMessageId: sid,
        from: from.replace(WHATSAPP, ''),
        to: to.replace(WHATSAPP, ''),
        channel: from.startsWith(WHATSAPP) ? 'whatsapp' : from.startsWith('+') ? 'sms' : null,
        text: text ?? null,
        ...(keyword && { keyword }),
      },
    ];
  },
  answer: { contentType: 'text/xml', body: '<Response></Response>' },
};
