import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  type ReconcileCommand,
  reconcileFunctionName,
  type ReconcileResult,
} from '../../../lambda/reconcile/contract.ts';
import { importerRoleName } from '../../../lib/config/names.ts';
import { ACCOUNT } from '../../system/emulator.ts';
import { asIdentity } from '../../system/sessions.ts';
import { command } from '../command.ts';
import { notice, PRICE } from '../messages.ts';
import { holdPager } from '../pager.ts';
import { post } from '../post.ts';
import { must, type Stage } from '../stage.ts';

const STOLEN = 20;
const GIVE_UP_SECONDS = 60;
/** How soon the simulator shows what it took: the local configuration says so, where a provider needs minutes. */
const LOOK_AGAIN_MS = 2000;
/**
 * What is to be expected on AWS, computed and not measured: Infobip's lag of two minutes, at most five until the next
 * look, and one for the metric and its alarm.
 */
const AWS_ESTIMATE_SECONDS = 480;

/** The key is stolen: elsewhere it is worth nothing; used behind the room's own address it shows, pages, and is ended. */
export const answerLeak = async (stage: Stage): Promise<void> => {
  const { report, provider } = stage;
  const infobip = provider('infobip');
  await report.step(
    'the stolen key is tried from elsewhere: the provider takes nothing, as the key is bound to our addresses',
    async () => {
      const { accepted, refused } = await infobip.rogue(STOLEN);
      must(accepted === 0 && refused.length === STOLEN, `${accepted} of ${STOLEN} were taken from elsewhere`);
    },
  );
  const pager = await holdPager(stage, 'otp');
  const compare = await comparing(stage);
  // So that what the room itself sent is compared before.
  await compare();
  const found = await report.step(
    'the thief gets behind one of our addresses: the provider counts more than we sent, and that pages',
    async () => {
      const [address] = await infobip.addresses();
      const { accepted } = await infobip.rogue(STOLEN, address);
      must(accepted === STOLEN, `only ${accepted} of ${STOLEN} were taken`);
      const started = performance.now();
      const over = new AbortController();
      const looking = keepLooking(compare, over.signal);
      try {
        const { alarm } = await pager.next(/surplus/i, GIVE_UP_SECONDS);
        return { alarm, seconds: (performance.now() - started) / 1000 };
      } finally {
        over.abort();
        await looking;
      }
    },
    ({ alarm, seconds }) =>
      `${alarm} after ${seconds.toFixed(1)} s on the emulator; on AWS within ${AWS_ESTIMATE_SECONDS / 60} minutes, computed`,
  );
  report.figure('seconds from leak to page (emulator)', Number(found.seconds.toFixed(1)));
  report.figure('seconds from leak to page (AWS, at most, computed)', AWS_ESTIMATE_SECONDS);
  const ended = await report.step(
    'keyroom revoke ends the key at the provider, proves it dead, and sends with a new one',
    () => revoke(stage),
    ({ seconds }) => `${seconds.toFixed(1)} s from the command to sending again`,
  );
  report.figure('seconds from revoke to sending again', Number(ended.seconds.toFixed(1)));
  report.figure('money lost to the leak', `${(STOLEN * PRICE.amount).toFixed(2)} ${PRICE.currency}`);
};

const keepLooking = async (compare: () => Promise<ReconcileResult>, over: AbortSignal): Promise<void> => {
  while (!over.aborted) {
    await compare();
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
};

/** Compares the room with its provider now, as its schedule does every five minutes. */
const comparing = async ({ session, state }: Stage): Promise<() => Promise<ReconcileResult>> => {
  const role = `arn:aws:iam::${ACCOUNT}:role/${importerRoleName('local', 'otp')}`;
  const client = new LambdaClient({
    region: state.region,
    endpoint: state.awsEndpointUrl,
    credentials: asIdentity(await session(role)),
  });
  const look: ReconcileCommand = { action: 'look' };
  return async () => {
    const { Payload = new Uint8Array() } = await client.send(
      new InvokeCommand({ FunctionName: reconcileFunctionName('local', 'otp'), Payload: JSON.stringify(look) }),
    );
    return JSON.parse(Buffer.from(Payload).toString('utf8')) as ReconcileResult;
  };
};

const revoke = async (stage: Stage): Promise<{ readonly seconds: number }> => {
  const started = performance.now();
  const infobip = stage.provider('infobip');
  const before = (await infobip.credentials()).filter(({ state }) => state === 'active').map(({ id }) => id);
  await command(stage, ['revoke', 'otp', '--reason', 'exercise']);
  const { status, body } = await post(stage, ['otp', 'checkout'], notice('after the leak'));
  must(status === 202 && body.status === 'accepted', `got ${status} ${JSON.stringify(body)}`);
  const seconds = (performance.now() - started) / 1000;
  const alive = (await infobip.credentials()).filter(({ id, state }) => state === 'active' && before.includes(id));
  must(alive.length === 0, `${alive.length} keys of before are alive`);
  return { seconds };
};
