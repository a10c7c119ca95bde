import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '../../../../local/certificates.ts';
import { startSimulator, type SimulatedProviderName } from '../../../../local/simulators/start.ts';
import { createCall, type Answer, type Call, type CallOptions } from './client.ts';

export interface Harness {
  readonly baseUrl: string;
  /** The CA's certificate, PEM. */
  readonly ca: string;
  /** What a server of the same authority presents. */
  readonly tls: { readonly key: string; readonly chain: string };
  readonly call: Call;
  /** Calls the provider by path. */
  api(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Calls the control interface by path; fails the test on anything but 2xx. */
  control(method: string, path: string, json?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export const MANAGING = {
  d7: { clientId: 'client-of-the-test', clientSecret: 'secret-of-the-test' },
  infobip: { username: 'user-of-the-test', password: 'password-of-the-test' },
  twilio: {
    accountSid: `AC${'a'.repeat(32)}`,
    apiKeySid: `SK${'b'.repeat(32)}`,
    apiKeySecret: 'main-key-of-the-test',
  },
} as const;

/** A simulator over real TLS, under a CA of its own. */
export async function startHarness(provider: SimulatedProviderName): Promise<Harness> {
  const directory = await mkdtemp(join(tmpdir(), 'keyroom-simulator-'));
  const authority = await createAuthority(directory);
  const tls = await authority.issue('simulator');
  await rm(directory, { recursive: true });
  const simulator = await startSimulator({ provider, tls, managing: MANAGING[provider] });
  const call = createCall(authority.ca);
  return {
    baseUrl: simulator.baseUrl,
    ca: authority.ca,
    tls,
    call,
    api: (method, path, options) => call(method, simulator.baseUrl + path, options),
    control: async (method, path, json) => {
      const answer = await call(method, simulator.controlUrl + path, { json });
      if (answer.status >= 300)
        throw new Error(`${method} ${path}: ${String(answer.status)} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    close: () => simulator.close(),
  };
}
