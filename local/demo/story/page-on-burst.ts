import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { deploymentClient } from '../../system/local-system.ts';
import { startLoad } from '../load.ts';
import { burst } from '../messages.ts';
import { must, type Stage } from '../stage.ts';

/** Far above the local room's ceiling, as far as the machine keeps up. */
const BURST_PER_SECOND = 60;
/** More would start a function each, and the burst would measure that. */
const MOST_UNDER_WAY = 8;
const GIVE_UP_SECONDS = 40;
/**
 * What AWS promises at most: one 10-second period to fill, one to be evaluated, and the delivery of a metric that was
 * written as a log line, for which AWS names no bound; ten seconds is what is usually seen.
 */
const AWS_BOUND_SECONDS = 30;

interface AlarmNotification {
  readonly AlarmName?: string;
  readonly NewStateValue?: string;
}

/** A burst through the door makes the volume alarm page; the page arrives in a queue that somebody subscribed. */
export const pageOnBurst = async ({ report, app, room, state }: Stage): Promise<void> => {
  // Reading the pager's queue is the subscriber's business, outside the room: the account's own key stands for it.
  const sqs = new SQSClient(deploymentClient(state.awsEndpointUrl));
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
      `${alarm} after ${seconds.toFixed(1)} s on the emulator; on AWS at most about ${AWS_BOUND_SECONDS} s`,
  );
  must(page.seconds < GIVE_UP_SECONDS, 'too late');
  report.figure('seconds from burst to page (emulator)', Number(page.seconds.toFixed(1)));
  report.figure('seconds from burst to page (AWS bound, computed)', AWS_BOUND_SECONDS);
};
