import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type BackgroundProcess, startInBackground } from './background-process.ts';
import { providerControl } from './provider-control.ts';
import { ROOT } from './state-file.ts';

/** Where one simulator is: its address as a provider, and its control interface. */
export interface SimulatedProvider {
  readonly baseUrl: string;
  readonly controlUrl: string;
}

const PROVIDERS = ['d7', 'infobip'] as const;

/** Starts a simulator of every provider, in one process, on free ports. */
export const startSimulators = async (
  runDirectory: string,
  tls: { readonly keyPath: string; readonly chainPath: string },
): Promise<{
  readonly providers: Readonly<Record<string, SimulatedProvider>>;
  readonly process: BackgroundProcess;
}> => {
  const logFile = path.join(runDirectory, 'simulators.log');
  // The process prints where it listens as its first line once it does.
  const firstLine = (): string => readFileSync(logFile, 'utf8').split('\n')[0] ?? '';
  const started = await startInBackground({
    name: 'simulators',
    command: process.execPath,
    args: [
      path.join(ROOT, 'local', 'simulators', 'main.ts'),
      '--key',
      tls.keyPath,
      '--chain',
      tls.chainPath,
      ...PROVIDERS,
    ],
    cwd: runDirectory,
    env: { PATH: process.env.PATH ?? '', HOME: runDirectory, TMPDIR: runDirectory },
    logFile,
    ready: () => Promise.resolve(firstLine().startsWith('{') && firstLine().endsWith('}')),
    timeoutSeconds: 20,
  });
  return { providers: JSON.parse(firstLine()) as Record<string, SimulatedProvider>, process: started };
};

/**
 * Tells every simulator where the doors of receipts are.
 *
 * What messages are sent with is AWS's name of a door, which leads nowhere on a laptop.
 *
 * @param doors the addresses on this machine, by the names at AWS
 */
export const announceReceiptDoors = async (
  providers: Readonly<Record<string, SimulatedProvider>>,
  doors: Readonly<Record<string, string>>,
): Promise<void> => {
  await Promise.all(Object.values(providers).map(({ controlUrl }) => providerControl(controlUrl).routeReceipts(doors)));
};

/** Tells every simulator which addresses the room's egress has, now that it is deployed. */
export const announceEgress = async (
  providers: Readonly<Record<string, SimulatedProvider>>,
  addresses: readonly string[],
): Promise<void> => {
  await Promise.all(Object.values(providers).map(({ controlUrl }) => providerControl(controlUrl).egress(addresses)));
};
