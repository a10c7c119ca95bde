import { isIPv4 } from 'node:net';

/**
 * Small tests of one value each. Every one answers with what is wrong, got and allowed, or nothing.
 *
 * A problem is a line `<where>: <what is wrong>`; validation collects them all before it fails.
 */
export type Problems = string[];

/** Quotes what was got, so that an empty string and a space are visible. */
export const got = (value: unknown): string => `got ${value === undefined ? 'nothing' : JSON.stringify(value)}`;

/** At least `min`, at most `max`, whole. */
export const wholeNumber = (where: string, value: number | undefined, min: number, max: number): Problems =>
  value === undefined || (Number.isSafeInteger(value) && value >= min && value <= max)
    ? []
    : [`${where}: must be a whole number from ${min} to ${max}, ${got(value)}`];

const NAME = /^[a-z](?:-?[a-z0-9])*$/;

/** The form of every name of ours: it ends up in role names, secret names and stack names. */
export const name = (where: string, value: string, maxLength: number): Problems =>
  NAME.test(value) && value.length <= maxLength
    ? []
    : [
        `${where}: must be 1 to ${maxLength} of a-z, 0-9 and single dashes between them, starting with a letter, ${got(value)}`,
      ];

const matches =
  (pattern: RegExp, allowed: string) =>
  (where: string, value: string | undefined): Problems =>
    value === undefined || pattern.test(value) ? [] : [`${where}: must be ${allowed}, ${got(value)}`];

/** The form of an account id. https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html */
export const account = matches(/^\d{12}$/, 'an AWS account id of 12 digits');
/** The form of a Region's code; whether there is such a Region, AWS says. */
export const region = matches(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'an AWS Region such as eu-central-1');
/** The CDK's limit, since its resources carry the qualifier in their names. https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html */
export const qualifier = matches(/^[a-z0-9]{1,10}$/, '1 to 10 of a-z and 0-9');

const IAM = String.raw`^arn:aws(?:-us-gov)?:iam::`;
/** One role, in any partition; no wildcard. */
export const roleArn = matches(
  new RegExp(String.raw`${IAM}\d{12}:role/[\w+=,.@/-]+$`),
  'the ARN of an IAM role, arn:aws:iam::<account>:role/<name>',
);
/** Who may be trusted with a role: somebody named, or an account that decides by itself; no wildcard. */
export const principalArn = matches(
  new RegExp(String.raw`${IAM}\d{12}:(?:root$|(?:role|user)/[\w+=,.@/-]+$)`),
  'the ARN of an IAM role, a user or an account root; never a wildcard',
);
/** A managed policy, the account's own or one of AWS. */
export const policyArn = matches(
  new RegExp(String.raw`${IAM}(?:\d{12}|aws):policy/[\w+=,.@/-]+$`),
  'the ARN of an IAM policy, arn:aws:iam::<account>:policy/<name>',
);

/** ITU-T E.164: at most 15 digits; no country has a full number below 7. */
export const e164 = matches(/^\+[1-9]\d{6,14}$/, 'a number in E.164 such as +971500000001');

/**
 * GSM 03.38 allows a sender ID of 11 characters with at least one letter; otherwise it is a number or a short code.
 */
export const smsSender = matches(
  /^(?:(?=.*[A-Za-z])[A-Za-z0-9 .&_-]{1,11}|\+[1-9]\d{6,14}|\d{3,8})$/,
  'a sender ID of at most 11 letters and digits with at least one letter, a number in E.164, or a short code of 3 to 8 digits',
);

/** A registered name or number of the business: neither D7 nor Infobip documents its form, so only nonsense is refused. */
export const viberSender = matches(
  /^(?=.{1,100}$)[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u,
  'a sender registered for Viber: 1 to 100 printable characters without a blank at either end',
);

/** The form of a currency's code (ISO 4217); whether there is such a currency, nobody needs to know. */
export const currency = matches(/^[A-Z]{3}$/, 'a currency of ISO 4217 such as USD');

/** Something with an `@` and a dot behind it: whether it exists shows when the subscription is confirmed. */
export const email = matches(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an email address');
/** An address that is told over TLS. */
export const httpsUrl = matches(/^https:\/\/[^\s/]+/, 'an https URL');
/** A single IPv4 address, without a prefix. */
export const ipv4 = (where: string, value: string): Problems =>
  isIPv4(value) ? [] : [`${where}: must be an IPv4 address, ${got(value)}`];

/** An IPv4 network whose host bits are zero, with a prefix from `min` to `max`. */
export const cidr = (where: string, value: string | undefined, min: number, max: number): Problems => {
  if (value === undefined) return [];
  const [address = '', prefix = '', ...rest] = value.split('/');
  const bits = Number(prefix);
  const valid = isIPv4(address) && /^\d{1,2}$/.test(prefix) && rest.length === 0 && bits >= min && bits <= max;
  if (valid && hostBits(address, bits) === 0) return [];
  return [`${where}: must be an IPv4 network with zero host bits and a prefix from /${min} to /${max}, ${got(value)}`];
};

const hostBits = (address: string, prefix: number): number => {
  const number = address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return number % 2 ** (32 - prefix);
};

/** Values that occur more than once, each once. */
export const duplicates = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];
