import 'reflect-metadata';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

/** A certificate and its key, as PEM files and as text. */
export interface IssuedCertificate {
  readonly certPath: string;
  /** PKCS#8, mode 0600. */
  readonly keyPath: string;
  /** The leaf followed by the CA: what a server presents. */
  readonly chainPath: string;
  readonly cert: string;
  readonly key: string;
  readonly chain: string;
}

/** The project's certificate authority: emulator and simulators get their certificates from the same one. */
export interface CertificateAuthority {
  readonly caPath: string;
  /** The CA's certificate, PEM. */
  readonly ca: string;
  /**
   * Issues a server certificate and writes `<name>.crt`, `<name>.key` and `<name>.chain.crt`.
   *
   * @param hosts DNS names (a leading `*.` is allowed) and IP addresses. Default: {@link LOOPBACK_HOSTS}.
   * @throws {RangeError} for a wildcard directly below a top-level domain, such as `*.localhost`: no client takes it.
   */
  issue(name: string, hosts?: readonly string[]): Promise<IssuedCertificate>;
}

/** Every name this project uses for the loopback interface; the last one is an API's on the emulator. */
const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '::1', 'localhost', '*.execute-api.localhost'];

const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** Long enough for a working day left running, short enough that a forgotten CA is worthless. */
const VALID_DAYS = 30;
const DAY_MS = 86_400_000;

type CryptoKey = webcrypto.CryptoKey;
type CryptoKeyPair = webcrypto.CryptoKeyPair;

x509.cryptoProvider.set(webcrypto);

/**
 * Makes a new certificate authority and writes its certificate to `<dir>/ca.crt`.
 *
 * The CA's private key never leaves this process: nothing can be signed by it after the process ended.
 */
export async function createAuthority(dir: string): Promise<CertificateAuthority> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const keys = await generateKeys();
  const subject = `CN=Keyroom local CA ${randomBytes(4).toString('hex')}`;
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(),
    serialNumber: serialNumber(),
    name: subject,
    keys,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const ca = pem(authority);
  const caPath = join(dir, 'ca.crt');
  await writeFile(caPath, ca, { mode: 0o644 });

  return {
    caPath,
    ca,
    issue: async (name, hosts = LOOPBACK_HOSTS) => {
      const useless = hosts.find((host) => /^\*\.[^.]+$/.test(host));
      if (useless !== undefined) {
        throw new RangeError(`hosts: a wildcard needs at least two labels after it, got ${useless}`);
      }
      const leafKeys = await generateKeys();
      const leaf = await x509.X509CertificateGenerator.create({
        ...validity(),
        serialNumber: serialNumber(),
        subject: `CN=${name}`,
        issuer: authority.subject,
        publicKey: leafKeys.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: KEY_ALGORITHM,
        extensions: await leafExtensions(hosts, leafKeys.publicKey, keys.publicKey),
      });
      return writeIssued(dir, name, pem(leaf), await privateKeyPem(leafKeys.privateKey), ca);
    },
  };
}

async function leafExtensions(
  hosts: readonly string[],
  publicKey: CryptoKey,
  issuerKey: CryptoKey,
): Promise<x509.Extension[]> {
  const names = hosts.map((host) => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host }));
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(issuerKey),
  ];
}

async function writeIssued(
  dir: string,
  name: string,
  cert: string,
  key: string,
  ca: string,
): Promise<IssuedCertificate> {
  const certPath = join(dir, `${name}.crt`);
  const keyPath = join(dir, `${name}.key`);
  const chainPath = join(dir, `${name}.chain.crt`);
  const chain = cert + ca;
  await writeFile(certPath, cert, { mode: 0o644 });
  await writeFile(keyPath, key, { mode: 0o600 });
  await writeFile(chainPath, chain, { mode: 0o644 });
  return { certPath, keyPath, chainPath, cert, key, chain };
}

const generateKeys = (): Promise<CryptoKeyPair> =>
  webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);

const pem = (certificate: x509.X509Certificate): string => `${certificate.toString('pem').trim()}\n`;

async function privateKeyPem(key: CryptoKey): Promise<string> {
  const exported = await webcrypto.subtle.exportKey('pkcs8', key);
  return `${x509.PemConverter.encode(exported, 'PRIVATE KEY').trim()}\n`;
}

/** Positive and 16 bytes: RFC 5280 section 4.1.2.2 allows at most 20. */
const serialNumber = (): string => `01${createHash('sha256').update(randomBytes(32)).digest('hex').slice(0, 30)}`;

const validity = (): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(Date.now() - DAY_MS),
  notAfter: new Date(Date.now() + VALID_DAYS * DAY_MS),
});
