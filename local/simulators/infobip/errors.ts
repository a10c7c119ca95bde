import type { ProviderReply } from '../provider.ts';
import type { Violation } from '../validation.ts';

/**
 * Which of Infobip's two error forms an endpoint answers in.
 *
 * - `platform`: `{"errorCode", "description", "action", "violations", "resources"}` (keys, SMS v3).
 * - `service`: `{"requestError": {"serviceException": {"messageId", "text"}}}` (balance, WhatsApp).
 */
export type ErrorForm = 'platform' | 'service';

const PLATFORM: Readonly<Record<number, readonly [description: string, action: string]>> = {
  400: ['Request cannot be processed.', 'Check the syntax, violations and adjust the request.'],
  401: [
    'The request lacks valid authentication credentials for the requested resource.',
    'Check the resources and adjust authentication credentials.',
  ],
  403: [
    'Insufficient permissions to access the requested resource.',
    'Repeat the request with new or different credentials.',
  ],
  404: [
    "Not found - request URL doesn't exist on the API server or resource is not found.",
    'Check the resources and adjust your request.',
  ],
  405: ['Method is not supported.', 'Check the method and adjust your request.'],
  415: ['Media type is not supported.', 'Check the content type and adjust your request.'],
  429: ['Too many requests sent.', 'Check request rate limit specified in the API endpoint documentation resource.'],
};

const SERVICE: Readonly<Record<number, readonly [messageId: string, text: string]>> = {
  400: ['BAD_REQUEST', 'Bad request'],
  401: ['UNAUTHORIZED', 'Unauthorized'],
  403: ['FORBIDDEN', 'Forbidden'],
  404: ['NOT_FOUND', 'Not found'],
  405: ['METHOD_NOT_ALLOWED', 'Method not allowed'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'Unsupported media type'],
  429: ['TOO_MANY_REQUESTS', 'Too many requests'],
};

/** @param description in place of the usual sentence. */
export function errorReply(
  form: ErrorForm,
  status: number,
  description?: string,
  violations: readonly Violation[] = [],
): ProviderReply {
  if (form === 'service') {
    const [messageId, text] = SERVICE[status] ?? ['GENERAL_ERROR', 'Something went wrong'];
    const details = violations.length > 0 ? { validationErrors: byProperty(violations) } : {};
    return {
      status,
      body: { requestError: { serviceException: { messageId, text: description ?? text, ...details } } },
    };
  }
  const [usual, action] = PLATFORM[status] ?? ['Something went wrong.', 'Contact support.'];
  return {
    status,
    body: {
      errorCode: `E${String(status)}`,
      description: description ?? usual,
      action,
      violations: violations.map(({ path, message }) => ({ property: toProperty(path), violation: message })),
      resources: [],
    },
  };
}

/** `messages[0].destinations[0].to`. */
const toProperty = (path: Violation['path']): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${String(step)}]` : text === '' ? step : `${text}.${step}`),
    '',
  );

function byProperty(violations: readonly Violation[]): Record<string, readonly string[]> {
  const grouped: Record<string, string[]> = {};
  for (const { path, message } of violations) (grouped[toProperty(path)] ??= []).push(message);
  return grouped;
}
