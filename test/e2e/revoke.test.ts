import { setTimeout as sleep } from 'node:timers/promises';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import type { CliResult } from '../../local/demo/stage.ts';
import { eventually } from './support/eventually.ts';
import { importOnce, settled } from './support/imported.ts';
import { jobOf } from './support/on-call.ts';
import { openStage } from './support/stage.ts';

type App = readonly [room: string, app: string];

/** A message that waits for longer than forty seconds has not been sent again. */
const SENT_WITHIN_MS = 40_000;

describe('keyroom revoke', () => {
  const stage = openStage();
  beforeAll(() => importOnce(stage));

  /** Sends until it is told to stop. @returns what the app was answered */
  const pumping = (app: App) => {
    const over = new AbortController();
    const answers: Awaited<ReturnType<typeof post>>[] = [];
    const pumped = (async () => {
      while (!over.signal.aborted) {
        answers.push(await post(stage, app, sms()));
        await sleep(300);
      }
    })();
    return async () => {
      over.abort();
      await pumped;
      return answers;
    };
  };

  /** Whatever was answered, the provider has it in the end. */
  const allSent = async (app: App, answers: readonly Awaited<ReturnType<typeof post>>[]): Promise<void> => {
    expect(answers.filter(({ status }) => status !== 202).map(({ body }) => body)).toEqual([]);
    for (const { body } of answers) {
      await eventually(SENT_WITHIN_MS, async () => {
        const { body: now } = await stage.app(...app)({ method: 'GET', path: `/v1/messages/${String(body.id)}` });
        return ['accepted', 'delivered'].includes(String(now.status)) ? now : undefined;
      });
    }
  };

  const say = (name: string, answered: CliResult, commandedAt: number, waited: number): void => {
    const { steps } = jobOf(answered);
    const seconds = (step: string): string => {
      const at = steps.find((one) => one.name === step)?.at;
      return at === undefined ? '-' : ((Date.parse(at) - commandedAt) / 1000).toFixed(1);
    };
    process.stderr.write(
      `${name}: revoked after ${seconds('revocation')} s, sending again after ${seconds('new key')} s, proof after ${seconds('proof of death')} s; ${waited} message(s) waited\n`,
    );
  };

  test('ends an Infobip key while messages flow: proved dead, a new one in use, and no message fails', async () => {
    const app = ['otp', 'checkout'] as const;
    await settled(stage, 'otp');
    const infobip = stage.provider('infobip');
    const active = async () =>
      (await infobip.credentials()).filter(({ state }) => state === 'active').map(({ id }) => id);
    const leaked = await active();
    const stop = pumping(app);
    const commandedAt = Date.now();
    const revoked = await stage.keyroom(['revoke', 'otp', '--json', '--reason', 'INC-4711']);
    const answers = await stop();
    expect([revoked.code, jobOf(revoked).state, jobOf(revoked).todo]).toEqual([0, 'done', null]);
    const living = await active();
    expect([living.length, living.filter((id) => leaked.includes(id))]).toEqual([1, []]);
    await allSent(app, answers);
    say('infobip', revoked, commandedAt, answers.filter(({ body }) => body.status === 'queued').length);
  });

  test('changes to the standby at D7, says what to delete, and proves it when it is', async () => {
    const app = ['notices', 'shipping'] as const;
    const d7 = stage.provider('d7');
    const next = { clientId: 'application-revoke', clientSecret: 'canary-third-secret-4711' };
    await d7.changeAccount({ addApplication: next });
    const imported = await stage.keyroom(['import-key', '--standby', 'notices', '--json'], JSON.stringify(next));
    expect([imported.code, imported.stderr.split('\n').filter((line) => line.startsWith('✗'))]).toEqual([0, []]);
    const stop = pumping(app);
    const commandedAt = Date.now();
    const revoked = await stage.keyroom(['revoke', 'notices', '--json']);
    const answers = await stop();
    const { state, todo } = jobOf(revoked);
    expect([revoked.code, state]).toEqual([3, 'unproved']);
    const [, deleteApplication] = /Delete the application (\S+) /.exec(todo ?? '') ?? [];
    await allSent(app, answers);
    say('d7', revoked, commandedAt, answers.filter(({ body }) => body.status === 'queued').length);

    await d7.changeAccount({ deleteApplication });
    // The job asks every minute, as the sweep does now.
    const proved = await stage.keyroom(['sweep', 'notices']);
    expect([proved.code, proved.stderr]).toEqual([0, expect.stringContaining('proved dead')]);
    expect((await post(stage, app, sms())).status).toBe(202);
    expect([revoked, proved].map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain(next.clientSecret);
  });
});
