import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { collectAudit } from '../operator/audit/collect.ts';
import { describeAudit } from '../operator/audit/describe-audit.ts';
import { htmlReport } from '../operator/audit/html-report.ts';
import { sectionsOf } from '../operator/audit/sections.ts';
import { ON_CALL } from '../operator/connection.ts';
import { UsageError } from '../operator/errors.ts';
import { EXIT } from '../operator/report.ts';
import { findRoom } from '../operator/target.ts';
import { open } from './incident-command.ts';
import { addRoomCommand, type CommonOptions, onRoomOf } from './room-command.ts';

interface AuditOptions extends CommonOptions {
  readonly since: string;
  readonly until?: string;
  readonly html?: string;
  readonly url?: string;
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment, or a time before now such as `2h`. @throws UsageError */
const momentBefore = (text: string, now: number): string => {
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(text) ?? [];
  const moment = count === undefined ? Date.parse(text) : now - Number(count) * (UNITS[unit] ?? 0);
  const hasZone = count !== undefined || /(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (Number.isFinite(moment) && hasZone) return new Date(moment).toISOString();
  throw new UsageError(`a moment must be like 90m, 2h, 7d or 2026-11-24T18:00:00+04:00, got "${text}"`);
};

/** Adds `keyroom audit`: who did what, and what went out. */
export const addAuditCommand = (program: Command): void => {
  addRoomCommand(program, 'audit <room>', 'Say who did what, when and from where, and what was sent with which key.', [
    'npm run keyroom -- audit otp -e production',
    'npm run keyroom -- audit otp -e production --since 7d',
    'npm run keyroom -- audit otp -e production --since 2026-11-24T14:00:00Z --until 2026-11-24T16:00:00Z',
    'npm run --silent keyroom -- audit otp -e production --since 2h --json > audit.json',
  ])
    .option('--since <moment>', 'from then on: a moment, or how long ago, such as 2h', '24h')
    .option('--until <moment>', 'before that moment (default: now)')
    .option('--html <file>', 'also write it as a page that is one file and loads nothing')
    .option('--url <url>', "the operator door (default: the stack's output OperatorApiUrl)")
    .addHelpText(
      'after',
      `
It changes nothing, and shows no number, text or key. --json has every message by its id, with app, country, last two
digits and cost. Messages are kept for 7 days, what people and strangers did for 400.`,
    )
    .action((room: string, options: AuditOptions) =>
      onRoomOf(findRoom)(room, options, undefined, async (target, report) => {
        const now = Date.now();
        const since = momentBefore(options.since, now);
        const until = options.until === undefined ? new Date(now).toISOString() : momentBefore(options.until, now);
        if (until <= since) throw new UsageError(`--until must be after --since, got ${since} and ${until}`);
        const door = await open(target, options.url, ON_CALL);
        const audit = await collectAudit(door, { room, since, until }, report);
        if (options.html !== undefined) writeFileSync(options.html, htmlReport(audit, sectionsOf(audit)));
        if (options.json) report.figure('audit', audit);
        else process.stdout.write(`${describeAudit(sectionsOf(audit))}\n`);
        return EXIT.held;
      }),
    );
};
