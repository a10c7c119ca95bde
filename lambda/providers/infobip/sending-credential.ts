import { CredentialFormatError } from '../../shared/credential-manager.ts';
import { SecretValue } from '../../shared/secret-value.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';

/** An API key as the sending secret holds it: `{"apiKeyId","apiKey"}`. */
export interface InfobipKey {
  /** Public: names the key in every management call. */
  readonly apiKeyId: string;
  readonly apiKey: SecretValue;
}

export const infobipSendingCredential = (apiKeyId: string, apiKey: string): SecretValue =>
  new SecretValue(JSON.stringify({ apiKeyId, apiKey }));

/** The key in the sending secret. @throws CredentialFormatError */
export const infobipKeyOf = (credential: SecretValue): InfobipKey => {
  const { apiKeyId, apiKey } = fieldsOf(jsonOf(credential.reveal()));
  if (typeof apiKeyId !== 'string' || typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new CredentialFormatError(
      'the sending credential of Infobip must be {"apiKeyId": "...", "apiKey": "..."} with a printable key',
    );
  }
  return { apiKeyId, apiKey: new SecretValue(apiKey) };
};
