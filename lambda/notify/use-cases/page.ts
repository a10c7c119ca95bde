import { iso } from '../../shared/clock.ts';
import { curlOf, type DoorCommand, KEY_BY_SHELL } from '../../shared/on-call/contract.ts';
import type { Situation } from '../../shared/situation/contract.ts';
import type { AlarmChange } from './alarm-change.ts';
import { type Typed, typedOf } from './commands.ts';
import { DRILL_ALARM } from '../contract.ts';
import { howBad } from './how-bad.ts';
import type { Telling } from './memory.ts';
import type { NotifyPorts, Place } from '../ports.ts';
import type { Severity } from '../subscribers-contract.ts';

/** What people and pagers are told of a change of an alarm. It holds no number, no text of a message and no key. */
export interface Page {
  /** One and the same at every delivery of the change. */
  readonly id: string;
  /** The alarm's whole name: one and the same until it has ended. */
  readonly alarmName: string;
  readonly alarm: string;
  readonly environment: string;
  readonly room: string;
  readonly severity: Severity;
  readonly state: 'alarm' | 'ended';
  /** Nothing has happened: somebody tries whether a page arrives. */
  readonly isDrill: boolean;
  /** When it changed, ISO 8601. */
  readonly at: string;
  /** One line. */
  readonly title: string;
  /** Everything, for people. */
  readonly text: string;
  readonly verdict: 'pumped' | 'leaked' | 'undecided' | null;
  readonly command: string | null;
  /** The same for any shell with the AWS command line. */
  readonly withoutClone: string | null;
  readonly undo: string | null;
  /** `docs/runbook.md#…` */
  readonly runbook: string;
  /** Who owns the apps that may be concerned. */
  readonly owners: Readonly<Record<string, string>>;
}

type Known = Pick<NotifyPorts, 'place' | 'runbook' | 'owners'>;

/** The page of a change, with the verdict first. @param situation `undefined` where nobody knows it at the moment */
export const pageOf = (change: AlarmChange, as: Telling, situation: Situation | undefined, known: Known): Page => {
  const { place, runbook, owners } = known;
  const { environment, room } = place;
  const isDrill = change.alarm === DRILL_ALARM;
  const fromRunbook = typedOf(runbook[change.alarm] ?? NO_ADVICE, place);
  const judgement = ABOUT_WHO_SENDS.test(change.alarm) ? (situation?.judgement ?? null) : null;
  const first = judgement?.do[0];
  const typed: Typed = first
    ? { ...fromRunbook, command: first.command, job: first.job, withoutClone: null, undo: first.undo }
    : fromRunbook;
  const facts: Facts = { change, as, isDrill, typed, curl: curlAt(place, typed), owners, place };
  return {
    id: `${change.alarm}#${change.at}#${change.state}`,
    alarmName: change.name,
    ...{ alarm: change.alarm, environment, room, severity: change.severity, isDrill },
    state: change.state === 'ALARM' && as !== 'over' ? 'alarm' : 'ended',
    at: iso(change.at),
    title: titleOf(facts),
    text: (change.state === 'ALARM' ? raised(facts, judgement, situation) : [titleOf(facts), at(change)]).join('\n'),
    verdict: judgement?.verdict ?? null,
    command: typed.command,
    withoutClone: facts.curl ?? typed.withoutClone,
    undo: typed.undo,
    runbook: change.runbook,
    owners,
  };
};

/** Alarms that ask who sends: too much is sent, paid, or at the provider. Any other has its own remedy. */
const ABOUT_WHO_SENDS = /^(?:volume|spend)-|^surplus$/;

const NO_ADVICE = { words: 'read the runbook' };

interface Facts {
  readonly change: AlarmChange;
  readonly as: Telling;
  readonly isDrill: boolean;
  readonly typed: Typed;
  readonly curl: string | null;
  readonly owners: Readonly<Record<string, string>>;
  readonly place: Place;
}

const curlAt = ({ door, region }: Place, { job }: Typed): string | null =>
  door === undefined || job === null ? null : curlOf(door.url, region, door.roleArn, asked(job), KEY_BY_SHELL);

const asked = (job: DoorCommand): DoorCommand => ({ command: job.command, arguments: job.arguments ?? {} });

const at = ({ at: moment }: AlarmChange): string => `since ${iso(moment)}`;

const titleOf = ({ change, as, isDrill, place }: Facts): string => {
  const kind = isDrill ? 'DRILL' : change.severity === 'page' ? 'PAGE' : 'TICKET';
  const what = change.state === 'OK' ? 'ended: ' : as === 'over' ? 'was on, and has ended: ' : '';
  return `${kind} ${place.room} (${place.environment}): ${what}${change.summary}`;
};

const raised = (
  facts: Facts,
  judgement: Situation['judgement'],
  situation: Situation | undefined,
): readonly string[] => {
  const { change, as, isDrill, typed, curl, owners } = facts;
  const block = (title: string, text: string | null): readonly string[] => (text === null ? [] : ['', title, text]);
  return [
    titleOf(facts),
    at(change),
    ...(as === 'flapping' ? [FLAPPING] : []),
    ...(isDrill
      ? []
      : [
          ...(judgement ? ['', `verdict: ${VERDICTS[judgement.verdict]}: ${judgement.because}`] : []),
          ...(judgement?.doNot ?? []),
          ...howBad(change, situation),
        ]),
    ...block(
      'what to do:',
      judgement ? judgement.do.map(({ what, command }) => `${what}: ${command}`).join('\n') : typed.words,
    ),
    ...block('type:', typed.command),
    ...block('without a clone:', curl ?? typed.withoutClone),
    ...block('undo:', typed.undo),
    '',
    `runbook: ${change.runbook}`,
    ...Object.entries(owners).map(([app, owner]) => `owner of ${app}: ${owner}`),
  ];
};

const FLAPPING =
  'It goes on and off. You are told once an hour while it does, and not of its end: look with keyroom status.';

const VERDICTS = {
  pumped: 'PUMPED through an app, the key is safe',
  leaked: 'LEAKED, the key is used elsewhere',
  undecided: 'not decided yet',
} as const;
