import { command } from '../command.ts';
import { type RunningLoad, startLoad } from '../load.ts';
import { burst, help, PRICE } from '../messages.ts';
import { holdPager } from '../pager.ts';
import { post } from '../post.ts';
import { must, type Stage } from '../stage.ts';

/** Far above the local room's ceiling, as far as the machine keeps up. */
const PUMPED_PER_SECOND = 60;
/** More would start a function each, and the attack would measure that. */
const MOST_UNDER_WAY = 8;
const GIVE_UP_SECONDS = 40;
/** `design.md` promises ten seconds from the command to the last call of the provider. */
const STOPPED_WITHIN_SECONDS = 10;
/**
 * What is to be expected on AWS, computed and not measured: one 10-second period to fill, one to be evaluated, and about
 * ten seconds for a metric that is written as a log line, for which AWS names no bound.
 */
const AWS_ESTIMATE_SECONDS = 30;

/** Somebody pumps messages through an app: the room pages, and one command ends it for that app, or for that country. */
export const answerPumping = async (stage: Stage): Promise<void> => {
  const { report, app, provider } = stage;
  const pager = await holdPager(stage, 'otp');
  const pumped = async () =>
    (await provider('infobip').messages()).filter(({ text }) => text.startsWith(String(burst().text)));
  let load: RunningLoad | undefined;
  try {
    const page = await report.step(
      'somebody pumps messages through an app: the volume alarm pages',
      async () => {
        load = startLoad([{ send: app('otp', 'checkout'), message: burst }], PUMPED_PER_SECOND, MOST_UNDER_WAY);
        return pager.next(/volume|ceiling/i, GIVE_UP_SECONDS);
      },
      ({ alarm, seconds }) =>
        `${alarm} after ${seconds.toFixed(1)} s on the emulator; on AWS about ${AWS_ESTIMATE_SECONDS} s, computed`,
    );
    report.figure('seconds from burst to page (emulator)', Number(page.seconds.toFixed(1)));
    report.figure('seconds from burst to page (AWS, computed)', AWS_ESTIMATE_SECONDS);
    const stopped = await report.step(
      'keyroom freeze ends it for that app, while the others go on',
      () => freezeApp(stage, pumped),
      ({ seconds, messages }) =>
        `last call of the provider ${seconds.toFixed(1)} s after the command; ${messages} got through`,
    );
    report.figure('seconds from freeze to the last call', Number(stopped.seconds.toFixed(1)));
    report.figure('messages pumped', stopped.messages);
    report.figure('money lost to pumping', `${(stopped.messages * PRICE.amount).toFixed(2)} ${PRICE.currency}`);
  } finally {
    await load?.stop();
  }
  await report.step('where it is one country that is pumped, that country is frozen for all apps', () =>
    freezeCountry(stage),
  );
};

const freezeApp = async (
  stage: Stage,
  pumped: () => Promise<readonly { readonly acceptedAt: string }[]>,
): Promise<{ readonly seconds: number; readonly messages: number }> => {
  const commanded = Date.now();
  await command(stage, ['freeze', 'otp', '--app', 'checkout', '--reason', 'exercise']);
  try {
    const refused = await post(stage, ['otp', 'checkout'], burst());
    must(refused.status === 403, `a frozen app sent: ${refused.status}`);
    const other = await post(stage, ['otp', 'support'], help());
    must(other.status === 202, `the freeze of one app stopped another: ${other.status} ${JSON.stringify(other.body)}`);
    const messages = await pumped();
    const last = Math.max(...messages.map(({ acceptedAt }) => Date.parse(acceptedAt)));
    must(
      last - commanded < STOPPED_WITHIN_SECONDS * 1000,
      `still sent ${(last - commanded) / 1000} s after the command`,
    );
    return { seconds: Math.max(0, (last - commanded) / 1000), messages: messages.length };
  } finally {
    await command(stage, ['unfreeze', 'otp', '--app', 'checkout']);
  }
};

const freezeCountry = async (stage: Stage): Promise<void> => {
  await command(stage, ['freeze', 'otp', '--country', 'AE', '--reason', 'exercise']);
  try {
    const refused = await post(stage, ['otp', 'checkout'], burst());
    must(refused.status === 403, `to a frozen country: ${refused.status}`);
    const other = await post(stage, ['otp', 'checkout'], { ...burst(), to: '+4915112345678' });
    must(other.status === 202, `to another country: ${other.status} ${JSON.stringify(other.body)}`);
  } finally {
    await command(stage, ['unfreeze', 'otp', '--country', 'AE']);
  }
};
