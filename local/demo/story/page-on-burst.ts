import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PAGER_ROLE_ARN } from '../../system/identities.ts';
import { asIdentity } from '../../system/sessions.ts';
import { startLoad } from '../load.ts';
import { burst } from '../messages.ts';
import { must, type Stage } from '../stage.ts';

/** Far above the local room's ceiling, as far as the machine keeps up. */
const BURST_PER_SECOND = 60;
/** More would start a function each, and the burst would measure that. */
const MOST_UNDER_WAY = 8;
const GIVE_UP_SECONDS = 40;
/**
 * What is to be expected on AWS, computed and not measured: one 10-second period to fill, one to be evaluated, and about
 * ten seconds for a metric that is written as a log line, for which AWS names no bound.
 */
const AWS_ESTIMATE_SECONDS = 30;

interface AlarmNotification {
  readonly AlarmName?: string;
  readonly NewStateValue?: string;
}

/** A burst through the door makes the volume alarm page; the page arrives in a queue that somebody subscribed. */
export const pageOnBurst = async ({ report, app, room, session, state }: Stage): Promise<void> => {
  const sqs = new SQSClient({
    region: state.region,
    endpoint: state.awsEndpointUrl,
    credentials: asIdentity(await session(PAGER_ROLE_ARN)),
  });
  const queue = room('otp').pageQueueUrl;
  const page = await report.step(
    `a burst of messages through the door makes the volume alarm page`,
    async () => {
      const started = performance.now();
      const load = startLoad([{ send: app('otp', 'checkout'), message: burst }], BURST_PER_SECOND, MOST_UNDER_WAY);
      try {
        while ((performance.now() - started) / 1000 < GIVE_UP_SECONDS) {
          const { Messages: messages = [] } = await sqs.send(
            new ReceiveMessageCommand({ QueueUrl: queue, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
          );
          for (const { Body: body = '{}', ReceiptHandle } of messages) {
            await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
            const notification = JSON.parse(body) as { readonly Message?: string };
            const alarm = JSON.parse(notification.Message ?? body) as AlarmNotification;
            if (alarm.NewStateValue === 'ALARM' && /volume|ceiling/i.test(alarm.AlarmName ?? '')) {
              return { alarm: alarm.AlarmName ?? '', seconds: (performance.now() - started) / 1000 };
            }
          }
        }
      } finally {
        await load.stop();
      }
      throw new Error(`no page within ${GIVE_UP_SECONDS} s`);
    },
    ({ alarm, seconds }) =>
      `${alarm} after ${seconds.toFixed(1)} s on the emulator; on AWS about ${AWS_ESTIMATE_SECONDS} s, computed`,
  );
  must(page.seconds < GIVE_UP_SECONDS, 'too late');
  report.figure('seconds from burst to page (emulator)', Number(page.seconds.toFixed(1)));
  report.figure('seconds from burst to page (AWS, computed)', AWS_ESTIMATE_SECONDS);
};
