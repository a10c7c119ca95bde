import { PROVIDERS } from '../../../lambda/providers/contract.ts';
import { D7 } from '../../../lambda/providers/d7/capabilities.ts';
import { INFOBIP } from '../../../lambda/providers/infobip/capabilities.ts';
import type { RoomConfig } from '../../../lib/config/environment.ts';
import { postureBlock, postureSummary, PROTECTIONS, roomPosture } from '../../../lib/config/posture.ts';
import { app, environment, room } from '../support/config.ts';

const posture = (overrides: Partial<RoomConfig> = {}) => roomPosture(environment(), 'otp', room(overrides));
const item = (id: keyof typeof PROTECTIONS, overrides: Partial<RoomConfig> = {}) =>
  posture(overrides).items.find(({ protection }) => protection === id)!;
const setting = (option: string, overrides: Partial<RoomConfig> = {}) =>
  posture(overrides).settings.find((entry) => entry.option === option);

describe('capabilities', () => {
  test.each(Object.values(PROVIDERS).filter(({ strategy }) => strategy !== 'none'))(
    '$name says of every protection whether it was found, and where',
    ({ protects = {} }) => {
      expect(Object.keys(protects).sort()).toEqual(Object.keys(PROTECTIONS).sort());
      for (const { found, source } of Object.values(protects)) {
        if (found !== 'not found' || source !== undefined) expect(source).toMatch(/^https:\/\//);
      }
    },
  );
});

describe('roomPosture', () => {
  test("uses what the provider has, with the provider's own words and source", () => {
    expect(item('addressBinding')).toEqual({
      protection: 'addressBinding',
      label: 'key bound to addresses',
      provider: 'yes',
      how: INFOBIP.protects.addressBinding.how,
      source: INFOBIP.protects.addressBinding.source,
      room: 'used',
      instead: [],
      open: null,
    });
  });

  test('what was not found is said to be not found, with what stands in by its name and what remains open', () => {
    const {
      provider,
      room: state,
      instead,
      open,
    } = item('addressBinding', { provider: 'twilio', rotateEvery: { hours: 12 } });
    expect([provider, state]).toEqual(['not found', 'replaced in part']);
    expect(instead.join()).toContain('rotateEvery (12 hours)');
    expect(open).toContain('any address');
  });

  test('a rotation is not said to help where old keys cannot be revoked', () => {
    expect(item('addressBinding', { provider: 'd7' }).instead.join()).not.toContain('rotateEvery');
    expect(item('revoke', { provider: 'd7' })).toMatchObject({ provider: 'not found', how: D7.protects.revoke.how });
  });

  test('what the provider counts is used, unless the account is shared or it counts money alone', () => {
    expect(item('sentCount')).toMatchObject({ provider: 'yes', room: 'used', open: null });
    const shared = item('sentCount', { account: 'shared' });
    expect(shared).toMatchObject({ room: 'replaced in part', open: expect.stringContaining('thief') as string });
    const money = item('sentCount', { provider: 'd7' });
    expect(money).toMatchObject({ provider: 'in part', room: 'replaced in part' });
    expect(money.instead.join()).toContain('Surplus');
  });

  test('signed receipts are not needed, as an unsigned one changes nothing', () => {
    expect(item('signedReceipts')).toMatchObject({ provider: 'yes', room: 'not needed', open: null });
    expect(item('signedReceipts').instead.join()).toContain('takes no receipts');
    expect(item('signedReceipts', { provider: 'twilio', receipts: 'signed' })).toMatchObject({
      room: 'used',
      instead: [],
    });
    expect(item('signedReceipts', { receipts: 'confirmed' }).instead.join()).toContain('changes nothing before');
  });

  test('the limits that stand in for a cap are those of the apps together, defaults included', () => {
    const apps = { a: app({ limits: { messagesPerDay: 50_000, segmentsPerMessage: 1 } }), b: app() };
    const { instead } = item('spendCap', { apps });
    expect(instead.join('\n')).toMatch(
      /messagesPerDay: at most 51,000 .*\n.*segmentsPerDay: at most 53,000 segments of SMS/,
    );
  });

  test('a limit in money is among them, and who has none is named', () => {
    const prices = { currency: 'EUR', ceilings: {} };
    const apps = { a: app({ limits: { spendPerDay: '25.00' } }), b: app() };
    const { instead, open } = item('spendCap', { apps, prices });
    expect(instead.join('\n')).toContain('apps.a.limits.spendPerDay: at most 25.00 EUR');
    expect(open).toMatch(/^no limit in money for b; no limit holds for a stolen key/);
    const { open: rest } = item('spendCap', { apps: { a: apps.a }, prices });
    expect(rest).toMatch(/^no limit holds/);
  });

  test.each([
    ['callerNetworks', 'every network', { callerNetworks: ['203.0.113.0/24'] }, '203.0.113.0/24'],
    ['keyImporters', 'nobody', { keyImporters: ['arn:aws:iam::111111111111:role/a'] }, '1 principal'],
    ['dataStewards', 'nobody', { dataStewards: ['arn:aws:iam::111111111111:role/a'] }, '1 principal'],
    ['operators', 'nobody', { operators: ['arn:aws:iam::111111111111:role/a'] }, '1 principal'],
    ['responders', 'nobody', { responders: ['arn:aws:iam::111111111111:role/a'] }, '1 principal'],
    ['onCall.pages', 'nobody', { onCall: { pages: [{ queue: 'pager' }] } }, '1 subscriber'],
    ['onCall.tickets', 'nobody', { onCall: { tickets: [{ queue: 'a' }, { queue: 'b' }] } }, '2 subscribers'],
  ])('%s is open unless it is set', (option, otherwise, overrides, value) => {
    expect(setting(option)).toEqual({ option, value: otherwise, open: expect.any(String) as string });
    expect(setting(option, overrides)).toEqual({ option, value, open: null });
  });

  test('a key that works from anywhere is open, and so is a room that nobody can issue or revoke one for', () => {
    const keys = { scopes: ['messages:send' as const] };
    const apps = { shop: app({ identity: { keys } }) };
    const named = { shop: app({ identity: { keys: { ...keys, allowedNetworks: ['203.0.113.0/24'] } } }) };
    const networks = 'apps.*.identity.keys.allowedNetworks';
    expect(setting(networks)).toBeUndefined();
    expect(setting(networks, { apps })).toMatchObject({
      value: 'every network for 1 app',
      open: expect.any(String) as string,
    });
    expect(setting(networks, { apps: named })).toEqual({ option: networks, value: 'named for 1 app', open: null });
    expect(setting('keyIssuers', { apps })).toMatchObject({ value: 'nobody', open: expect.any(String) as string });
    const issuers = { apps, keyIssuers: ['arn:aws:iam::111111111111:role/a'] };
    expect(setting('keyIssuers', issuers)).toMatchObject({ value: '1 principal', open: null });
  });

  test('says that nobody can freeze a room whose responders are not named, and who unfreezes it alone', () => {
    const responders = ['arn:aws:iam::111111111111:role/a'];
    expect(setting('responders')).toMatchObject({ value: 'nobody', open: expect.any(String) as string });
    expect(setting('unfreezeApprovers')).toBeUndefined();
    expect(setting('responders', { responders })).toMatchObject({ value: '1 principal', open: null });
    expect(setting('unfreezeApprovers', { responders })).toMatchObject({ open: expect.any(String) as string });
  });

  test('counts messages abroad only of apps that may send abroad', () => {
    const option = 'apps.*.limits.internationalMessagesPerDay';
    expect(setting(option)?.value).toBe('at most 100 messages a day');
    expect(setting(option, { apps: { a: app({ countries: ['AE'] }) } })?.value).toContain('none');
  });

  test('a sandbox has no key, and so nothing about one', () => {
    const { items, settings } = posture({ provider: 'sandbox' });
    expect(items).toEqual([]);
    expect(settings.map(({ option }) => option)).not.toContain('keyImporters');
    expect(postureSummary(posture({ provider: 'sandbox' }))).toContain('there is no key to protect');
  });

  test('says what the room stops by itself, where somebody could undo it', () => {
    const responders = ['arn:aws:iam::111111111111:role/on-call'];
    expect(setting('quarantine.newCountries', { responders })).toMatchObject({ open: null });
    expect(setting('quarantine.apps', { responders })?.open).toContain('until somebody acts');
    const strict = { responders, quarantine: { newCountries: 'record', apps: 'freeze' } } as const;
    expect(setting('quarantine.newCountries', strict)?.open).toContain('until somebody acts');
    expect(setting('quarantine.apps', strict)).toMatchObject({ value: 'frozen', open: null });
    expect(setting('quarantine.apps')).toBeUndefined();
  });
});

describe('postureBlock', () => {
  test('says in a few lines what is used and everything that remains open', () => {
    const entire = posture({ provider: 'd7' });
    const lines = postureBlock(entire, 'test').split('\n');
    const open = [...entire.items, ...entire.settings].flatMap((entry) => entry.open ?? []);
    expect(open.length).toBeGreaterThan(8);
    for (const text of open) expect(lines.filter((line) => line.endsWith(`open: ${text}`))).toHaveLength(1);
    expect(lines[0]).toContain(`${open.length} things remain open`);
    expect(lines.at(-1)).toContain('npm run keyroom -- posture otp -e test');
    expect(lines.length).toBe(open.length + 3);
  });
});
