import { command } from '../command.ts';
import { sms } from '../messages.ts';
import { post } from '../post.ts';
import { must, type Stage } from '../stage.ts';

/** Before a key is there a room says so; then each provider's credential goes in through standard input. */
export const importKeys = async (stage: Stage): Promise<void> => {
  const { report, provider } = stage;
  await report.step('a room without a key answers 503 room-has-no-key', async () => {
    const { status, body } = await post(stage, ['otp', 'checkout'], sms(), { key: 'before-the-key' });
    must(status === 503 && body.type === 'urn:keyroom:problem:room-has-no-key', `got ${status} ${String(body.type)}`);
  });
  for (const [room, name] of [
    ['otp', 'infobip'],
    ['notices', 'd7'],
  ] as const) {
    await report.step(
      `import the ${name} credential into room ${room} through standard input`,
      async () => {
        const input = JSON.stringify(await provider(name).managingCredential());
        return command(stage, ['import-key', room, '--json'], { input });
      },
      ({ stdout }) => {
        const { steps } = JSON.parse(stdout) as { steps: { detail: string }[] };
        return steps.at(-1)?.detail ?? '';
      },
    );
  }
};
