import { CredentialFormatError } from '../../shared/credential-manager.ts';
import type { SecretValue } from '../../shared/secret-value.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';
import { infobipKeyOf } from './sending-credential.ts';

/** The `Authorization` header of a call as the portal user: `{"username","password"}`. @throws CredentialFormatError */
export const basicOf = (managing: SecretValue): string => {
  const { username, password } = fieldsOf(jsonOf(managing.reveal()));
  if (typeof username !== 'string' || typeof password !== 'string') {
    throw new CredentialFormatError(
      'the managing credential of Infobip must be {"username": "...", "password": "..."}',
    );
  }
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
};

/** The `Authorization` header of a call with a key or, where the credential is one, as the portal user. @throws CredentialFormatError */
export const authorizationOf = (credential: SecretValue): string =>
  'username' in fieldsOf(jsonOf(credential.reveal()))
    ? basicOf(credential)
    : `App ${infobipKeyOf(credential).apiKey.reveal()}`;
