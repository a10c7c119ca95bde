import { once } from 'node:events';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSimulatedClock, type Clock } from './clock.ts';
import { createD7 } from './d7/provider.ts';
import { createFaultPlan } from './faults.ts';
import { createAbsence } from './http/absence.ts';
import { createEgress } from './http/egress.ts';
import { createReceiptSender } from './http/receipt-sender.ts';
import { createRequestLog } from './http/request-log.ts';
import { CONTROL_PREFIX, createSimulatorServer } from './http/server.ts';
import { createInfobip } from './infobip/provider.ts';
import type { SimulatedProvider } from './provider.ts';
import { createTwilio } from './twilio/provider.ts';

/** The providers that can be simulated. */
export const SIMULATED_PROVIDERS = {
  d7: createD7,
  infobip: createInfobip,
  twilio: createTwilio,
} as const satisfies Record<string, (clock: Clock, managing?: Record<string, string>) => SimulatedProvider>;

export type SimulatedProviderName = keyof typeof SIMULATED_PROVIDERS;

export interface SimulatorOptions {
  readonly provider: SimulatedProviderName;
  /** PEM: the server's key, and its certificate followed by the CA's. */
  readonly tls: { readonly key: string; readonly chain: string };
  /** Default: a free one. */
  readonly port?: number;
  /** Default: the system's clock. */
  readonly clock?: Clock;
  /** The managing credential, by the field names of the provider's capabilities. Default: random. */
  readonly managing?: Readonly<Record<string, string>>;
  /** What a connection from 127.0.0.1 counts as. Default: two addresses of TEST-NET-3. */
  readonly egress?: readonly string[];
}

export interface RunningSimulator {
  readonly provider: SimulatedProviderName;
  /** `https://127.0.0.1:<port>`: in place of the provider's own address. */
  readonly baseUrl: string;
  /** The test driver's interface. */
  readonly controlUrl: string;
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

/** Starts a provider's simulator on 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const clock = createSimulatedClock(options.clock);
  const provider = SIMULATED_PROVIDERS[options.provider](clock, { ...options.managing });
  // Its own chain ends with the authority that made the certificates of the run.
  const receipts = createReceiptSender(options.tls.chain);
  const absence = createAbsence(() => server);
  const server: Server = createSimulatorServer(options.tls, {
    provider,
    receipts,
    faults: createFaultPlan(),
    requests: createRequestLog(),
    clock,
    egress: createEgress(options.egress),
    absence,
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const giving = receipts.start(() => provider.receipts());
  const { port } = server.address() as AddressInfo;
  const baseUrl = `https://127.0.0.1:${String(port)}`;
  return {
    provider: options.provider,
    baseUrl,
    controlUrl: baseUrl + CONTROL_PREFIX,
    close: async () => {
      giving.stop();
      absence.end();
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
