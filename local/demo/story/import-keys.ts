import { must, type Stage } from '../stage.ts';
import { sms } from '../messages.ts';

/** Before a key is there a room says so; then each provider's credential goes in through standard input. */
export const importKeys = async ({ report, app, keyroom, provider }: Stage): Promise<void> => {
  await report.step('a room without a key answers 503 room-has-no-key', async () => {
    const { status, body } = await app(
      'otp',
      'checkout',
    )({
      method: 'POST',
      path: '/v1/messages',
      body: JSON.stringify(sms()),
      headers: { 'idempotency-key': 'before-the-key' },
    });
    must(status === 503 && body.type === 'urn:keyroom:problem:room-has-no-key', `got ${status} ${String(body.type)}`);
  });
  for (const [room, name] of [
    ['otp', 'infobip'],
    ['notices', 'd7'],
  ] as const) {
    await report.step(
      `import the ${name} credential into room ${room} through standard input`,
      async () => {
        const result = await keyroom(
          ['import-key', room, '--json'],
          JSON.stringify(await provider(name).managingCredential()),
        );
        must(
          result.code === 0,
          `keyroom import-key ended with ${result.code}: ${result.stderr.trim().split('\n').at(-1) ?? ''}`,
        );
        return result;
      },
      ({ stdout }) => {
        const { steps } = JSON.parse(stdout) as { steps: { detail: string }[] };
        return steps.at(-1)?.detail ?? '';
      },
    );
  }
};
