import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAuthority, type CertificateAuthority } from '../../local/certificates.ts';

describe('createAuthority', () => {
  let directory: string;
  let authority: CertificateAuthority;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'keyroom-certificates-'));
    authority = await createAuthority(join(directory, 'tls'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('makes a CA that signs leaf certificates and nothing below them', async () => {
    const leaf = new X509Certificate((await authority.issue('leaf')).cert);
    const ca = new X509Certificate(authority.ca);
    expect(ca.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
  });

  test('writes the key for its owner only, and the chain with leaf before CA', async () => {
    const issued = await authority.issue('files');
    expect((await stat(issued.keyPath)).mode & 0o777).toBe(0o600);
    expect(await readFile(issued.keyPath, 'utf8')).toBe(issued.key);
    expect(await readFile(issued.chainPath, 'utf8')).toBe(issued.cert + authority.ca);
    expect(await readFile(authority.caPath, 'utf8')).toBe(authority.ca);
  });

  test('issues for the loopback hosts unless told otherwise', async () => {
    const usual = new X509Certificate((await authority.issue('usual')).cert);
    expect(usual.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(usual.checkHost('localhost')).toBe('localhost');
    expect(usual.checkHost('a1b2.execute-api.localhost')).toBe('*.execute-api.localhost');
    const named = new X509Certificate((await authority.issue('named', ['door.localhost'])).cert);
    expect(named.checkHost('door.localhost')).toBe('door.localhost');
    expect(named.checkHost('localhost')).toBeUndefined();
    expect(named.checkIP('127.0.0.1')).toBeUndefined();
  });

  test('fails when asked for a wildcard that no client takes', async () => {
    await expect(authority.issue('wild', ['*.localhost'])).rejects.toThrow('got *.localhost');
  });

  test('fails when another CA is trusted', async () => {
    const { key, chain } = await authority.issue('server');
    const other = await createAuthority(join(directory, 'other'));
    const server = createServer({ key, cert: chain }, (socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const handshake = (ca: string): Promise<unknown> =>
      new Promise((resolve) => {
        const socket = connect({ port, host: '127.0.0.1', ca }, () => {
          resolve('trusted');
          socket.end();
        });
        socket.on('error', (error: NodeJS.ErrnoException) => {
          resolve(error.code);
        });
      });
    expect(await handshake(authority.ca)).toBe('trusted');
    expect(await handshake(other.ca)).toMatch(/SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY|CERT_SIGNATURE_FAILURE/);
    server.close();
  });
});
