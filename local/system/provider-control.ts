import type { SentReceipt } from '../simulators/http/receipt-sender.ts';
import type { RequestRecord } from '../simulators/http/request-log.ts';
import type { CredentialRecord, MessageRecord, RogueResult } from '../simulators/provider.ts';

const ask = async (url: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(url, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
};

/** The control interface of one provider simulator. */
export const providerControl = (controlUrl: string) => ({
  messages: () => ask(`${controlUrl}/messages`) as Promise<readonly MessageRecord[]>,
  requests: () => ask(`${controlUrl}/requests`) as Promise<readonly RequestRecord[]>,
  credentials: () => ask(`${controlUrl}/credentials`) as Promise<readonly CredentialRecord[]>,
  /** The value of every credential the provider ever made. */
  secrets: () => ask(`${controlUrl}/secrets`) as Promise<readonly { readonly id: string; readonly value: string }[]>,
  faults: (faults: readonly Readonly<Record<string, unknown>>[]) => ask(`${controlUrl}/faults`, faults),
  /** Has a thief send with the key in use. @param from where the thief is. @default - elsewhere */
  rogue: (count: number, from?: string) => ask(`${controlUrl}/rogue`, { count, from }) as Promise<RogueResult>,
  /** For so long nobody listens where the provider is. */
  leave: (ms: number) => ask(`${controlUrl}/absence`, { ms }),
  /** Ends one key, as a person does in the provider's console. */
  disable: (credentialId: string) => ask(`${controlUrl}/disable`, { credentialId }),
  /** The credential that a person would import. */
  managingCredential: async () =>
    ((await ask(`${controlUrl}/account`)) as { readonly managing: Readonly<Record<string, string>> }).managing,
  /** What a person does in the provider's console. */
  changeAccount: (change: Readonly<Record<string, unknown>>) => ask(`${controlUrl}/account`, change),
  /** What it told of messages, and what was answered. */
  receipts: () => ask(`${controlUrl}/receipts`) as Promise<readonly SentReceipt[]>,
  /** Has a person write to a sender; what was answered is among the receipts. */
  write: (message: Readonly<Record<'url' | 'from' | 'to' | 'text', string>>) => ask(`${controlUrl}/inbound`, message),
  /** Where the addresses are served that begin so. */
  routeReceipts: (beginnings: Readonly<Record<string, string>>) => ask(`${controlUrl}/receipts`, beginnings),
  advance: (advanceSeconds: number) => ask(`${controlUrl}/clock`, { advanceSeconds }),
  egress: (addresses: readonly string[]) => ask(`${controlUrl}/egress`, { addresses }),
  addresses: async () => ((await ask(`${controlUrl}/egress`)) as { readonly addresses: readonly string[] }).addresses,
});
