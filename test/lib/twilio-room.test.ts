import type { RoomConfig } from '../../lib/config/environment.ts';
import { validate } from '../../lib/config/validate.ts';
import { app, environment, room } from './support/config.ts';
import { resources } from './support/policy.ts';
import { synthesize } from './support/synth.ts';

const SERVICE = `MG${'a'.repeat(32)}`;
const CONTENT = `HX${'b'.repeat(32)}`;
const template = { providerTemplate: CONTENT, languages: ['en'], params: ['code'] };
const channels = ['sms', 'whatsapp'] as const;
const inTwilio = (overrides: Partial<RoomConfig> = {}) =>
  environment({
    rooms: {
      otp: room({
        provider: 'twilio',
        templates: { otp: template },
        apps: { shop: app({ channels, senders: { sms: ['Acme', SERVICE], whatsapp: ['+971500009999', SERVICE] } }) },
        ...overrides,
      }),
    },
  });
const withSender = (sender: string, provider = 'twilio') =>
  inTwilio({ provider, templates: {}, apps: { shop: app({ senders: { sms: [sender] } }) } });

describe('a room on Twilio', () => {
  test('is valid, with names and Messaging Services as senders and ContentSids as templates', () => {
    expect(() => validate(inTwilio())).not.toThrow();
  });

  test.each([
    [
      'a Messaging Service that is none',
      withSender('MG123456789012'),
      'rooms.otp.apps.shop.senders.sms: must be a sender',
    ],
    [
      'a Messaging Service elsewhere',
      withSender(SERVICE, 'infobip'),
      'rooms.otp.apps.shop.senders.sms: must be a sender',
    ],
    [
      'a template by name',
      inTwilio({ templates: { otp: { ...template, providerTemplate: 'otp_v1' } } }),
      'rooms.otp.templates.otp.providerTemplate: must be a ContentSid (HX and 32 hexadecimal digits), got "otp_v1"',
    ],
    [
      'a template in two languages',
      inTwilio({ templates: { otp: { ...template, languages: ['en', 'de'] } } }),
      'rooms.otp.templates.otp.languages: must be one, as a ContentSid (HX and 32 hexadecimal digits) has one language, got 2',
    ],
  ])('fails with %s', (_, config, problem) => {
    expect(() => validate(config)).toThrow(problem);
  });

  test('synthesises: the network lets out to its three hosts, and the sending key rotates', () => {
    const { egress, rooms } = synthesize(inTwilio());
    const lists = resources(egress, 'AWS::Route53Resolver::FirewallDomainList').map(([, { Properties }]) => Properties);
    expect(JSON.stringify(lists)).toContain('"api.twilio.com","dynamodb.eu-central-1.amazonaws.com","iam.twilio.com"');
    expect(JSON.stringify(lists)).toContain('"pricing.twilio.com"');
    expect(resources(rooms.otp!, 'AWS::SecretsManager::RotationSchedule')).toHaveLength(1);
  });
});
