import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { createBoundedList } from '../bounded-list.ts';
import { checkpointOf, type Restore, restoreAll } from '../checkpoint.ts';
import { isoTime, type Clock } from '../clock.ts';
import type { CredentialRecord } from '../provider.ts';
import type { D7AuthCode } from './errors.ts';
import type { D7Settings } from './settings.ts';

/** A D7 application: what the control panel creates. */
export interface Application {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface Refused {
  readonly ok: false;
  readonly code: D7AuthCode;
}

/** Applications and the tokens minted from them. Any number of tokens live side by side; none can be revoked alone. */
export interface TokenAuthority {
  login(clientId: string, clientSecret: string): { readonly ok: true; readonly token: string } | Refused;
  authenticate(authorization: string | undefined): { readonly ok: true; readonly credentialId: string } | Refused;
  /** A valid `Authorization` header for a token by its id; undefined when it is not known any more. */
  authorizationOf(credentialId: string): string | undefined;
  applications(): readonly Application[];
  /** What the control panel does. A deleted application takes all its tokens with it. */
  add(application: Application): void;
  remove(clientId: string): boolean;
  credentials(): readonly CredentialRecord[];
  checkpoint(): Restore;
}

interface Claims {
  readonly sub: string;
  readonly jti: string;
  /** Seconds since 1970. */
  readonly iat: number;
  readonly exp: number;
}

const MAX_LISTED_TOKENS = 10_000;
const HEADER = base64({ alg: 'HS256', typ: 'JWT' });

/** Makes a D7 authority with these applications. */
export function createTokenAuthority(
  clock: Clock,
  settings: D7Settings,
  initial: readonly Application[],
): TokenAuthority {
  const signingKey = randomBytes(32);
  const applications = new Map(initial.map((application) => [application.clientId, application]));
  const deletedAt = new Map<string, number>();
  const issued = createBoundedList<Claims>(MAX_LISTED_TOKENS);

  const sign = (payload: string): string =>
    createHmac('sha256', signingKey).update(`${HEADER}.${payload}`).digest('base64url');
  const encode = (claims: Claims): string => {
    const payload = base64(claims);
    return `${HEADER}.${payload}.${sign(payload)}`;
  };
  const settled = (since: number): boolean => clock.now() >= since + settings.propagationSeconds * 1000;
  const gone = (clientId: string): boolean => {
    const since = deletedAt.get(clientId);
    return !applications.has(clientId) && (since === undefined || settled(since));
  };

  return {
    login: (clientId, clientSecret) => {
      const application = applications.get(clientId);
      if (!application) return { ok: false, code: 'APPLICATION_NOT_EXISTS' };
      if (!sameText(application.clientSecret, clientSecret)) {
        return { ok: false, code: 'INVALID_APPLICATION_CREDENTIALS' };
      }
      const iat = Math.floor(clock.now() / 1000);
      const claims = { sub: clientId, jti: randomUUID(), iat, exp: iat + settings.tokenLifetimeSeconds };
      issued.push(claims);
      return { ok: true, token: encode(claims) };
    },
    authenticate: (authorization) => {
      const claims = readClaims(authorization, sign);
      // A token not yet propagated is one the servers cannot verify.
      if (!claims || !settled(claims.iat * 1000)) {
        return { ok: false, code: 'ACCESS_TOKEN_SIGNATURE_VERIFICATION_FAILED' };
      }
      if (gone(claims.sub)) return { ok: false, code: 'APPLICATION_NOT_EXISTS' };
      if (clock.now() >= claims.exp * 1000) return { ok: false, code: 'ACCESS_TOKEN_EXPIRED' };
      return { ok: true, credentialId: claims.jti };
    },
    authorizationOf: (credentialId) => {
      const claims = issued.entries().findLast(({ jti }) => jti === credentialId);
      return claims && `Bearer ${encode(claims)}`;
    },
    applications: () => [...applications.values()],
    add: (application) => {
      applications.set(application.clientId, application);
      deletedAt.delete(application.clientId);
    },
    remove: (clientId) => {
      if (!applications.delete(clientId)) return false;
      deletedAt.set(clientId, clock.now());
      return true;
    },
    credentials: () =>
      issued.entries().map(({ jti, sub, iat, exp }) => ({
        id: jti,
        state: !applications.has(sub) ? 'disabled' : clock.now() >= exp * 1000 ? 'expired' : 'active',
        createdAt: isoTime(iat * 1000),
        label: sub,
      })),
    checkpoint: () => restoreAll([checkpointOf(applications), checkpointOf(deletedAt), issued.checkpoint()]),
  };
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function readClaims(authorization: string | undefined, sign: (payload: string) => string): Claims | undefined {
  const [, token] = /^Bearer (\S+)$/i.exec(authorization ?? '') ?? [];
  const [header, payload, signature, ...more] = token?.split('.') ?? [];
  if (header !== HEADER || !payload || !signature || more.length > 0) return undefined;
  return sameText(sign(payload), signature)
    ? (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims)
    : undefined;
}

function sameText(expected: string, got: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(got)];
  return a.length === b.length && timingSafeEqual(a, b);
}
