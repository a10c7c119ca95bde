import type { RedriveCommand, RedriveResult } from '../../lambda/redrive/contract.ts';
import { redrive } from '../../operator/redrive.ts';
import { createDesk } from './support/desk.ts';

const counts = (some: Partial<Extract<RedriveResult, { ok: true }>['counts']>) => ({
  ...{ again: 0, waiting: 0, sweep: 0, over: 0, unreadable: 0, kept: 0 },
  ...some,
});

/** The command against a function that gives these answers. */
const desk = (answers: RedriveResult[], json = false) =>
  createDesk<RedriveCommand>('otp', () => answers.shift(), { json });

describe('keyroom redrive', () => {
  test('asks the room until there is no more, and adds up', async () => {
    const { context, asked, shown } = desk([
      { ok: true, counts: counts({ again: 30 }), more: true },
      { ok: true, counts: counts({ again: 2, over: 1 }), more: false },
    ]);
    expect(await redrive(context, {})).toBe(true);
    expect(asked).toEqual(['keyroom-local-otp-redrive', 'keyroom-local-otp-redrive']);
    expect(shown()).toMatch(/32.*tried again/);
    expect(shown()).toMatch(/1.*nothing left to do/);
    expect(shown()).not.toContain('sweep');
  });

  test('a dry run looks once, says so where there is more, and speaks of what would be', async () => {
    const { context, commands, shown } = desk([{ ok: true, counts: counts({ again: 30 }), more: true }]);
    expect(await redrive(context, { dryRun: true })).toBe(true);
    expect(commands).toEqual([{ dryRun: true }]);
    expect(shown()).toMatch(/30.*would be tried again/);
    expect(shown()).toContain('There are more');
  });

  test('does not hold where some could not be looked at', async () => {
    const { context, shown } = desk([{ ok: true, counts: counts({ kept: 1 }), more: false }]);
    expect(await redrive(context, {})).toBe(false);
    expect(shown()).toContain('the ledger gave no answer');
  });

  test('says that there is nothing', async () => {
    const { context, shown } = desk([{ ok: true, counts: counts({}), more: false }]);
    expect(await redrive(context, {})).toBe(true);
    expect(shown()).toBe('there are no dead letters\n');
  });

  test('gives a machine the counts, and nothing besides the document', async () => {
    const { context, shown, document } = desk([{ ok: true, counts: counts({ sweep: 3 }), more: false }], true);
    await redrive(context, {});
    expect(document()).toMatchObject({ ok: true, figures: { counts: counts({ sweep: 3 }), more: 0 } });
    expect(shown()).toBe('');
  });

  test("is refused with the room's own reason and what to do", async () => {
    const refusal = { code: 'aws-unavailable', message: 'no', fix: 'Repeat the command.', retryable: true };
    await expect(redrive(desk([{ ok: false, ...refusal }]).context, {})).rejects.toMatchObject({
      code: 'aws-unavailable',
      fix: 'Repeat the command.',
    });
  });
});
