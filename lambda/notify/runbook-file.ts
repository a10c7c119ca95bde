import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, optional } from '../shared/environment.ts';
import type { Log } from '../shared/log.ts';
import { RUNBOOK_FILE, type RunbookAdvice } from './contract.ts';

/** What the runbook says, as synth packed it beside the code; without it a page names the heading alone. */
export const readRunbook = (environment: Environment, log: Log): RunbookAdvice => {
  try {
    const path = join(optional(environment, 'LAMBDA_TASK_ROOT') ?? process.cwd(), RUNBOOK_FILE);
    return JSON.parse(readFileSync(path, 'utf8')) as RunbookAdvice;
  } catch {
    log.error('runbook not there', { reason: 'missing-or-not-json' });
    return {};
  }
};
