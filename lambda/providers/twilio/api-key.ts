import { CredentialFormatError } from '../../shared/credential-manager.ts';
import { SecretValue } from '../../shared/secret-value.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';

/** An API key and its account, as both secrets hold it: `{"accountSid","apiKeySid","apiKeySecret"}`. */
export interface TwilioKey {
  /** Public, and a part of every path. */
  readonly accountSid: string;
  /** Public: the user name of Basic authentication. */
  readonly apiKeySid: string;
  readonly apiKeySecret: SecretValue;
}

const ACCOUNT = /^AC[0-9a-fA-F]{32}$/;
const KEY = /^SK[0-9a-fA-F]{32}$/;

/** The field names are those of AWS's own secret type for Twilio, so that a secret can move either way. */
export const twilioCredential = (accountSid: string, apiKeySid: string, apiKeySecret: string): SecretValue =>
  new SecretValue(JSON.stringify({ accountSid, apiKeySid, apiKeySecret }));

/** The key in a secret, whichever of the two it is. @throws CredentialFormatError */
export const twilioKeyOf = (credential: SecretValue): TwilioKey => {
  const { accountSid, apiKeySid, apiKeySecret } = fieldsOf(jsonOf(credential.reveal()));
  if (
    typeof accountSid !== 'string' ||
    !ACCOUNT.test(accountSid) ||
    typeof apiKeySid !== 'string' ||
    !KEY.test(apiKeySid) ||
    typeof apiKeySecret !== 'string' ||
    !/^[\x21-\x7e]+$/.test(apiKeySecret)
  ) {
    throw new CredentialFormatError(
      'a credential of Twilio must be {"accountSid": "AC…", "apiKeySid": "SK…", "apiKeySecret": "..."} with 32 ' +
        'hexadecimal digits in each SID and a printable secret',
    );
  }
  return { accountSid, apiKeySid, apiKeySecret: new SecretValue(apiKeySecret) };
};

/** The `Authorization` header of a call with the key. */
export const basicOf = ({ apiKeySid, apiKeySecret }: TwilioKey): string =>
  `Basic ${Buffer.from(`${apiKeySid}:${apiKeySecret.reveal()}`).toString('base64')}`;
