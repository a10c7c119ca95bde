import { command } from '../command.ts';
import { code, notice } from '../messages.ts';
import { startLoad } from '../load.ts';
import { must, type Stage } from '../stage.ts';

const MESSAGES_PER_SECOND = 12;
const ROTATIONS = 5;

interface CliDocument {
  readonly steps: readonly { readonly detail: string }[];
}

/** Rotates both providers' keys again and again while messages flow; none may fail and none may double. */
export const rotateUnderLoad = async (stage: Stage): Promise<void> => {
  const { report, app, provider } = stage;
  const before = {
    infobip: (await provider('infobip').messages()).length,
    d7: (await provider('d7').messages()).length,
  };
  // Two messages to one, so that each room stays under its volume alarm.
  const otp = { send: app('otp', 'checkout'), message: code };
  const notices = { send: app('notices', 'shipping'), message: notice };
  const load = startLoad([otp, notices, otp], MESSAGES_PER_SECOND);
  const rotate = async (room: string, expected: number): Promise<string> => {
    const args = ['rotate', room, '--until-retired', '--timeout', '60', '--json'];
    const { stdout } = await command(stage, args, { expected });
    return (JSON.parse(stdout) as CliDocument).steps.at(-1)?.detail ?? '';
  };
  const both = await report
    .step(
      `rotate ${ROTATIONS} times while ${MESSAGES_PER_SECOND} messages a second flow`,
      async () => {
        const infobip: string[] = [];
        const d7: string[] = [];
        await Promise.all([
          (async () => {
            while (infobip.length < ROTATIONS) infobip.push(await rotate('otp', 0));
          })(),
          (async () => {
            // 3 is "done but not proved": the provider has no way to kill one token.
            while (d7.length < ROTATIONS) d7.push(await rotate('notices', 3));
          })(),
        ]);
        return { infobip, d7 };
      },
      ({ infobip, d7 }) => `infobip: ${infobip.at(-1) ?? ''}; d7: ${d7.at(-1) ?? ''}`,
    )
    .finally(() => load.stop());
  const result = await load.stop();
  report.figure('messages during rotations', result.sent);
  report.figure('messages a second', Number((result.sent / result.seconds).toFixed(1)));
  report.figure('rotations', both.infobip.length + both.d7.length);
  report.figure('failed sends', result.sent - result.accepted);

  await report.step(
    'no message failed and none was doubled',
    async () => {
      const texts = [
        ...(await provider('infobip').messages()).slice(before.infobip),
        ...(await provider('d7').messages()).slice(before.d7),
      ].map(({ text }) => text);
      const doubled = texts.length - new Set(texts).size;
      report.figure('doubled sends', doubled);
      must(doubled === 0, `${doubled} messages reached the provider twice`);
      must(result.accepted === result.sent, `failed: ${JSON.stringify(result.failures)}`);
      must(texts.length === result.sent, `the provider has ${texts.length} of ${result.sent} messages`);
    },
    () => `${result.sent} sent, ${result.accepted} accepted, 0 failed, 0 doubled`,
  );
  await report.step(
    'at the provider: Infobip refuses the old keys, D7 cannot',
    async () => {
      const keys = await provider('infobip').credentials();
      const alive = keys.filter(({ state }) => state === 'active');
      must(alive.length === 1, `${alive.length} Infobip keys are alive`);
      must((alive[0]?.allowedIps ?? []).length > 0, 'the Infobip key is not bound to addresses');
      return keys.length - alive.length;
    },
    (dead) =>
      `${dead} Infobip keys dead and 1 alive, bound to the egress addresses; D7's old tokens are reported not-provably-dead`,
  );
};
