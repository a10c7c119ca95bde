import { type OptOutAction, type OptOutResult, recipientsFunctionName } from '../lambda/recipients/contract.ts';
import { askFunction, type AskingContext } from './ask-function.ts';
import { dayAndTime } from './moments.ts';

type Answer = Extract<OptOutResult, { ok: true }>;

/** Who said so, as people read it. */
const SOURCES: Readonly<Record<NonNullable<Answer['optOut']>['source'], string>> = {
  recipient: 'they said so themselves',
  provider: 'the provider says so',
  operator: 'it was entered by a person',
};

/**
 * Enters, lifts or looks up an opt-out. The number is in no line of what is shown.
 *
 * @throws RoomRefusal with the room's reason when it did not
 */
export const keepOptOut = async (
  context: AskingContext,
  command: { readonly action: OptOutAction; readonly number: string },
): Promise<void> => {
  const { report, room, json } = context;
  const { optOut, changed } = await report.step(`ask room ${room}`, async () => {
    const { functions } = await context.connect();
    return askFunction<OptOutResult>(functions, recipientsFunctionName(context.environment.name, room), command);
  });
  if (json) {
    report.figure('optOut', optOut ?? 'none');
    report.figure('changed', changed ? 'yes' : 'no');
    return;
  }
  const { out = (text: string) => void process.stdout.write(text) } = context;
  out(`${describe({ optOut, changed, action: command.action })}\n`);
};

const describe = ({ optOut, changed, action }: Pick<Answer, 'optOut' | 'changed' | 'action'>): string => {
  if (optOut !== null) {
    const already = action === 'opt-out' && !changed ? ' already' : '';
    return `opted out${already}, since ${dayAndTime(optOut.since)}: ${SOURCES[optOut.source]}`;
  }
  if (action === 'lift') return changed ? 'sent to again' : 'was not opted out: nothing changed';
  return 'not opted out';
};
