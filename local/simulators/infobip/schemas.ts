import { compileSchema, list, object, text, type Validate } from '../validation.ts';

/** Body of `POST` and, with every field optional, of `PUT /settings/2/api-keys`. */
export interface ApiKeyRequest {
  readonly name: string;
  readonly allowedIPs?: readonly string[];
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly enabled?: boolean;
  readonly permissions?: readonly string[];
  readonly scopeGuids?: readonly string[];
  readonly platform?: readonly object[];
}

const time = text({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:?\\d\\d)?$' });
const platform = { applicationId: text({ minLength: 1 }), entityId: text({ minLength: 1 }) };
const keyProperties = {
  accountId: text(),
  name: text({ minLength: 1 }),
  allowedIPs: list(text()),
  validFrom: time,
  validTo: time,
  permissions: list({ enum: ['PUBLIC_API', '2FA_CLIENT', 'WEB_SDK'] }),
  scopeGuids: list(text({ pattern: '^[a-z0-9-]+(:[a-z0-9-]+)+$' })),
  platform: list(object({ ...platform, action: { enum: ['FILL', 'FORCE', 'FORBID'] } }, ['applicationId'])),
};

export const validateCreateKey: Validate = compileSchema(object(keyProperties, ['name']));
export const validateUpdateKey: Validate = compileSchema(object({ ...keyProperties, enabled: { type: 'boolean' } }));

export interface SmsRequest {
  readonly messages: readonly {
    readonly sender?: string;
    readonly destinations: readonly { readonly to: string; readonly messageId?: string }[];
    readonly content: { readonly text: string };
    readonly options?: { readonly platform?: { readonly applicationId?: string; readonly entityId?: string } };
    readonly webhooks?: { readonly callbackData?: string; readonly delivery?: { readonly url: string } };
  }[];
  readonly options?: { readonly schedule?: { readonly bulkId?: string } };
}

const number = text({ pattern: '^\\+?[0-9]{3,20}$' });
/** Infobip sends at most 25 parts, of 153 characters each. */
const MAX_TEXT = 25 * 153;
const messageId = text({ minLength: 1, maxLength: 200 });
const webhooks = object({
  delivery: object({ url: text({ pattern: '^https?://' }), intermediateReport: { type: 'boolean' } }),
  contentType: { enum: ['application/json', 'application/xml'] },
  callbackData: text({ maxLength: 4000 }),
});

/** Body of `POST /sms/3/messages`: text messages. */
export const validateSms = compileSchema(
  object(
    {
      messages: list(
        object(
          {
            sender: text({ minLength: 1 }),
            destinations: list(object({ to: number, messageId, networkId: { type: 'integer' } }, ['to']), {
              minItems: 1,
            }),
            content: object(
              {
                text: text({ minLength: 1, maxLength: MAX_TEXT }),
                transliteration: text(),
                language: object({ languageCode: text() }),
              },
              ['text'],
            ),
            options: object({
              platform: object(platform),
              validityPeriod: object({
                amount: { type: 'integer', minimum: 1 },
                timeUnit: { enum: ['SECONDS', 'MINUTES', 'HOURS', 'DAYS'] },
              }),
              campaignReferenceId: text(),
              flash: { type: 'boolean' },
            }),
            webhooks,
          },
          ['destinations', 'content'],
        ),
        { minItems: 1 },
      ),
      options: object({
        schedule: object({ bulkId: text(), sendAt: text() }),
        includeSmsCountInResponse: { type: 'boolean' },
      }),
    },
    ['messages'],
  ),
);

export interface ViberRequest {
  readonly messages: readonly {
    readonly sender: string;
    readonly destinations: readonly { readonly to: string; readonly messageId?: string }[];
    readonly content: { readonly text: string };
    readonly options?: { readonly platform?: object };
    readonly webhooks?: { readonly callbackData?: string; readonly delivery?: { readonly url: string } };
  }[];
}

/** Body of `POST /viber/2/messages`: text alone of its contents. */
export const validateViber = compileSchema(
  object(
    {
      messages: list(
        object(
          {
            sender: text({ minLength: 1 }),
            destinations: list(object({ to: number, messageId }, ['to']), { minItems: 1 }),
            content: object({ type: { enum: ['TEXT'] }, text: text({ maxLength: 1000 }) }, ['type', 'text']),
            options: object({
              platform: object(platform),
              label: { enum: ['PROMOTIONAL', 'TRANSACTIONAL'] },
              campaignReferenceId: text(),
              trackingData: text({ minLength: 1, maxLength: 100 }),
              applySessionRate: { type: 'boolean' },
              toPrimaryDeviceOnly: { type: 'boolean' },
            }),
            webhooks,
          },
          ['sender', 'destinations', 'content'],
        ),
        { minItems: 1 },
      ),
    },
    ['messages'],
  ),
);

/** Body of `POST /sms/1/preview`. */
export const validatePreview = compileSchema(
  object({ text: text({ maxLength: MAX_TEXT }), languageCode: text(), transliteration: text() }, ['text']),
);

export interface WhatsAppTextRequest {
  readonly from: string;
  readonly to: string;
  readonly messageId?: string;
  readonly content: { readonly text: string };
  readonly callbackData?: string;
  readonly notifyUrl?: string;
}

const whatsAppMessage = {
  from: number,
  to: number,
  messageId: text({ minLength: 1, maxLength: 100 }),
  callbackData: text({ maxLength: 4000 }),
  notifyUrl: text({ pattern: '^https?://' }),
  applicationId: text(),
  entityId: text(),
};

/** Not documented: Infobip's SDK for Node sends its own parameter along. */
const sdkType = (...values: readonly string[]) => ({ type: { enum: values } });

/** Body of `POST /whatsapp/1/message/text`: one message, not a list. */
export const validateWhatsAppText = compileSchema(
  object(
    {
      ...sdkType('text'),
      ...whatsAppMessage,
      content: object({ text: text({ minLength: 1, maxLength: 4096 }), previewUrl: { type: 'boolean' } }, ['text']),
    },
    ['from', 'to', 'content'],
  ),
);

export interface WhatsAppRequest {
  readonly messages: readonly {
    readonly from: string;
    readonly to: string;
    readonly messageId?: string;
    readonly content: {
      readonly templateName: string;
      readonly templateData: { readonly body: { readonly placeholders: readonly string[] } };
      readonly language: string;
    };
    readonly callbackData?: string;
    readonly notifyUrl?: string;
  }[];
  readonly bulkId?: string;
}

/** Body of `POST /whatsapp/1/message/template`. */
export const validateWhatsApp = compileSchema(
  object(
    {
      ...sdkType('template'),
      messages: list(
        object(
          {
            ...whatsAppMessage,
            content: object(
              {
                templateName: text({ minLength: 1 }),
                templateData: object(
                  {
                    body: object({ placeholders: list(text({ minLength: 1 })) }, ['placeholders']),
                    buttons: list(object({ type: { enum: ['QUICK_REPLY', 'URL', 'COPY_CODE'] }, parameter: text() })),
                  },
                  ['body'],
                ),
                language: text({ minLength: 2 }),
              },
              ['templateName', 'templateData', 'language'],
            ),
          },
          ['from', 'to', 'content'],
        ),
        { minItems: 1 },
      ),
      bulkId: text({ maxLength: 100 }),
    },
    ['messages'],
  ),
);
