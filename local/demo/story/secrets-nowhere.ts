import path from 'node:path';
import { stopProcess } from '../../system/background-process.ts';
import { type Needle, savedSecrets, searchFiles } from '../../system/secret-search.ts';
import { must, type Stage } from '../stage.ts';

/** Stops the emulator, which then saves all it held, and searches that and every log and asset for the keys. */
export const searchForSecrets = async ({ report, state, provider }: Stage): Promise<void> => {
  await report.step(
    'no key anywhere but in Secrets Manager: all saved state, logs, templates and assets searched',
    async () => {
      const managing: Needle[] = [];
      for (const name of Object.keys(state.providers)) {
        const credential = await provider(name).managingCredential();
        for (const field of ['password', 'clientSecret']) {
          const value = credential[field];
          if (value !== undefined) managing.push({ name: `${name} ${field}`, value });
        }
      }
      const emulator = state.processes.find(({ name }) => name === 'emulator');
      must(emulator !== undefined, 'there is no emulator');
      await stopProcess(emulator);
      const vault = path.join(state.runDirectory, 'state', 'secretsmanager.json');
      const needles = [...managing, ...savedSecrets(vault)];
      must(needles.length > managing.length, 'the saved state holds no secret: the search would prove nothing');
      const { hits, files } = searchFiles([state.runDirectory], needles, [vault]);
      const places = [
        ...new Set(
          hits.map(({ needle, form, file }) => `${needle} as ${form} in ${path.relative(state.runDirectory, file)}`),
        ),
      ];
      must(hits.length === 0, places.slice(0, 5).join('; '));
      return { needles: needles.length, files };
    },
    ({ needles, files }) => `${needles} secrets in 9 forms, ${files} files, 0 hits`,
  );
};
