import { PassThrough } from 'node:stream';
import { createReport } from '../../operator/report.ts';

const start = (json: boolean) => {
  const out = new PassThrough();
  const err = new PassThrough();
  let time = 0;
  return { report: createReport({ json, out, err, now: () => (time += 500) }), out, err };
};

describe('createReport', () => {
  test('prints one JSON document and nothing else on standard output', async () => {
    const { report, out } = start(true);
    await report.step(
      'count',
      () => Promise.resolve(3),
      (n) => `${n} found`,
    );
    report.figure('found', 3);
    expect(report.finish('title')).toBe(true);
    expect(JSON.parse(String(out.read()))).toEqual({
      ok: true,
      steps: [{ name: 'count', ok: true, seconds: 0.5, detail: '3 found' }],
      figures: { found: 3 },
    });
  });

  test('a step that throws is a failed row and is thrown on', async () => {
    const { report, out } = start(true);
    await expect(report.step('break', () => Promise.reject(new Error('it broke')))).rejects.toThrow('it broke');
    expect(report.finish('title')).toBe(false);
    expect(JSON.parse(String(out.read()))).toMatchObject({ ok: false, steps: [{ ok: false, detail: 'it broke' }] });
  });

  test('nothing done is nothing proved', () => {
    expect(start(true).report.finish('title')).toBe(false);
  });

  test('a person gets tables where they have a title, and where they have none nothing but the progress', async () => {
    for (const title of ['what was proved', undefined]) {
      const { report, out } = start(false);
      await report.step('count', () => Promise.resolve());
      report.figure('found', 3);
      report.finish(title);
      const printed = out.read() as Buffer | null;
      if (title === undefined) expect(printed).toBeNull();
      else expect(String(printed)).toMatch(/what was proved[^]*✓ │ count[^]*found +│ 3/);
    }
  });

  test('shows progress on standard error while it goes', async () => {
    const { report, err } = start(false);
    await report.step('count', () => Promise.resolve());
    expect(String(err.read())).toBe('… count\n✓ count (0.5 s)\n');
  });
});
