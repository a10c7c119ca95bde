import type { ProviderReply } from '../provider.ts';
import type { Violation } from '../validation.ts';

/** Why D7 refuses a credential. The first three are documented; the last is inferred. */
export type D7AuthCode =
  | 'ACCESS_TOKEN_SIGNATURE_VERIFICATION_FAILED'
  | 'ACCESS_TOKEN_EXPIRED'
  | 'APPLICATION_NOT_EXISTS'
  | 'INVALID_APPLICATION_CREDENTIALS';

const MESSAGES: Readonly<Record<string, string>> = {
  ACCESS_TOKEN_SIGNATURE_VERIFICATION_FAILED: 'Access token signature verification failed.',
  ACCESS_TOKEN_EXPIRED: 'Access token has expired.',
  APPLICATION_NOT_EXISTS: 'Application does not exist.',
  INVALID_APPLICATION_CREDENTIALS: 'Client id or client secret is not valid.',
  INSUFFICIENT_CREDIT: 'Insufficient credit.',
  MESSAGE_LOG_NOT_EXISTS: 'Message log does not exist.',
  WHATSAPP_LOG_NOT_EXISTS: 'WhatsApp log does not exist.',
  VIBER_LOG_NOT_EXISTS: 'Viber log does not exist.',
  TOO_MANY_REQUESTS: 'Too many requests.',
};

/** D7's error form with a stable code: `{"detail": {"code", "message"}}`. */
export const codedError = (status: number, code: string): ProviderReply => ({
  status,
  body: { detail: { code, message: MESSAGES[code] ?? code } },
});

/** The framework's own errors: `{"detail": "Not Found"}`. */
export const plainError = (status: number, detail: string): ProviderReply => ({ status, body: { detail } });

const TYPES: Readonly<Record<Violation['kind'], string>> = {
  missing: 'value_error.missing',
  extra: 'value_error.extra',
  type: 'type_error',
  enum: 'type_error.enum',
  value: 'value_error',
};

const WORDS: Readonly<Partial<Record<Violation['kind'], string>>> = {
  missing: 'field required',
  extra: 'extra fields not permitted',
};

/** 422 in the form of FastAPI: `{"detail": [{"loc", "msg", "type"}]}`. */
export const validationError = (violations: readonly Violation[]): ProviderReply => ({
  status: 422,
  body: {
    detail: violations.map(({ path, kind, message }) => ({
      loc: ['body', ...path],
      msg: WORDS[kind] ?? message,
      type: TYPES[kind],
    })),
  },
});
