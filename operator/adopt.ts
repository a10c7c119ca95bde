import {
  type ReconcileCommand,
  reconcileFunctionName,
  type ReconcileReport,
  type ReconcileResult,
} from '../lambda/reconcile/contract.ts';
import { askFunction, type AskingContext } from './ask-function.ts';
import { dayAndTime } from './moments.ts';
import { plainTable } from './plain-table.ts';

/** What is to be expected, and when the old key may go. */
export interface AdoptOptions {
  /** ISO 8601; `null` ends the expectation. @default - changes nothing and shows where it stands */
  readonly until?: string | null;
  /** Days without use elsewhere after which nobody seems to need the old key. */
  readonly idleDays: number;
}

/**
 * Says until when use of the key outside the room is expected, and shows who still uses it, by sender.
 *
 * @returns whether nobody else has used the key for so many days
 * @throws RoomRefusal with the room's reason when it could not
 */
export const adopt = async (context: AskingContext, { until, idleDays }: AdoptOptions): Promise<boolean> => {
  const { room, environment, report, json, out = (text: string) => void process.stdout.write(text) } = context;
  const command: ReconcileCommand = until === undefined ? { action: 'report' } : { action: 'adopt', until };
  const answer = await report.step(until === undefined ? `ask room ${room}` : `tell room ${room}`, async () => {
    const { functions } = await context.connect();
    return askFunction<ReconcileResult>(functions, reconcileFunctionName(environment.name, room), command);
  });
  const { adoption, surplus } = answer.report;
  const isIdle = adoption !== null && adoption.idleDays >= idleDays && surplus === null;
  report.figure('report', answer.report);
  report.figure('isIdle', isIdle ? 1 : 0);
  if (!json) out(`${describe(answer.report, isIdle, idleDays)}\n`);
  return isIdle;
};

const describe = ({ adoption, surplus, comparedUntil }: ReconcileReport, isIdle: boolean, idleDays: number): string => {
  if (adoption === null) return 'nobody else is expected to use the key: what the room did not send pages';
  const table = plainTable({ head: ['sends elsewhere', 'messages', 'last'] });
  for (const { sender, messages, lastAt } of adoption.senders)
    table.push([sender, String(messages), dayAndTime(lastAt)]);
  const compared = comparedUntil === null ? 'nothing is compared yet' : `compared until ${dayAndTime(comparedUntil)}`;
  return [
    adoption.isOn
      ? `use elsewhere is expected until ${dayAndTime(adoption.until)}, and does not page before; ${compared}`
      : `use elsewhere was expected until ${dayAndTime(adoption.until)}, and pages since; ${compared}`,
    ...(adoption.senders.length > 0 ? [table.toString()] : ['nobody else has sent yet']),
    ...(surplus === null ? [] : [`and ${surplus.messages} messages since, which nobody expected`]),
    isIdle
      ? `nobody else has sent for ${adoption.idleDays} days: revoke the old key at the provider, then end this with --end`
      : `nobody else has sent for ${adoption.idleDays} of ${idleDays} days: the old key may still be needed`,
  ].join('\n');
};
