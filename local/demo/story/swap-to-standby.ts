import { randomUUID } from 'node:crypto';
import { EXIT } from '../../../operator/report.ts';
import { command } from '../command.ts';
import { notice } from '../messages.ts';
import { post } from '../post.ts';
import { must, type Stage } from '../stage.ts';

interface CliDocument {
  readonly steps: readonly { readonly detail: string }[];
  readonly figures: { readonly credentials: readonly { readonly state: string }[] };
}

/** D7 ends no token alone: a second application waits, takes over, and the end of the first proves all its tokens dead. */
export const swapToStandby = async (stage: Stage): Promise<void> => {
  const { report, provider } = stage;
  const d7 = provider('d7');
  const run = async (args: readonly string[], expected: number, input?: string): Promise<CliDocument> =>
    JSON.parse((await command(stage, [...args, '--json'], { expected, input })).stdout) as CliDocument;
  const send = async (): Promise<void> => {
    const { status, body } = await post(stage, ['notices', 'shipping'], notice('swap'));
    must(status === 202 && body.status === 'accepted', `got ${status} ${JSON.stringify(body)}`);
  };

  const first = await d7.managingCredential();
  await report.step('a second D7 application is imported as the standby, and one command switches to it', async () => {
    const second = { clientId: randomUUID(), clientSecret: randomUUID() };
    await d7.changeAccount({ addApplication: second });
    await run(['import-key', '--standby', 'notices'], EXIT.held, JSON.stringify(second));
    // The first application lives: that its tokens are dead is not proved.
    await run(['swap', 'notices'], EXIT.notProved);
    await send();
  });
  await report.step(
    'the first application is deleted at D7: every token it ever made is proved dead',
    async () => {
      await d7.changeAccount({ deleteApplication: first.clientId });
      await send();
      const { steps, figures } = await run(['sweep', 'notices'], EXIT.held);
      const alive = figures.credentials.filter(({ state }) => state !== 'dead').map(({ state }) => state);
      must(alive.join() === 'active', `keys that are not dead: ${alive.join()}`);
      return steps.at(-1)?.detail ?? '';
    },
    (detail) => detail,
  );
};
