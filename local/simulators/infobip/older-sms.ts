import type { Clock } from '../clock.ts';
import type { ProviderCall, ProviderReply } from '../provider.ts';
import { countSegments } from '../segments.ts';
import { compileSchema, list, object, text } from '../validation.ts';
import { logs, reports } from './log-routes.ts';
import type { Outbox } from './outbox.ts';
import { invalidReply, newBulkId } from './send-routes.ts';
import type { InfobipSettings } from './settings.ts';

interface OlderRequest {
  readonly bulkId?: string;
  readonly messages: readonly {
    readonly from?: string;
    readonly destinations: readonly { readonly to: string; readonly messageId?: string }[];
    readonly text: string;
    readonly callbackData?: string;
  }[];
}

const destination = object({ to: text({ pattern: '^\\+?[0-9]{3,20}$' }), messageId: text({ minLength: 1 }) }, ['to']);

/** Body of `POST /sms/2/text/advanced`, by the client for Python that Infobip generated in its time (4.0.0). */
const validate = compileSchema(
  object(
    {
      // Not documented: Infobip's SDK for Node sends its own parameter along.
      type: { enum: ['text'] },
      bulkId: text(),
      messages: list(
        object(
          {
            from: text({ minLength: 1 }),
            destinations: list(destination, { minItems: 1 }),
            text: text({ minLength: 1 }),
            callbackData: text({ maxLength: 4000 }),
          },
          ['destinations', 'text'],
        ),
        { minItems: 1 },
      ),
    },
    ['messages'],
  ),
);

/** `POST /sms/2/text/advanced`: how SMS were sent before `/sms/3/messages`. */
export function sendOlderSms(call: ProviderCall, outbox: Outbox, keyId: string): ProviderReply {
  const invalid = invalidReply(call, validate, 'service');
  if (invalid) return invalid;
  const { bulkId = newBulkId(), messages } = call.body as OlderRequest;
  const results = messages.flatMap(({ from = '', destinations, text: written, callbackData }) =>
    destinations.map(({ to, messageId }) => {
      const parts = countSegments(written);
      const entry = { channel: 'sms' as const, bulkId, messageId, to, from, text: written, parts, callbackData };
      return { ...outbox.submit(entry, keyId, call.source), to, smsCount: parts };
    }),
  );
  return { status: 200, body: { bulkId, messages: results } };
}

/** `GET /sms/1/logs`: today's log under the names of before. */
export const olderLogs = (call: ProviderCall, outbox: Outbox, settings: InfobipSettings, clock: Clock): ProviderReply =>
  renamed(logs(call, 'sms', outbox, settings, clock));

/** `GET /sms/1/reports`: today's reports under the names of before, each once. */
export const olderReports = (
  call: ProviderCall,
  outbox: Outbox,
  settings: InfobipSettings,
  clock: Clock,
): ProviderReply => renamed(reports(call, 'sms', outbox, settings, clock));

interface Entry {
  readonly sender: string;
  readonly destination?: string;
  readonly to?: string;
  readonly messageCount: number;
  readonly content?: { readonly text: string };
}

const renamed = ({ status, body }: ProviderReply): ProviderReply => ({
  status,
  body: {
    results: (body as { readonly results: readonly Entry[] }).results.map(
      ({ sender, destination: recipient, to = recipient, messageCount, content, ...same }) => ({
        ...same,
        from: sender,
        to,
        smsCount: messageCount,
        ...(content ? { text: content.text } : {}),
      }),
    ),
  },
});
