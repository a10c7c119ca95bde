import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { JobRequest } from '../lambda/incident/contract.ts';
import { partitionOf } from '../lib/config/names.ts';
import { actAs, APPROVER, ON_CALL, ownName } from '../operator/connection.ts';
import { curlOf } from '../lambda/shared/on-call/contract.ts';
import { UsageError } from '../operator/errors.ts';
import { commandJob, type Following, watchJob } from '../operator/follow-job.ts';
import { onInterrupt } from '../operator/interruption.ts';
import { findOperatorDoor, openOperatorDoor } from '../operator/operator-door.ts';
import { EXIT } from '../operator/report.ts';
import { findRoom, type Target } from '../operator/target.ts';
import { addRoomCommand, type CommonOptions, onRoomOf, seconds } from './room-command.ts';

interface DoorOptions extends CommonOptions {
  readonly url?: string;
  readonly timeout: number;
}
/** Options of everything that is commanded at the door. */
export interface CommandOptions extends DoorOptions {
  readonly reason?: string;
  readonly printCurl: boolean;
}
interface ScopeOptions extends CommandOptions {
  readonly app?: string;
  readonly country?: string;
}

const onRoom = onRoomOf(findRoom);

/** A room's operator door, as whoever the caller may be there. */
export const open = async (target: Target, url: string | undefined, role: typeof ON_CALL) => {
  const { environment, room, endpoint } = target;
  const [address, name] = await Promise.all([findOperatorDoor(target, url), ownName(environment, endpoint)]);
  return openOperatorDoor(address, environment.region, await actAs(environment, room, endpoint, name, role));
};

const followingOf = (room: string, { environment, timeout }: DoorOptions): Following => ({
  timeoutSeconds: timeout,
  goOn: (id) => `npm run keyroom -- job ${room} ${id} -e ${environment}`,
  newKey: randomUUID,
  interrupted: onInterrupt(),
});

/** Commands at the room's operator door and follows the job, or prints the command. */
export const command = (room: string, request: JobRequest, options: CommandOptions, role = ON_CALL): Promise<void> =>
  onRoom(room, options, options.printCurl ? undefined : `${request.command} of ${room}`, async (target, report) => {
    const { environment } = target;
    const asked = { ...request, ...(options.reason !== undefined && { reason: options.reason }) };
    if (!options.printCurl) {
      return commandJob(() => open(target, options.url, role), asked, report, followingOf(room, options));
    }
    const arn = `arn:${partitionOf(environment.region)}:iam::${environment.account}:role/${role.nameOf(environment.name, room)}`;
    const url = await report.step('find the door', () => findOperatorDoor(target, options.url));
    const curl = curlOf(url, environment.region, arn, asked, randomUUID());
    if (options.json) report.figure('curl', curl);
    else process.stdout.write(`${curl}\n`);
    return EXIT.held;
  });

const argumentsOf = ({ app, country }: ScopeOptions): Readonly<Record<string, string>> => {
  if (app !== undefined && country !== undefined) {
    throw new UsageError('a country is frozen for all apps of the room: name --app or --country');
  }
  return { ...(app !== undefined && { app }), ...(country !== undefined && { country }) };
};

const withDoor = (added: Command): Command =>
  added
    .option('--url <url>', "the operator door (default: the stack's output OperatorApiUrl)")
    .option('--timeout <seconds>', 'how long to watch', seconds, 300);

/** Adds the options of everything that is commanded at the door. */
export const withReason = (added: Command): Command =>
  withDoor(added)
    .option('--reason <ticket>', 'a reference such as INC-4711, for the audit')
    .option('--print-curl', 'do nothing: print the same as a command for any shell', false)
    .addHelpText('after', '\nThe job goes on when you stop watching: "keyroom job" shows where it stands.');

const withScope = (added: Command): Command =>
  withReason(added)
    .option('--app <name>', 'this app alone')
    .option('--country <code>', 'this country alone, for all apps (ISO 3166-1 alpha-2)');

/** Adds what whoever is on call commands at the operator door. */
export const addIncidentCommands = (program: Command): void => {
  withScope(
    addRoomCommand(program, 'freeze <room>', 'Stop a room, or one app or country of it; what waits goes on waiting.', [
      'npm run keyroom -- freeze otp -e production --reason INC-4711',
      'npm run keyroom -- freeze otp -e production --app website',
      'npm run keyroom -- freeze otp -e production --country AT',
    ]),
  ).action((room: string, options: ScopeOptions) =>
    command(room, { command: 'freeze', arguments: argumentsOf(options) }, options),
  );
  withScope(
    addRoomCommand(program, 'unfreeze <room>', 'Let what was frozen send again; what waits goes out.', [
      'npm run keyroom -- unfreeze otp -e production',
      'npm run keyroom -- unfreeze otp -e production --app website',
    ]),
  ).action((room: string, options: ScopeOptions) =>
    command(room, { command: 'unfreeze', arguments: argumentsOf(options) }, options),
  );
  withReason(
    addRoomCommand(program, 'approve <room> <job>', 'Agree to unfreezing a room that somebody else has commanded.', [
      'npm run keyroom -- approve otp job_3b1f… -e production',
    ]),
  ).action((room: string, job: string, options: CommandOptions) =>
    command(room, { command: 'approve', arguments: { job } }, options, APPROVER),
  );
  withDoor(
    addRoomCommand(program, 'job <room> <id>', 'Say where a command stands, and follow it to its end.', [
      'npm run keyroom -- job otp job_3b1f… -e production',
    ]),
  ).action((room: string, id: string, options: DoorOptions) =>
    onRoom(room, options, `job of ${room}`, (target, report) =>
      watchJob(() => open(target, options.url, ON_CALL), id, report, followingOf(room, options)),
    ),
  );
};
