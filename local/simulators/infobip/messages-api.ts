import type { ProviderCall, ProviderReply } from '../provider.ts';
import { countSegments } from '../segments.ts';
import { compileSchema, list, object, text } from '../validation.ts';
import { MESSAGES_API_CHANNELS } from './log-routes.ts';
import type { Outbox } from './outbox.ts';
import { invalidReply, newBulkId } from './send-routes.ts';

interface MessagesApiRequest {
  readonly messages: readonly {
    readonly channel: string;
    readonly sender: string;
    readonly destinations: readonly { readonly to: string; readonly messageId?: string }[];
    readonly content: { readonly body: { readonly text: string } };
    readonly webhooks?: { readonly callbackData?: string; readonly delivery?: { readonly url: string } };
  }[];
}

/** Body of `POST /messages-api/1/messages`: a text over one of the channels that the simulator has. */
const validate = compileSchema(
  object(
    {
      messages: list(
        object(
          {
            channel: { enum: Object.keys(MESSAGES_API_CHANNELS) },
            sender: text({ minLength: 1 }),
            destinations: list(
              object({ to: text({ pattern: '^\\+?[0-9]{3,20}$' }), messageId: text({ maxLength: 200 }) }, ['to']),
              { minItems: 1 },
            ),
            content: object({ body: object({ type: { enum: ['TEXT'] }, text: text() }, ['type', 'text']) }, ['body']),
            options: { type: 'object' },
            webhooks: object({
              delivery: object({ url: text({ pattern: '^https?://' }) }),
              contentType: text(),
              callbackData: text({ maxLength: 4000 }),
            }),
          },
          ['channel', 'sender', 'destinations', 'content'],
        ),
        { minItems: 1 },
      ),
    },
    ['messages'],
  ),
);

/** `POST /messages-api/1/messages`: one form for every channel. */
export function sendThroughMessagesApi(call: ProviderCall, outbox: Outbox, keyId: string): ProviderReply {
  const invalid = invalidReply(call, validate, 'platform');
  if (invalid) return invalid;
  const bulkId = newBulkId();
  const results = (call.body as MessagesApiRequest).messages.flatMap(
    ({ channel: name, sender, destinations, content, webhooks }) =>
      destinations.map(({ to, messageId }) => {
        const channel = MESSAGES_API_CHANNELS[name] ?? 'sms';
        const { text: written } = content.body;
        const parts = channel === 'sms' ? countSegments(written) : 1;
        const { callbackData, delivery } = webhooks ?? {};
        const common = { bulkId, messageId, to, from: sender, callbackData, notifyUrl: delivery?.url };
        const entry = { ...common, channel, text: written, parts };
        return { ...outbox.submit(entry, keyId, call.source), destination: to };
      }),
  );
  return { status: 200, body: { bulkId, messages: results } };
}
