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

  test('fills in every default', () => {
    const { apps } = roomPolicy(environment(), 'otp', room());
    expect(apps.shop).toMatchObject({
      homeCountry: 'AE',
      limits: { messagesPerDay: 1000, internationalMessagesPerDay: 100, segmentsPerMessage: 3 },
    });
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
