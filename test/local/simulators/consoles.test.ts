import { createInfobip } from '../../../local/simulators/infobip/provider.ts';
import { createTwilio } from '../../../local/simulators/twilio/provider.ts';
import type { SimulatedProvider } from '../../../local/simulators/provider.ts';

const clock = { now: () => Date.parse('2026-11-01T08:00:00Z') };
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const list = (provider: SimulatedProvider, path: string, authorization: string, query = ''): number =>
  provider.handle({
    method: 'GET',
    path,
    query: new URLSearchParams(query),
    authorization,
    body: undefined,
    encoding: 'none',
    source: '127.0.0.1',
  }).status;

describe('what a person does in the console', () => {
  test('a second Infobip user manages keys beside the first, and a deleted one is refused', () => {
    const infobip = createInfobip(clock, { username: 'first', password: 'one' });
    const status = (user: string, password: string) => list(infobip, '/settings/2/api-keys', basic(user, password));
    infobip.changeAccount({ addUser: { username: 'second', password: 'two' } });
    expect([status('first', 'one'), status('second', 'two'), status('second', 'one')]).toEqual([200, 200, 401]);
    infobip.changeAccount({ deleteUser: 'first' });
    expect([status('first', 'one'), status('second', 'two')]).toEqual([401, 200]);
    expect(infobip.account().managing).toEqual({ username: 'second', password: 'two' });
    expect(() => infobip.changeAccount({ deleteUser: 'first' })).toThrow('deleteUser names no portal user');
  });

  test('a second Twilio Main key manages keys beside the first, and a deleted one is refused', () => {
    const first = { accountSid: `AC${'1'.repeat(32)}`, apiKeySid: `SK${'1'.repeat(32)}`, apiKeySecret: 'one' };
    const second = { apiKeySid: `SK${'2'.repeat(32)}`, apiKeySecret: 'two' };
    const twilio = createTwilio(clock, first);
    const status = ({ apiKeySid, apiKeySecret }: typeof second) =>
      list(twilio, '/v1/Keys', basic(apiKeySid, apiKeySecret), `AccountSid=${first.accountSid}`);
    twilio.changeAccount({ addMainKey: second });
    expect([status(first), status(second)]).toEqual([200, 200]);
    twilio.changeAccount({ deleteMainKey: first.apiKeySid });
    expect([status(first), status(second)]).toEqual([401, 200]);
    expect(() => twilio.changeAccount({ deleteMainKey: first.apiKeySid })).toThrow('deleteMainKey names no Main key');
  });

  test('both are there again after a reset', () => {
    const infobip = createInfobip(clock, { username: 'first', password: 'one' });
    infobip.changeAccount({ addUser: { username: 'second', password: 'two' }, deleteUser: 'first' });
    infobip.reset();
    expect(infobip.account()).toMatchObject({ users: [{ username: 'first', password: 'one' }] });
  });
});
