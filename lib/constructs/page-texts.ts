import { Duration } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { SEVERITY_ATTRIBUTE } from '../../lambda/notify/contract.ts';
import type { OnCallConfig } from '../config/environment.ts';
import { QUIET } from './alarm-registry.ts';
import { NotifyFunction, type NotifyFunctionProps } from './notify-function.ts';
import type { OnCall } from './on-call.ts';
import { type RoomMetrics, total } from './room-metrics.ts';
import { SubscribersSecret, type SubscribersSecretProps } from './subscribers-secret.ts';

/** Whose alarms get a text, and who reads it. */
export interface PageTextsProps {
  /** What the text is made of. */
  readonly notifying: Omit<NotifyFunctionProps, 'alarms' | 'texts' | 'subscribers'>;
  /** The room's alarms and their topics. */
  readonly onCall: OnCall;
  /** What the room's functions count. */
  readonly metrics: RoomMetrics;
  /** Who gets a text by e-mail: whoever gets the alarm. @default - nobody */
  readonly readers?: OnCallConfig;
  /** What the secret with chats and pagers is made with. @default - nobody may import, so there is none */
  readonly subscribers?: SubscribersSecretProps;
}

/** Turns alarms into pages that say what to type, beside the way on which the alarms themselves go out. */
export class PageTexts extends Construct {
  /** Writes and delivers the texts. */
  readonly function: NotifyFunction;
  /** Where chats and pagers are reached. */
  readonly subscribers: SubscribersSecret | undefined;
  /** Carries texts to people by e-mail. */
  readonly topic: sns.ITopic;

  constructor(scope: Construct, id: string, props: PageTextsProps) {
    super(scope, id);
    const { onCall, notifying, readers = {} } = props;
    const topic = new sns.Topic(this, 'Topic', {
      displayName: 'Keyroom: what to do',
      masterKey: notifying.encryptionKey,
      enforceSSL: true,
    });
    for (const [index, [email, severities]] of readersByEmail(readers).entries()) {
      new sns.Subscription(this, `Email${index + 1}`, {
        topic,
        protocol: sns.SubscriptionProtocol.EMAIL,
        endpoint: email,
        filterPolicy: { [SEVERITY_ATTRIBUTE]: sns.SubscriptionFilter.stringFilter({ allowlist: severities }) },
      });
    }
    this.topic = topic;
    this.subscribers = props.subscribers && new SubscribersSecret(this, 'Subscribers', props.subscribers);
    this.function = new NotifyFunction(this, 'Function', {
      ...notifying,
      alarms: [onCall.pages, onCall.tickets],
      texts: topic,
      subscribers: this.subscribers,
    });
    this.watch(onCall, props.metrics);
  }

  /** Texts that did not arrive are told of by an alarm, which needs no text to arrive. */
  private watch({ alarms }: OnCall, metrics: RoomMetrics): void {
    const period = Duration.minutes(5);
    alarms.add('PageNotDelivered', {
      severity: 'ticket',
      summary: 'the text of an alarm did not reach somebody, or nobody could write it',
      metric: total(
        {
          notDelivered: metrics.sum('pageNotDelivered', period),
          errors: this.function.function.metricErrors({ period }),
          throttles: this.function.function.metricThrottles({ period }),
        },
        period,
      ),
      above: 0,
      silence: QUIET,
    });
  }
}

/** Who reads texts by e-mail, and which: an address that is named twice gets both from one subscription. */
const readersByEmail = ({ pages = [], tickets = [] }: OnCallConfig): [email: string, severities: string[]][] => {
  const emails = (subscribers: NonNullable<OnCallConfig['pages']>): readonly string[] =>
    subscribers.flatMap((to) => ('email' in to ? [to.email] : []));
  const [toPages, toTickets] = [emails(pages), emails(tickets)];
  return [...new Set([...toPages, ...toTickets])].map((email) => [
    email,
    [...(toPages.includes(email) ? ['page'] : []), ...(toTickets.includes(email) ? ['ticket'] : [])],
  ]);
};
