import { CredentialFormatError } from '../../shared/credential-manager.ts';
import { SecretValue } from '../../shared/secret-value.ts';
import { fieldsOf, jsonOf } from '../../shared/json.ts';

/** What the sending secret holds: `{"token"}`. */
export const d7SendingCredential = (token: string): SecretValue => new SecretValue(JSON.stringify({ token }));

/** The token in the sending secret. @throws CredentialFormatError */
export const d7TokenOf = (credential: SecretValue): SecretValue => {
  const { token } = fieldsOf(jsonOf(credential.reveal()));
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new CredentialFormatError('the sending credential of D7 must be {"token": "..."} with a printable token');
  }
  return new SecretValue(token);
};

/** When a JWT was made and when it ends, in milliseconds since the epoch. The signature is not ours to check. */
export const jwtLifetime = (token: SecretValue): { readonly from: number; readonly until: number } | undefined => {
  const payload = token.reveal().split('.')[1] ?? '';
  const { iat, exp } = fieldsOf(jsonOf(Buffer.from(payload, 'base64url').toString('utf8')));
  return typeof iat === 'number' && typeof exp === 'number' && exp > iat
    ? { from: iat * 1000, until: exp * 1000 }
    : undefined;
};
