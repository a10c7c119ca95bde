import { PassThrough } from 'node:stream';

import type { RedriveCommand, RedriveResult } from '../../lambda/redrive/contract.ts';
import { LOCAL } from '../../lib/config/local.ts';
import { redrive, type RedriveContext } from '../../operator/redrive.ts';
import { createReport } from '../../operator/report.ts';

const counts = (some: Partial<Extract<RedriveResult, { ok: true }>['counts']>) => ({
  ...{ again: 0, waiting: 0, sweep: 0, over: 0, unreadable: 0, kept: 0 },
  ...some,
});

/** The command against a function that gives these answers. */
const desk = (answers: RedriveResult[], json = false) => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const report = createReport({ json, out, err });
  const asked: { name: string; command: RedriveCommand }[] = [];
  let shown = '';
  const functions = {
    send: ({ input }: { input: { FunctionName: string; Payload: string } }) => {
      asked.push({ name: input.FunctionName, command: JSON.parse(input.Payload) as RedriveCommand });
      return Promise.resolve({ Payload: Buffer.from(JSON.stringify(answers.shift())) });
    },
  } as unknown as Awaited<ReturnType<RedriveContext['connect']>>['functions'];
  const context: RedriveContext = {
    connect: () => Promise.resolve({ functions }),
    environment: LOCAL,
    room: 'otp',
    report,
    json,
    out: (text) => void (shown += text),
  };
  const document = () => {
    report.finish();
    return JSON.parse(String(out.read())) as { ok: boolean; figures: Record<string, unknown> };
  };
  return { context, asked, shown: () => shown, document };
};

describe('keyroom redrive', () => {
  test('asks the room until there is no more, and adds up', async () => {
    const { context, asked, shown } = desk([
      { ok: true, counts: counts({ again: 30 }), more: true },
      { ok: true, counts: counts({ again: 2, over: 1 }), more: false },
    ]);
    expect(await redrive(context, {})).toBe(true);
    expect(asked.map(({ name }) => name)).toEqual(['keyroom-local-otp-redrive', 'keyroom-local-otp-redrive']);
    expect(shown()).toMatch(/32.*tried again/);
    expect(shown()).toMatch(/1.*nothing left to do/);
    expect(shown()).not.toContain('sweep');
  });

  test('a dry run looks once, says so where there is more, and speaks of what would be', async () => {
    const { context, asked, shown } = desk([{ ok: true, counts: counts({ again: 30 }), more: true }]);
    expect(await redrive(context, { dryRun: true })).toBe(true);
    expect(asked.map(({ command }) => command)).toEqual([{ dryRun: true }]);
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
