import type { ReconcileCommand, ReconcileReport, ReconcileResult } from '../../lambda/reconcile/contract.ts';
import { adopt } from '../../operator/adopt.ts';
import { createDesk } from './support/desk.ts';

const REPORT: ReconcileReport = {
  provider: 'twilio',
  comparedUntil: '2026-11-24T12:00:00.000Z',
  lagSeconds: 300,
  last: null,
  surplus: null,
  prices: null,
  adoption: {
    since: '2026-11-01T00:00:00.000Z',
    until: '2026-12-31T23:59:59.000Z',
    isOn: true,
    idleDays: 7,
    senders: [{ sender: 'Acme', messages: 12, micros: 1, lastAt: '2026-11-17T08:00:00.000Z' }],
  },
};
const SURPLUS = {
  messages: 2,
  micros: 0,
  currency: null,
  countries: {},
  since: REPORT.comparedUntil!,
  lastFoundAt: REPORT.comparedUntil!,
};
const IDLE = { idleDays: 7 };

const desk = (changes: Partial<ReconcileReport> = {}, json = false) => {
  const answer: ReconcileResult = { ok: true, action: 'report', report: { ...REPORT, ...changes } };
  return createDesk<ReconcileCommand>('otp', () => answer, { json });
};
const adoption = (changes: Partial<NonNullable<ReconcileReport['adoption']>>) =>
  desk({ adoption: { ...REPORT.adoption!, ...changes } });

describe('keyroom adopt', () => {
  test('without a date asks, and changes nothing', async () => {
    const { context, asked, commands } = desk();
    await adopt(context, IDLE);
    expect({ asked, commands }).toEqual({ asked: ['keyroom-local-otp-reconcile'], commands: [{ action: 'report' }] });
  });

  test.each([['2026-12-31T23:59:59.000Z'], [null]])('tells the room to expect use until %s', async (until) => {
    const { context, commands } = desk();
    await adopt(context, { until, ...IDLE });
    expect(commands).toEqual([{ action: 'adopt', until }]);
  });

  test('shows who sends elsewhere, and says when nobody has for long enough', async () => {
    const { context, shown } = desk();
    expect(await adopt(context, IDLE)).toBe(true);
    expect(shown()).toMatch(/expected until 2026-12-31 23:59 UTC/);
    expect(shown()).toMatch(/Acme.*12.*2026-11-17 08:00 UTC/);
    expect(shown()).toMatch(/nobody else has sent for 7 days: revoke the old key/);
  });

  test('the old key stays while somebody has used it within the days', async () => {
    const { context, shown } = adoption({ idleDays: 6 });
    expect(await adopt(context, IDLE)).toBe(false);
    expect(shown()).toMatch(/6 of 7 days: the old key may still be needed/);
  });

  test('the old key stays while there is a surplus, however long ago the expected use was', async () => {
    const { context, shown } = desk({ surplus: SURPLUS });
    expect(await adopt(context, IDLE)).toBe(false);
    expect(shown()).toMatch(/2 messages since, which nobody expected/);
  });

  test('says that use pages again once the date is over', async () => {
    const { context, shown } = adoption({ isOn: false });
    await adopt(context, IDLE);
    expect(shown()).toMatch(/and pages since/);
  });

  test('nothing is idle where nothing is expected', async () => {
    const { context, shown } = desk({ adoption: null });
    expect(await adopt(context, IDLE)).toBe(false);
    expect(shown()).toMatch(/nobody else is expected/);
  });
});
