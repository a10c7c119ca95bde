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

/** Retires a room's old keys as they fall due, so that a rotation may start. */
export const settled = async (stage: Stage, room: string): Promise<void> => {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const { stdout } = await stage.keyroom(['sweep', room, '--json']);
    const { figures } = JSON.parse(stdout) as {
      readonly figures: { readonly credentials?: readonly { readonly state: string }[] };
    };
    if (figures.credentials?.every(({ state }) => state !== 'draining') === true) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`an old key of room ${room} still drains`);
};
