import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stopProcess } from '../../system/background-process.ts';
import { type Hit, type Needle, savedSecrets, searchFiles } from '../../system/secret-search.ts';
import { PERSONAL_DATA } from '../messages.ts';
import { ANSWER_FILES, must, type Stage } from '../stage.ts';

const HIDDEN_FIELDS = ['password', 'clientSecret'];

/** What was imported: known from the providers, whatever the room made of it. */
const importedSecrets = async ({ state, provider }: Stage): Promise<readonly Needle[]> => {
  const credentials = await Promise.all(
    Object.keys(state.providers).map(async (name) => ({ name, fields: await provider(name).managingCredential() })),
  );
  return credentials.flatMap(({ name, fields }) =>
    HIDDEN_FIELDS.flatMap((field) => {
      const value = fields[field];
      return value === undefined ? [] : [{ name: `${name} ${field}`, value }];
    }),
  );
};

const places = (hits: readonly Hit[], below: string): string =>
  [...new Set(hits.map(({ needle, form, file }) => `${needle} as ${form} in ${path.relative(below, file)}`))]
    .slice(0, 5)
    .join('; ');

/** Stops the emulator, which then saves all it held, and searches that and every log, template and asset. */
export const searchForSecrets = async (stage: Stage): Promise<void> => {
  const { report, state } = stage;
  const saved = (service: string) => path.join(state.runDirectory, 'state', `${service}.json`);
  await report.step(
    'no key anywhere but in Secrets Manager: saved state, logs, answers, templates and assets searched',
    async () => {
      const imported = await importedSecrets(stage);
      const emulator = state.processes.find(({ name }) => name === 'emulator');
      must(emulator !== undefined, 'there is no emulator');
      await stopProcess(emulator);
      const vault = saved('secretsmanager');
      const needles = [...imported, ...savedSecrets(vault)];
      must(needles.length > imported.length, 'the saved state holds no secret: the search would prove nothing');
      const search = () => searchFiles([state.runDirectory], needles, [vault]);

      const planted = path.join(state.runDirectory, 'planted.log');
      writeFileSync(planted, Buffer.from(needles[0]?.value ?? '').toString('base64'));
      must(search().hits.length > 0, 'a leak that was planted was not found');
      rmSync(planted);

      const { hits, files } = search();
      must(hits.length === 0, places(hits, state.runDirectory));
      return { needles: needles.length, files };
    },
    ({ needles, files }) => `${needles} secrets in 9 forms, ${files} files, 0 hits; a planted leak was found`,
  );
  await report.step(
    'no phone number and no text in logs, metrics, alarms, pages and refusals',
    () => {
      const services = ['cloudwatch_logs', 'cloudwatch', 'sns', 'sqs', 'eventbridge'].map(saved);
      const refusals = path.join(state.runDirectory, ANSWER_FILES.refused);
      const { hits } = searchFiles([...services, refusals], PERSONAL_DATA);
      must(hits.length === 0, places(hits, state.runDirectory));
      return Promise.resolve(services.length);
    },
    (services) => `${services} services searched, 0 hits`,
  );
};
