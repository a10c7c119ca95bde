import { PROVIDERS } from '../lambda/providers/contract.ts';
import { type ForgetReport, type ForgetResult, recipientsFunctionName } from '../lambda/recipients/contract.ts';
import { askFunction, type AskingContext } from './ask-function.ts';
import { lookUntil, type Patience } from './look-until.ts';
import { dayAndTime } from './moments.ts';
import { plainTable } from './plain-table.ts';

/** The index of messages follows the table within a second, as a rule; a call of a provider ends within ten. */
const PAUSE_MS = 3000;

/** What is left of a person somewhere, and until when. */
export interface Remainder {
  readonly where: string;
  readonly what: string;
  readonly until: string;
}

const COUNTS = ['erased', 'endedUnsent', 'endedUnknown'] as const;
type Totals = Record<(typeof COUNTS)[number], number>;

/**
 * Has the room erase what its ledger holds of a person, until it finds nothing more, and says what is left elsewhere.
 *
 * It can be interrupted and repeated: each call goes on where the last one ended.
 *
 * @param provider the room's
 * @returns whether it is proved that nothing is left: never of what was handed to a provider
 * @throws RoomRefusal with the room's reason when it did nothing
 */
export const forgetRecipient = async (
  context: AskingContext,
  number: string,
  provider: string,
  patience: Patience,
): Promise<boolean> => {
  const { report, room, json, environment } = context;
  const totals: Totals = { erased: 0, endedUnsent: 0, endedUnknown: 0 };
  const last = await report.step(
    `erase in the ledger of room ${room}`,
    async () => {
      const { functions } = await context.connect();
      const name = recipientsFunctionName(environment.name, room);
      return lookUntil<ForgetReport>({
        ...patience,
        pauseMs: PAUSE_MS,
        look: async () => {
          const done = await askFunction<ForgetResult>(functions, name, { action: 'forget', number });
          for (const kind of COUNTS) totals[kind] += done[kind];
          return done;
        },
        isThere: isNothingLeft,
        inWords: () => inWords(totals),
        note: report.note,
      });
    },
    (found) => `${inWords(totals)}${isNothingLeft(found) ? '' : '; something is left: repeat the command'}`,
  );
  const remains = remainders(last, provider);
  for (const kind of COUNTS) report.figure(kind, totals[kind]);
  report.figure('leftInLedger', last.onTheirWay + last.notErased);
  report.figure('remains', remains);
  if (!json) {
    const { out = (text: string) => void process.stdout.write(text) } = context;
    const table = plainTable({ head: ['what is left', 'of what', 'until'] });
    for (const { where, what, until } of remains) table.push([where, what, until]);
    out(`${table.toString()}\n`);
  }
  return isNothingLeft(last) && keepsOf(provider) === undefined;
};

/** The last look found nothing to do, and nothing that it could not do. */
const isNothingLeft = ({ erased, endedUnsent, endedUnknown, onTheirWay, notErased, isAll }: ForgetReport): boolean =>
  isAll && erased + endedUnsent + endedUnknown + onTheirWay + notErased === 0;

const inWords = ({ erased, endedUnsent, endedUnknown }: Totals): string =>
  `${erased + endedUnsent + endedUnknown} messages erased, of which ${endedUnsent} were not sent any more and ` +
  `${endedUnknown} stay unknown for ever`;

const keepsOf = (provider: string): string | undefined => PROVIDERS[provider]?.keeps;

/** The periods are those of the ledger (`lib/constructs/ledger.ts`) and of the logs (`guarded-log-group.ts`). */
const remainders = ({ optOut, onTheirWay }: ForgetReport, provider: string): readonly Remainder[] => {
  const keeps = keepsOf(provider);
  return [
    ...(onTheirWay > 0
      ? [{ where: 'the ledger', what: 'a message that is being sent just now', until: 'the command is repeated' }]
      : []),
    {
      where: 'the ledger',
      what: 'that there were messages, by whom and when, without number and text; the keyed hash of each request',
      until: '7 days after each message',
    },
    ...(optOut === null
      ? []
      : [
          {
            where: 'the ledger',
            what: `the keyed hash of the number, as they opted out on ${dayAndTime(optOut.since)}`,
            until: 'the opt-out is lifted; without it they would be sent to again',
          },
        ]),
    {
      where: 'backups of the ledger',
      what: 'keyed hash, last two digits, and number and text as they were sealed',
      until: '7 days from now',
    },
    { where: "the ledger's stream", what: 'the same', until: '24 hours from now' },
    { where: 'logs', what: 'ids of messages; no number, no hash and no text', until: '3 months after each message' },
    {
      where: 'whoever receives events',
      what: 'country and last two digits, and references of the app',
      until: 'they erase it',
    },
    ...(keeps === undefined
      ? []
      : [{ where: `the provider (${provider})`, what: 'messages it was given', until: keeps }]),
  ];
};
