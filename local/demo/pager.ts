import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PAGER_ROLE_ARN } from '../system/identities.ts';
import { asIdentity } from '../system/sessions.ts';
import type { Stage } from './stage.ts';

/** What a page says, as far as it is read here. */
interface AlarmNotification {
  readonly AlarmName?: string;
  readonly NewStateValue?: string;
}

/** A pager that polls the queue which a room's pages arrive in. */
export interface Pager {
  /**
   * Waits for the alarm of a name like this to go off, and takes off what comes before.
   *
   * @returns the alarm's name, and the seconds that it took
   * @throws Error when nothing like it comes within `seconds`
   */
  readonly next: (alarm: RegExp, seconds: number) => Promise<{ readonly alarm: string; readonly seconds: number }>;
}

/** Holds a pager of a room. */
export const holdPager = async ({ room, session, state }: Stage, roomName: string): Promise<Pager> => {
  const sqs = new SQSClient({
    region: state.region,
    endpoint: state.awsEndpointUrl,
    credentials: asIdentity(await session(PAGER_ROLE_ARN)),
  });
  const QueueUrl = room(roomName).pageQueueUrl;
  const take = async (): Promise<readonly AlarmNotification[]> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
    );
    for (const { ReceiptHandle } of Messages) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.map(({ Body = '{}' }) => {
      const { Message } = JSON.parse(Body) as { readonly Message?: string };
      return JSON.parse(Message ?? Body) as AlarmNotification;
    });
  };
  return {
    async next(alarm, seconds) {
      const started = performance.now();
      const passed = () => (performance.now() - started) / 1000;
      while (passed() < seconds) {
        for (const { AlarmName = '', NewStateValue } of await take()) {
          if (NewStateValue === 'ALARM' && alarm.test(AlarmName)) return { alarm: AlarmName, seconds: passed() };
        }
      }
      throw new Error(`no page within ${seconds} s`);
    },
  };
};
