import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stopProcess } from '../../system/background-process.ts';
import { type Hit, type Needle, savedSecrets, searchFiles } from '../../system/secret-search.ts';
import { PERSONAL_DATA } from '../messages.ts';
import { ANSWER_FILES, must, type Stage } from '../stage.ts';

const HIDDEN_FIELDS = ['password', 'clientSecret'];

/** What was imported, and every key the providers ever made: known from them, whatever the room made of it. */
const secretsOfProviders = async ({ state, provider }: Stage): Promise<readonly Needle[]> => {
  const found = await Promise.all(
    Object.keys(state.providers).map(async (name) => {
      const managing = Object.entries(await provider(name).managingCredential())
        .filter(([field]) => HIDDEN_FIELDS.includes(field))
        .map(([field, value]) => ({ name: `${name} ${field}`, value }));
      const keys = (await provider(name).secrets()).map(({ id, value }) => ({ name: `${name} key ${id}`, value }));
      return [...managing, ...keys];
    }),
  );
  return found.flat();
};

/** Puts every needle where the search looks, and names those it does not find there. */
const missedWhenPlanted = (file: string, needles: readonly Needle[], search: () => readonly Hit[]): string[] => {
  writeFileSync(file, needles.map(({ value }) => Buffer.from(value).toString('base64')).join('\n'));
  try {
    const found = new Set(search().flatMap((hit) => (hit.file === file ? [hit.needle] : [])));
    return needles.flatMap(({ name }) => (found.has(name) ? [] : [name]));
  } finally {
    rmSync(file);
  }
};

const places = (hits: readonly Hit[], below: string): string =>
  [...new Set(hits.map(({ needle, form, file }) => `${needle} as ${form} in ${path.relative(below, file)}`))]
    .slice(0, 5)
    .join('; ');

/** Stops the emulator, which then saves all it held, and searches that and every log, template and asset. */
export const searchForSecrets = async (stage: Stage): Promise<void> => {
  const { report, state } = stage;
  const planted = path.join(state.runDirectory, 'planted.log');
  const saved = (service: string) => path.join(state.runDirectory, 'state', `${service}.json`);
  await report.step(
    'no key anywhere but in Secrets Manager: saved state, logs, answers, templates and assets searched',
    async () => {
      const known = await secretsOfProviders(stage);
      const emulator = state.processes.find(({ name }) => name === 'emulator');
      must(emulator !== undefined, 'there is no emulator');
      await stopProcess(emulator);
      const vault = saved('secretsmanager');
      const held = savedSecrets(vault);
      must(held.length > 0, 'the saved state holds no secret: the search would prove nothing');
      const needles = [...known, ...held];
      const search = () => searchFiles([state.runDirectory], needles, [vault]);
      const missed = missedWhenPlanted(planted, needles, () => search().hits);
      must(missed.length === 0, `planted and not found: ${missed.join(', ')}`);
      const { hits, files } = search();
      must(hits.length === 0, places(hits, state.runDirectory));
      return { needles: needles.length, files };
    },
    ({ needles, files }) => `${needles} secrets in 9 forms, ${files} files, 0 hits; each one planted was found`,
  );
  await report.step(
    'no phone number and no text in logs, metrics, alarms, pages and refusals',
    () => {
      const services = ['cloudwatch_logs', 'cloudwatch', 'sns', 'sqs', 'eventbridge'].map(saved);
      const refusals = path.join(state.runDirectory, ANSWER_FILES.refused);
      const search = () => searchFiles([...services, refusals, planted].filter(existsSync), PERSONAL_DATA).hits;
      const missed = missedWhenPlanted(planted, PERSONAL_DATA, search);
      must(missed.length === 0, `planted and not found: ${missed.join(', ')}`);
      const hits = search();
      must(hits.length === 0, places(hits, state.runDirectory));
      return Promise.resolve(services.length);
    },
    (services) => `${services} services searched, 0 hits`,
  );
};
