import { PassThrough } from 'node:stream';
import type { AddressReport, RoomCommand } from '../../lambda/rotate-key/contract.ts';
import { LOCAL } from '../../lib/config/local.ts';
import { compareAddresses, inWords, tableOf } from '../../operator/addresses.ts';
import type { Connection } from '../../operator/connection.ts';
import { createReport } from '../../operator/report.ts';

const KEY = { providerKeyId: '5737A1B2C3D4', state: 'active' as const };
const BEHIND: AddressReport = {
  wanted: [
    { address: '192.0.2.1', inUse: true },
    { address: '192.0.2.2', inUse: false },
  ],
  keys: [{ ...KEY, bound: ['192.0.2.1', '192.0.2.9'], missing: ['192.0.2.2'], surplus: ['192.0.2.9'] }],
  check: 'ok',
  inStep: false,
  settledAt: null,
};
const IN_STEP: AddressReport = {
  ...BEHIND,
  keys: [{ ...KEY, bound: ['192.0.2.1', '192.0.2.2'], missing: [], surplus: [] }],
  inStep: true,
};

/** A room that answers with these reports, the last one for ever, and whose sweeps are refused at first. */
const roomWith = (reports: readonly AddressReport[]) => {
  const asked: string[] = [];
  let looks = 0;
  const send = ({ input }: { input: { Payload: string } }) => {
    const { action } = JSON.parse(input.Payload) as RoomCommand;
    asked.push(action);
    const busy = { ok: false, action, code: 'room-busy', message: 'busy', fix: 'wait', retryable: true };
    const answer =
      action === 'sweep' && asked.filter((name) => name === 'sweep').length === 1
        ? busy
        : { ok: true, action, addresses: reports[Math.min(looks++, reports.length - 1)] };
    return Promise.resolve({ Payload: Buffer.from(JSON.stringify(answer)) });
  };
  return { asked, connect: () => Promise.resolve({ functions: { send } } as unknown as Connection) };
};

const compare = async (reports: readonly AddressReport[], wait: boolean, timeoutSeconds = 60) => {
  const { asked, connect } = roomWith(reports);
  const report = createReport({ json: true, out: new PassThrough(), err: new PassThrough() });
  const options = { json: true, wait, timeoutSeconds, pause: () => Promise.resolve() };
  return { inStep: await compareAddresses(connect, LOCAL, 'otp', report, options), asked };
};

describe('compareAddresses', () => {
  test.each([
    [true, IN_STEP],
    [false, BEHIND],
    [null, { ...BEHIND, keys: [], inStep: null }],
  ])('looks once and says %s', async (inStep, found) => {
    expect(await compare([found], false)).toEqual({ inStep, asked: ['addresses'] });
  });

  test('has the room sweep while it waits, and goes on when a sweep is refused for a moment', async () => {
    const { inStep, asked } = await compare([BEHIND, BEHIND, IN_STEP], true);
    expect([inStep, asked.join(' ')]).toEqual([true, 'addresses sweep addresses sweep addresses']);
  });

  test('fails when the time is over, having looked', async () => {
    expect(await compare([BEHIND], true, 1)).toEqual({ inStep: false, asked: ['addresses'] });
  });

  test('shows each address, its use and where it is bound', () => {
    const rows = tableOf(BEHIND)
      .split('\n')
      .map((line) => line.split('│').map((cell) => cell.trim()));
    expect(rows).toEqual(
      expect.arrayContaining([
        ['', '192.0.2.1', 'in use', 'bound', ''],
        ['', '192.0.2.2', 'also allowed', 'missing', ''],
        ['', '192.0.2.9', 'not wanted', 'bound', ''],
      ]),
    );
  });

  test.each<[string, AddressReport]>([
    ['in step', IN_STEP],
    ['hourly sweep changes the keys', BEHIND],
    ['until 2026-11-01T09:00:00.000Z', { ...IN_STEP, inStep: false, settledAt: '2026-11-01T09:00:00.000Z' }],
    [
      'verdict on the current key, asked from inside, is "address-refused"',
      { ...IN_STEP, inStep: false, check: 'address-refused' },
    ],
    ['allow 192.0.2.1, 192.0.2.2', { ...BEHIND, keys: [], inStep: null }],
  ])('says "%s"', (words, found) => {
    expect(inWords(found)).toContain(words);
  });
});
