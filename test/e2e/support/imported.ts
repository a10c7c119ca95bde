import type { Stage } from '../../../local/demo/stage.ts';

/** Imports both providers' credentials, unless an earlier test file did. */
export const importOnce = async (stage: Stage): Promise<void> => {
  for (const [room, name] of [
    ['otp', 'infobip'],
    ['notices', 'd7'],
  ] as const) {
    if ((await stage.provider(name).credentials()).length > 0) continue;
    const { code, stderr } = await stage.keyroom(
      ['import-key', room, '--json'],
      JSON.stringify(await stage.provider(name).managingCredential()),
    );
    if (code !== 0) throw new Error(`import into ${room} ended with ${code}: ${stderr}`);
  }
};
