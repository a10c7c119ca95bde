import type { Clock } from '../clock.ts';
import type { ProviderCall, ProviderReply } from '../provider.ts';
import { countSegments, examineNumber } from '../segments.ts';
import { isObject } from '../settings.ts';
import { newSid } from './account.ts';
import { errorReply, isErrorCode } from './errors.ts';
import { invalidForm } from './key-routes.ts';
import { showMessage } from './message-routes.ts';
import type { SentMessage } from './outbox.ts';
import type { TwilioParts } from './routes.ts';
import { validateMessage, type MessageForm } from './schemas.ts';
import { statusCallbackOf } from './status-callback.ts';
import type { TwilioSettings } from './settings.ts';

const MAX_BODY = 1600;
const NUMBER = /^\+[1-9]\d{6,14}$/;
/** A number, a short code, or a name of at most 11 characters with a letter in it. */
const SMS_SENDER = /^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 &._+-]{1,11})$/;

/** `POST …/Messages.json`: 201 with the message, or an error of Twilio's list. */
export function sendMessage(
  call: ProviderCall,
  { account, outbox, settings, receipts }: TwilioParts,
  clock: Clock,
  credentialId: string,
): ProviderReply {
  const wrong = invalidForm(call, validateMessage);
  if (wrong) return wrong;
  const form = (call.body ?? {}) as MessageForm;
  const code = addressProblem(form) ?? contentProblem(form) ?? refusalOf(form, settings);
  if (code !== undefined) return errorReply(code);
  const { To = '', From = null, MessagingServiceSid = null, StatusCallback: url } = form;
  const body = textOf(form);
  const message: SentMessage = {
    sid: newSid('SM'),
    channel: To.startsWith('whatsapp:') ? 'whatsapp' : 'sms',
    to: To,
    from: From,
    messagingServiceSid: MessagingServiceSid,
    body,
    segments: countSegments(body),
    sentAt: clock.now(),
  };
  // Twilio suspends an account without money.
  if (!outbox.submit(message, credentialId, call.source)) return errorReply(20005);
  if (url !== undefined) {
    receipts.add(statusCallbackOf(message, url, (each) => outbox.statusOf(each), account, settings));
  }
  return { status: 201, body: showMessage(message, 'queued', account.sid, settings) };
}

function addressProblem({ To, From, MessagingServiceSid }: MessageForm): number | undefined {
  if (To === undefined || To === '') return 21604;
  const number = To.replace(/^whatsapp:/, '');
  if (!NUMBER.test(number) || !examineNumber(number).possible) return 21211;
  if (From === undefined) return MessagingServiceSid === undefined ? 21603 : undefined;
  if (To.startsWith('whatsapp:') !== From.startsWith('whatsapp:')) return 21910;
  const sender = From.startsWith('whatsapp:') ? NUMBER : SMS_SENDER;
  return sender.test(From.replace(/^whatsapp:/, '')) ? undefined : 21212;
}

function contentProblem(form: MessageForm): number | undefined {
  const { Body = '', ContentSid, MediaUrl } = form;
  if (Body === '' && ContentSid === undefined && MediaUrl === undefined) return 21619;
  if (Body.length > MAX_BODY) return 21617;
  if (ContentSid !== undefined && !/^HX[0-9a-fA-F]{32}$/.test(ContentSid)) return 21655;
  return variablesOf(form) === undefined ? 21656 : undefined;
}

/** What a test driver wants refused. */
function refusalOf({ To = '' }: MessageForm, { outcomes }: TwilioSettings): number | undefined {
  const code = Number(outcomes[To.replace('whatsapp:', '')]);
  return isErrorCode(code) ? code : undefined;
}

/** The numbered variables of a template; undefined when they are none. */
function variablesOf({ ContentSid, ContentVariables }: MessageForm): Record<string, string> | undefined {
  if (ContentVariables === undefined) return {};
  try {
    const variables: unknown = JSON.parse(ContentVariables);
    const fits = isObject(variables) && Object.values(variables).every((value) => typeof value === 'string');
    return fits && ContentSid !== undefined ? (variables as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
}

/** What the recipient reads; of a template, whose text is not known here, its SID and variables. */
const textOf = (form: MessageForm): string =>
  form.ContentSid === undefined
    ? (form.Body ?? '')
    : `${form.ContentSid}[${Object.values(variablesOf(form) ?? {}).join(',')}]`;
