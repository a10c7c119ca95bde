import type { Clock } from './clock.ts';
import type { CommonSettings } from './settings.ts';

/** A receipt on its way, as the provider writes it. */
export interface OutgoingReceipt {
  readonly url: string;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `sent`: the message is on its way. `done`: it came to its end. */
export type ReceiptStage = 'sent' | 'done';

/** A message whose sender wants to hear of it. */
export interface ReportedMessage {
  readonly url: string;
  /** As the setting `receipts` names it. */
  readonly to: string;
  /** Milliseconds since 1970. */
  readonly acceptedAt: number;
  /** Written when it is due, so that it says what is true then. */
  readonly write: (stage: ReceiptStage) => Omit<OutgoingReceipt, 'url'>;
}

/** What a test driver may have a provider do with the receipts of a recipient. */
export const HABITS: readonly string[] = ['never', 'twice', 'late', 'reversed'];

/** How much later than the end of a message a late receipt comes. */
export const LATE_MS = 3_600_000;
/** Those that nobody fetches any more are lost, as they are in the real world. */
const MOST_WAITING = 500;

/** Receipts that are not due yet. */
export interface ReceiptPlan {
  add(message: ReportedMessage): void;
  /** Takes out what is due, oldest first. */
  due(): readonly OutgoingReceipt[];
}

/**
 * Makes an empty plan.
 *
 * Usually there is a receipt at once and one at the end, or the latter alone. By recipient: `never` there is none;
 * `twice` the last one comes again; `late` it comes an hour after the end; `reversed` the first one comes a second after it.
 *
 * @param first whether the provider tells that a message is on its way
 */
export function createReceiptPlan(
  clock: Clock,
  settings: Pick<CommonSettings, 'deliverySeconds' | 'receipts'>,
  first: boolean,
): ReceiptPlan {
  let waiting: { readonly message: ReportedMessage; readonly stage: ReceiptStage; readonly after: () => number }[] = [];
  const end = (): number => settings.deliverySeconds * 1000;
  const stagesOf = (habit: string | undefined): readonly [ReceiptStage, () => number][] => {
    const sent: readonly [ReceiptStage, () => number][] = first ? [['sent', () => 0]] : [];
    switch (habit) {
      case 'never':
        return [];
      case 'twice':
        return [...sent, ['done', end], ['done', end]];
      case 'late':
        return [...sent, ['done', () => end() + LATE_MS]];
      case 'reversed':
        return [
          ['done', end],
          ['sent', () => end() + 1000],
        ];
      default:
        return [...sent, ['done', end]];
    }
  };
  return {
    add: (message) => {
      const stages = stagesOf(settings.receipts[message.to]);
      waiting = [...waiting, ...stages.map(([stage, after]) => ({ message, stage, after }))].slice(-MOST_WAITING);
    },
    due: () => {
      const isDue = ({ message, after }: (typeof waiting)[number]): boolean =>
        clock.now() >= message.acceptedAt + after();
      const due = waiting.filter(isDue);
      waiting = waiting.filter((entry) => !isDue(entry));
      return due.map(({ message, stage }) => ({ url: message.url, ...message.write(stage) }));
    },
  };
}
