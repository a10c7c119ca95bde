import { OPTED_OUT_THERE } from '../../shared/messaging-provider.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';
import type { HttpAnswer } from '../http-answer.ts';

/** Twilio's own code inside an error document (`{code, message, more_info, status}`). */
export const codeOf = ({ body }: HttpAnswer): number | undefined => {
  const { code } = fieldsOf(jsonOf(body));
  return typeof code === 'number' ? code : undefined;
};

/** Codes that decide by themselves. https://www.twilio.com/docs/api/errors */
export const CODE = {
  /** The key is wrong, deleted, of another account, or of a kind that may not do this; or the account is suspended. */
  permissionDenied: 20003,
  accountNotActive: 20005,
  notFound: 20404,
  tooManyRequests: 20429,
  /** A restricted key lacks a permission; the message names it. */
  lacksPermission: 70051,
} as const;

/** What is wrong with a message, in words an app can act on; any other code is told by its number. */
export const REFUSALS: Readonly<Record<number, string>> = {
  21211: 'invalid-recipient',
  21212: 'invalid-sender',
  21265: 'invalid-recipient',
  21408: 'country-not-enabled',
  21602: 'invalid-content',
  21603: 'invalid-sender',
  21604: 'invalid-recipient',
  21606: 'sender-refused',
  21608: 'recipient-not-verified',
  21610: OPTED_OUT_THERE,
  21612: 'route-missing',
  21614: 'recipient-not-mobile',
  21617: 'content-too-long',
  21619: 'invalid-content',
  21655: 'template-refused',
  21656: 'template-parameters-refused',
  21659: 'sender-refused',
  21660: 'sender-refused',
  21910: 'sender-refused',
  63007: 'sender-refused',
  63016: 'template-required',
};

/** The message is not at fault and can go out later. */
export const NOT_SENT: Readonly<Record<number, string>> = {
  [CODE.accountNotActive]: 'account-not-active',
  // "Never processed and always safe to retry": https://www.twilio.com/docs/api/errors/20429
  [CODE.tooManyRequests]: 'too-many-requests',
  [CODE.lacksPermission]: 'key-lacks-permission',
  14107: 'too-many-requests',
  21611: 'sender-queue-full',
  63017: 'too-many-requests',
};
