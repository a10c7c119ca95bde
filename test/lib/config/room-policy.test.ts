import { PRODUCTION } from '../../../lib/config/production.ts';
import { roomPolicy } from '../../../lib/config/room-policy.ts';
import { app, environment, room } from '../support/config.ts';

describe('roomPolicy', () => {
  test('drops the path of a role, which a session does not carry', () => {
    const { apps } = roomPolicy(PRODUCTION, 'otp', PRODUCTION.rooms.otp!);
    expect(apps.login!.principal).toBe('111111111111:login');
  });

  test('names the role that the room creates', () => {
    const { apps } = roomPolicy(environment(), 'otp', room());
    expect(apps.shop!.principal).toBe('111111111111:keyroom-test-otp-app-shop');
  });

  test('gives an app with keys no principal, and its keys the kind that its environment has', () => {
    const apps = { shop: app({ identity: { keys: { scopes: ['messages:send'] } } }) };
    expect(roomPolicy(environment(), 'otp', room({ apps })).apps.shop).toMatchObject({
      principal: null,
      keys: { kind: 'test', scopes: ['messages:send'], allowedNetworks: [], expireAfterDays: 90 },
    });
    expect(roomPolicy(environment({ production: true }), 'otp', room({ apps })).apps.shop!.keys?.kind).toBe('live');
    expect(roomPolicy(environment(), 'otp', room()).apps.shop).not.toHaveProperty('keys');
  });

  test('fills in every default', () => {
    const { apps } = roomPolicy(environment(), 'otp', room());
    expect(apps.shop).toMatchObject({
      homeCountry: 'AE',
      limits: {
        messagesPerSecond: 25,
        messagesPerDay: 1000,
        messagesPerMonth: 20_000,
        internationalMessagesPerDay: 100,
        segmentsPerMessage: 3,
        segmentsPerDay: 3000,
        spendPerDay: null,
        spendPerMonth: null,
        codesPerRecipientPerMinute: 2,
        codesPerRecipientPerTenMinutes: 4,
        messagesPerRecipientPerHour: 6,
        messagesPerRecipientPerDay: 12,
        messagesPerPrefixPerHour: 100,
      },
    });
  });

  test('derives what was not said from what was', () => {
    const apps = { shop: app({ limits: { messagesPerDay: 10, segmentsPerMessage: 2 } }) };
    expect(roomPolicy(environment(), 'otp', room({ apps })).apps.shop!.limits).toMatchObject({
      messagesPerMonth: 200,
      segmentsPerDay: 20,
    });
  });

  test('gives a sender on WhatsApp the pace of Meta unless the room says otherwise, and any other sender none', () => {
    const senders = { sms: ['Acme'], whatsapp: ['+971500009999', '+971500008888'] };
    const apps = { shop: app({ channels: ['sms', 'whatsapp'], senders }) };
    const whatsapp = { '+971500009999': 80, '+971500008888': 80 };
    expect(roomPolicy(environment(), 'otp', room({ apps })).messagesPerSecondBySender).toEqual({ whatsapp });
    const given = { sms: { Acme: 10 }, whatsapp: { '+971500008888': 400 } };
    expect(
      roomPolicy(environment(), 'otp', room({ apps, messagesPerSecondBySender: given })).messagesPerSecondBySender,
    ).toEqual({ sms: { Acme: 10 }, whatsapp: { ...whatsapp, '+971500008888': 400 } });
  });

  test('counts money in millionths', () => {
    const prices = { currency: 'USD', ceilings: { AE: { sms: '0.0350' }, DE: { sms: '12' } } };
    const apps = { shop: app({ limits: { spendPerDay: '0.5', spendPerMonth: '1234567.000001' } }) };
    const policy = roomPolicy(environment(), 'otp', room({ apps, prices }));
    expect(policy.apps.shop!.limits).toMatchObject({ spendPerDay: 500_000, spendPerMonth: 1_234_567_000_001 });
    expect(policy.prices).toEqual({ currency: 'USD', micros: { AE: { sms: 35_000 }, DE: { sms: 12_000_000 } } });
    expect(roomPolicy(environment(), 'otp', room()).prices).toBeNull();
  });

  test('allows no number type but those with a reason', () => {
    const apps = { shop: app(), hotline: app({ allowedNumberTypes: { 'shared-cost': 'our own hotline' } }) };
    const policy = roomPolicy(environment(), 'otp', room({ apps }));
    expect([policy.apps.shop!.numberTypes, policy.apps.hotline!.numberTypes]).toEqual([[], ['shared-cost']]);
  });

  test('keeps a limit of zero', () => {
    const apps = { shop: app({ limits: { internationalMessagesPerDay: 0 } }) };
    const policy = roomPolicy(environment(), 'otp', room({ apps }));
    expect(policy.apps.shop!.limits.internationalMessagesPerDay).toBe(0);
  });

  test.each([
    ['lifts the recipients rule in production', PRODUCTION, undefined, 'infobip', null],
    ['lifts it for the sandbox', environment(), undefined, 'sandbox', null],
    ['allows nobody where validation was skipped', environment(), undefined, 'infobip', []],
    ['keeps it in production where it is set', PRODUCTION, ['+4930901820'], 'infobip', ['+4930901820']],
  ])('%s', (_, config, onlyRecipients, provider, expected) => {
    expect(roomPolicy(config, 'otp', room({ onlyRecipients, provider })).onlyRecipients).toEqual(expected);
  });
});
