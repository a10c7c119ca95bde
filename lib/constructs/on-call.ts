import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Subscriber } from '../config/environment.ts';
import { AlarmRegistry } from './alarm-registry.ts';
import { OnCallTopic } from './on-call-topic.ts';

/** Who is told when, and what their alarms are called. */
export interface OnCallProps {
  /** Begins every alarm's name. */
  readonly namePrefix: string;
  /** Encrypts what is stored. */
  readonly encryptionKey: kms.IKey;
  /** @default - nobody is paged */
  readonly pages?: readonly Subscriber[];
  /** @default - nobody gets tickets */
  readonly tickets?: readonly Subscriber[];
}

/** The people behind a room's alarms: one topic for what must be done now, one for what can wait. */
export class OnCall extends Construct {
  /** Makes the alarms of the room. */
  readonly alarms: AlarmRegistry;
  /** Topic of what must be done now. */
  readonly pages: OnCallTopic;
  /** Topic of what can wait. */
  readonly tickets: OnCallTopic;

  constructor(scope: Construct, id: string, props: OnCallProps) {
    super(scope, id);
    const topic = (childId: string, displayName: string, subscribers: readonly Subscriber[] = []): OnCallTopic =>
      new OnCallTopic(this, childId, {
        displayName,
        encryptionKey: props.encryptionKey,
        emails: subscribers.flatMap((to) => ('email' in to ? [to.email] : [])),
        httpsUrls: subscribers.flatMap((to) => ('https' in to ? [to.https] : [])),
        queues: subscribers.flatMap((to) => ('queue' in to ? [to.queue] : [])),
      });
    this.pages = topic('Pages', 'Keyroom page', props.pages);
    this.tickets = topic('Tickets', 'Keyroom ticket', props.tickets);
    this.alarms = new AlarmRegistry(this, 'Alarms', {
      namePrefix: props.namePrefix,
      pages: this.pages,
      tickets: this.tickets,
    });
  }
}
