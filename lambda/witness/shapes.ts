import { isIP } from 'node:net';

/** What stands for whatever has not the form that AWS documents: it may hold anything, and is not kept. */
const NOT_NAMED = 'not named';

/** A text in a form, and nothing else. */
const inForm =
  (form: RegExp) =>
  (value: unknown): string =>
    typeof value === 'string' && form.test(value) ? value : NOT_NAMED;

/** The name of a call. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
export const callName = inForm(/^[A-Z][A-Za-z\d_]{2,80}$/);

/** The name, the id or the ARN of a resource: a letter somewhere, as a phone number has none. */
export const resourceName = inForm(/^(?=.*[A-Za-z])[\w./:=@-]{1,200}$/);

/** Who called: an ARN, a service, or a principal's id with a session. */
export const callerName = inForm(
  /^(arn:[\w-]+:(iam|sts)::\d*:[\w+=,.@/:-]{1,200}|[a-z\d.-]+\.amazonaws\.com|A[A-Z\d]{10,}[\w+=,.@:-]{0,70})$/,
);

/** The state of an alarm. */
export const alarmState = inForm(/^(OK|ALARM|INSUFFICIENT_DATA)$/);

/** Where a call came from: an address, or a service. */
export const originName = (value: unknown): string | null => {
  if (value === undefined) return null;
  return typeof value === 'string' && isIP(value) > 0
    ? value
    : inForm(/^([a-z\d.-]+\.amazonaws\.com|AWS Internal)$/)(value);
};
