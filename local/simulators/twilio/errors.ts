import type { ProviderReply } from '../provider.ts';

/** Status and message by Twilio's code. Texts are Twilio's where its error dictionary has one. */
const ERRORS: Readonly<Record<number, readonly [status: number, message: string]>> = {
  20001: [400, 'Invalid parameter'],
  20003: [401, 'Authenticate'],
  20004: [405, 'Method not allowed'],
  20005: [403, 'Account not active'],
  20404: [404, 'The requested resource was not found'],
  20429: [429, 'Too Many Requests'],
  21211: [400, "Invalid 'To' Phone Number"],
  21212: [400, "Invalid 'From' Number"],
  21408: [403, 'Permission to send an SMS has not been enabled for the region indicated by the To number'],
  21603: [400, "A 'From' phone number is required"],
  21604: [400, "A 'To' phone number is required"],
  21610: [400, 'Attempt to send to unsubscribed recipient'],
  21612: [400, "The 'To' phone number is not currently reachable via SMS"],
  21617: [400, 'The concatenated message body exceeds the 1600 character limit'],
  21619: [400, 'A text message body, media urls or a content sid must be specified'],
  21655: [400, 'The ContentSid is Invalid'],
  21656: [400, 'The ContentVariables Parameter is invalid'],
  21910: [400, "Invalid 'From' and 'To' pair. 'From' and 'To' should be of the same channel"],
  70051: [403, 'Authorization error'],
};

/** Whether the simulator can answer with a code. */
export const isErrorCode = (code: number): boolean => code in ERRORS;

/** `{"code", "message", "more_info", "status"}`: the form of every error. @param detail added to the message. */
export function errorReply(code: number, detail?: string): ProviderReply {
  const [status, message] = ERRORS[code] ?? [400, 'Bad Request'];
  return {
    status,
    body: {
      code,
      message: detail === undefined ? message : `${message}: ${detail}`,
      more_info: `https://www.twilio.com/docs/errors/${String(code)}`,
      status,
    },
  };
}
