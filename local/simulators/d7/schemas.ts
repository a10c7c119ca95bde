import { compileSchema, list, object, text } from '../validation.ts';

/** A number as D7 takes it: international, the plus may be missing. */
const number = text({ pattern: '^\\+?[1-9][0-9]{6,14}$' });
/** 11 characters when alphanumeric, else a number: D7's documentation of SMS originators. */
const originator = text({ pattern: '^([A-Za-z0-9 ._-]{1,11}|\\+?[0-9]{3,15})$' });
/** The provider documents no limit; this one keeps counting the parts cheap. */
const MAX_CONTENT = 10_000;
const url = text({ pattern: '^https?://' });
const optional = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });

/** Body of `POST /auth/v1/login/application`. */
export const validateLogin = compileSchema(
  object({ client_id: text({ minLength: 1 }), client_secret: text({ minLength: 1 }) }, ['client_id', 'client_secret']),
);

export interface SmsSend {
  readonly messages: readonly {
    readonly recipients: readonly string[];
    readonly content: string;
    readonly originator?: string;
    readonly data_coding?: 'auto' | 'text' | 'unicode';
    readonly schedule_time?: string | null;
    readonly report_url?: string | null;
  }[];
  readonly message_globals?: {
    readonly originator?: string;
    readonly schedule_time?: string | null;
    readonly report_url?: string | null;
  };
}

/** Body of `POST /messages/v1/send`, SMS only. */
export const validateSms = compileSchema(
  object(
    {
      messages: list(
        object(
          {
            channel: { enum: ['sms'] },
            recipients: list(number, { minItems: 1 }),
            content: text({ minLength: 1, maxLength: MAX_CONTENT }),
            msg_type: { enum: ['text'] },
            data_coding: { enum: ['auto', 'text', 'unicode'] },
            originator,
            report_url: optional(url),
            schedule_time: optional(text()),
            tag: text(),
            client_ref: text(),
            num_lookup: { type: 'boolean' },
          },
          ['channel', 'recipients', 'content', 'msg_type'],
        ),
        { minItems: 1 },
      ),
      message_globals: object({
        originator,
        report_url: optional(url),
        schedule_time: optional(text()),
        // D7's own client sends null where it is given none.
        tag: optional(text()),
      }),
    },
    ['messages'],
  ),
);

export interface ViberSend {
  readonly messages: readonly {
    readonly recipients: readonly string[];
    readonly content: string;
    readonly originator?: string;
  }[];
  readonly message_globals?: { readonly originator?: string; readonly call_back_url?: string | null };
}

/** A registered brand: its form is not documented. */
const brand = text({ minLength: 1 });

/** Body of `POST /viber/v1/send`, text only: pictures and buttons need the label PROMOTION. */
export const validateViber = compileSchema(
  object(
    {
      messages: list(
        object(
          {
            channel: { enum: ['viber'] },
            recipients: list(number, { minItems: 1 }),
            content: text({ minLength: 1, maxLength: 1000 }),
            label: { enum: ['PROMOTION', 'TRANSACTION'] },
            originator: brand,
          },
          ['channel', 'recipients', 'content', 'label'],
        ),
        { minItems: 1 },
      ),
      message_globals: object({ originator: brand, call_back_url: optional(url) }),
    },
    ['messages'],
  ),
);

export interface WhatsAppSend {
  readonly messages: readonly {
    readonly originator: string;
    readonly recipients: readonly WhatsAppRecipient[];
    readonly content: WhatsAppContent;
    readonly report_url?: string;
  }[];
}

export interface WhatsAppRecipient {
  readonly recipient: string;
  readonly cust_ref?: string;
  readonly message_tag1?: string;
  readonly message_tag2?: string;
  readonly message_tag3?: string;
  readonly message_tag4?: string;
  readonly message_tag5?: string;
}

export type WhatsAppContent =
  | { readonly message_type: 'TEXT'; readonly text: { readonly body: string } }
  | {
      readonly message_type: 'TEMPLATE';
      readonly template: {
        readonly template_id: string;
        readonly language: string;
        readonly body_parameter_values?: Readonly<Record<string, string>>;
      };
    };

const template = object(
  {
    template_id: text({ minLength: 1 }),
    language: text({ minLength: 2 }),
    body_parameter_values: { type: 'object', patternProperties: { '^[0-9]+$': text() }, additionalProperties: false },
  },
  ['template_id', 'language'],
);

/** Body of `POST /whatsapp/v2/send`: free text and templates. */
export const validateWhatsApp = compileSchema(
  object(
    {
      messages: list(
        object(
          {
            originator: number,
            recipients: list(
              object(
                {
                  recipient: number,
                  recipient_type: { enum: ['individual'] },
                  cust_ref: text(),
                  message_tag1: text(),
                  message_tag2: text(),
                  message_tag3: text(),
                  message_tag4: text(),
                  message_tag5: text(),
                },
                ['recipient'],
              ),
              { minItems: 1 },
            ),
            content: {
              type: 'object',
              required: ['message_type'],
              properties: { message_type: { enum: ['TEXT', 'TEMPLATE'] } },
              if: { properties: { message_type: { const: 'TEXT' } } },
              then: object({ message_type: {}, text: object({ body: text({ minLength: 1 }) }, ['body']) }, [
                'message_type',
                'text',
              ]),
              else: object({ message_type: {}, template }, ['message_type', 'template']),
            },
            report_url: url,
          },
          ['originator', 'recipients', 'content'],
        ),
        { minItems: 1 },
      ),
    },
    ['messages'],
  ),
);
