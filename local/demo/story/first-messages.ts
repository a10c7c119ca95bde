import { sms, whatsApp } from '../messages.ts';
import { post } from '../post.ts';
import { must, type Stage } from '../stage.ts';

/** An app sends an SMS and a WhatsApp message without ever holding the key, and a replay does not send twice. */
export const sendFirstMessages = async (stage: Stage): Promise<void> => {
  const { report, app, provider } = stage;
  const send = (key: string, body: unknown) => post(stage, ['otp', 'checkout'], body, { key });

  const first = await report.step(
    'an app sends an SMS and a WhatsApp message, signed as itself',
    async () => {
      const answer = await send('first-sms', sms());
      must(
        answer.status === 202 && answer.body.status === 'accepted',
        `SMS: ${answer.status} ${JSON.stringify(answer.body)}`,
      );
      const second = await send('first-whatsapp', whatsApp());
      must(
        second.status === 202 && second.body.status === 'accepted',
        `WhatsApp: ${second.status} ${JSON.stringify(second.body)}`,
      );
      const channels = (await provider('infobip').messages()).map(({ channel }) => channel);
      must(channels.join() === 'sms,whatsapp', `the provider has ${channels.join()}`);
      return answer;
    },
    ({ body }) => `${String(body.id)} to ${String(body.to)}, safeToResend ${String(body.safeToResend)}`,
  );
  await report.step('the same request again is a replay: the provider saw it once', async () => {
    const replay = await send('first-sms', sms());
    must(replay.status === 200 && replay.headers.get('idempotent-replayed') === 'true', `got ${replay.status}`);
    must(replay.body.id === first.body.id, 'the replay is another message');
    must((await provider('infobip').messages()).length === 2, 'the provider got it twice');
    const found = await app('otp', 'checkout')({ method: 'GET', path: `/v1/messages/${String(first.body.id)}` });
    must(found.status === 200 && found.body.status === 'accepted', `GET: ${found.status}`);
  });
  await report.step('the same key with another body is refused with 422', async () => {
    const reused = await send('first-sms', sms('Another text'));
    must(
      reused.status === 422 && reused.body.type === 'urn:keyroom:problem:idempotency-key-reused',
      `got ${reused.status}`,
    );
  });
};
