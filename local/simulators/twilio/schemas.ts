import { compileSchema, list, object, text } from '../validation.ts';

const sid = (prefix: string): object => text({ pattern: `^${prefix}[0-9a-fA-F]{32}$` });
const flag = text({ pattern: '^(true|false)$' });

/** Form of `POST …/Messages.json`: the parameters of `CreateMessage`. Their meaning is checked by the route. */
export const validateMessage = compileSchema(
  object({
    To: text(),
    From: text(),
    MessagingServiceSid: sid('MG'),
    Body: text(),
    // Its form is checked by the route: Twilio has an error of its own for it.
    ContentSid: text(),
    ContentVariables: text(),
    MediaUrl: text({ pattern: '^https?://' }),
    StatusCallback: text({ pattern: '^https?://' }),
    ApplicationSid: sid('AP'),
    Attempt: text({ pattern: '^\\d+$' }),
    ValidityPeriod: text({ pattern: '^\\d{1,5}$' }),
    SmartEncoded: flag,
    ProvideFeedback: flag,
    ForceDelivery: flag,
    ShortenUrls: flag,
    SendAsMms: flag,
    RiskCheck: { enum: ['enable', 'disable'] },
    ContentRetention: { enum: ['retain', 'discard'] },
    AddressRetention: { enum: ['retain', 'obfuscate'] },
  }),
);

export interface MessageForm {
  readonly To?: string;
  readonly From?: string;
  readonly MessagingServiceSid?: string;
  readonly Body?: string;
  readonly ContentSid?: string;
  readonly ContentVariables?: string;
  readonly MediaUrl?: string;
  readonly StatusCallback?: string;
}

const friendlyName = text({ maxLength: 64 });

/** Form of `POST /v1/Keys`. */
export const validateNewKey = compileSchema(
  object({ AccountSid: sid('AC'), FriendlyName: friendlyName, KeyType: { enum: ['restricted'] }, Policy: text() }, [
    'AccountSid',
  ]),
);

/** Form of `POST /v1/Keys/{Sid}`. */
export const validateKeyChange = compileSchema(object({ FriendlyName: friendlyName, Policy: text() }));

export interface KeyForm {
  readonly AccountSid?: string;
  readonly FriendlyName?: string;
  readonly KeyType?: 'restricted';
  readonly Policy?: string;
}

/** The policy itself. 100 permissions: https://www.twilio.com/docs/iam/api-keys/restricted-api-keys */
export const validatePolicy = compileSchema(
  object(
    {
      allow: list(text({ pattern: '^/twilio(/[a-z0-9-]+){2,}$' }), { minItems: 1, maxItems: 100 }),
    },
    ['allow'],
  ),
);
