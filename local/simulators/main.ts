import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { SIMULATED_PROVIDERS, startSimulator, type SimulatedProviderName } from './start.ts';

const USAGE = `usage: main.ts --key <key.pem> --chain <chain.pem> [--egress <address>,…] <provider>[:<port>]…
providers: ${Object.keys(SIMULATED_PROVIDERS).join(', ')}
Prints one line of JSON, {"<provider>": {"baseUrl", "controlUrl"}}, and runs until SIGTERM or SIGINT.
`;

const isProvider = (name: string): name is SimulatedProviderName => Object.hasOwn(SIMULATED_PROVIDERS, name);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { key: { type: 'string' }, chain: { type: 'string' }, egress: { type: 'string' } },
});
const wanted = positionals.map((argument) => {
  const [name = '', port] = argument.split(':');
  return { name, port: Number(port ?? 0) };
});
if (!values.key || !values.chain || wanted.length === 0 || wanted.some(({ name }) => !isProvider(name))) {
  process.stderr.write(USAGE);
  process.exit(2);
}

const tls = { key: await readFile(values.key, 'utf8'), chain: await readFile(values.chain, 'utf8') };
const egress = values.egress?.split(',');
const running = await Promise.all(
  wanted.map(({ name, port }) =>
    startSimulator({ provider: name as SimulatedProviderName, tls, port, ...(egress ? { egress } : {}) }),
  ),
);
const urls = running.map(({ provider, baseUrl, controlUrl }) => [provider, { baseUrl, controlUrl }] as const);
process.stdout.write(`${JSON.stringify(Object.fromEntries(urls))}\n`);

const stop = (): void => {
  void Promise.all(running.map((simulator) => simulator.close())).then(() => process.exit(0));
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
