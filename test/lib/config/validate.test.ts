import { PROVIDERS } from '../../../lambda/providers/contract.ts';
import type { EnvironmentConfig } from '../../../lib/config/environment.ts';
import { LOCAL } from '../../../lib/config/local.ts';
import { PRODUCTION } from '../../../lib/config/production.ts';
import { validate } from '../../../lib/config/validate.ts';
import { app, environment, environmentWithApp, room } from '../support/config.ts';

const PROVIDER_NAMES = Object.keys(PROVIDERS).join(', ');
const role = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
const inRoom = (overrides: Parameters<typeof room>[0]) => environment({ rooms: { otp: room(overrides) } });
const localWith = (local: EnvironmentConfig['local']) => ({ ...LOCAL, local });
const VPC = {
  vpcId: 'vpc-0123456789abcdef0',
  cidr: '10.0.0.0/16',
  privateSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'] as [string, string],
  secretsManagerEndpointId: 'vpce-0123456789abcdef0',
  egressAddresses: ['192.0.2.1'],
};
const EIPS = {
  eipAllocationIds: ['eipalloc-0123456789abcdef0', 'eipalloc-0123456789abcdef1'] as [string, string],
  eipAddresses: ['192.0.2.1', '192.0.2.2'] as [string, string],
};

const PRICES = { currency: 'USD', ceilings: { AE: { sms: '0.0350' }, DE: { sms: '0.0850' } } };

describe('validate', () => {
  test.each([
    [
      'spend limits where every country has a price',
      environmentWithApp({ limits: { spendPerDay: '9.00', spendPerMonth: '9' } }, { prices: PRICES }),
    ],
    ['the local environment', LOCAL],
    ['the production example', PRODUCTION],
    ['the smallest environment', environment()],
    ['a pace of a sender', inRoom({ messagesPerSecondBySender: { sms: { Acme: 500 } } })],
    ['a sandbox without onlyRecipients', inRoom({ provider: 'sandbox', onlyRecipients: undefined })],
    [
      'a number type that is allowed with its reason',
      environmentWithApp({ allowedNumberTypes: { 'shared-cost': 'our own hotline answers there' } }),
    ],
    ['a rotation every 4 hours', inRoom({ rotateEvery: { hours: 4 } })],
    ['receipts', inRoom({ receipts: 'confirmed' })],
    ['receipts that Twilio signs', inRoom({ provider: 'twilio', receipts: 'signed' })],
    [
      'what the room stops by itself',
      inRoom({
        responders: ['arn:aws:iam::111111111111:role/on-call'],
        quarantine: { newCountries: 'record', apps: 'freeze' },
      }),
    ],
    ['a shared account', inRoom({ account: 'shared' })],
    ['what an account can spend', inRoom({ accountLimit: { amount: '500.00', currency: 'USD' } })],
    ['a swap every two years', inRoom({ swapEvery: { days: 730 } })],
    ['adopted Elastic IPs', environment({ egress: EIPS })],
    [
      'a Region of GovCloud',
      environment({ region: 'us-gov-west-1', availabilityZones: ['us-gov-west-1a', 'us-gov-west-1b'] }),
    ],
    [
      'an app with keys',
      environmentWithApp(
        {
          identity: { keys: { scopes: ['messages:send'], allowedNetworks: ['203.0.113.0/24'], expireAfterDays: 365 } },
        },
        { keyIssuers: [role('a')] },
      ),
    ],
    ['an existing VPC', environment({ egress: { existingVpc: VPC } })],
    [
      'the same role as an app of two rooms',
      environment({
        rooms: {
          a: room({ apps: { shop: app({ identity: { roleArn: role('shop') } }) } }),
          b: room({ apps: { shop: app({ identity: { roleArn: role('shop') } }) } }),
        },
      }),
    ],
  ])('accepts %s', (_, config) => {
    expect(() => validate(config)).not.toThrow();
  });

  test.each<[name: string, config: EnvironmentConfig, problem: string]>([
    // The environment
    [
      'a name is not a name',
      environment({ name: 'Prod' }),
      'name: must be 1 to 12 of a-z, 0-9 and single dashes between them, starting with a letter, got "Prod"',
    ],
    [
      'an account is not 12 digits',
      environment({ account: '123' }),
      'account: must be an AWS account id of 12 digits, got "123"',
    ],
    [
      'a Region is none',
      environment({ region: 'europe' }),
      'region: must be an AWS Region such as eu-central-1, got "europe"',
    ],
    ...['cn-north-1', 'us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1'].map(
      (region): [string, EnvironmentConfig, string] => [
        `a Region is of another partition (${region})`,
        environment({ region, availabilityZones: [`${region}a`, `${region}b`] }),
        `region: must be one whose endpoints end in amazonaws.com, such as eu-central-1, got "${region}"`,
      ],
    ),
    [
      'a role is of China',
      environment({ deploymentRoleArn: 'arn:aws-cn:iam::111111111111:role/x' }),
      'deploymentRoleArn: must be the ARN of an IAM role',
    ],
    [
      'nobody could repair the keys of production',
      environment({ production: true }),
      'breakGlassRoleArn: must be set in production, got nothing: KMS knows the deployment role by its unique id',
    ],
    [
      'the break-glass role is the deployment role',
      environment({ deploymentRoleArn: role('deployer'), breakGlassRoleArn: role('deployer') }),
      `breakGlassRoleArn: must be another role than deploymentRoleArn, got "${role('deployer')}"`,
    ],
    [
      'the break-glass role is of another account',
      environment({ breakGlassRoleArn: 'arn:aws:iam::222222222222:role/break-glass' }),
      'breakGlassRoleArn: must be a role of the account 111111111111, got "arn:aws:iam::222222222222:role/break-glass"',
    ],
    [
      'a zone is of another Region',
      environment({ availabilityZones: ['eu-central-1a', 'us-east-1a'] }),
      'availabilityZones: must be two different zones of eu-central-1, got ["eu-central-1a","us-east-1a"]',
    ],
    [
      'the zones are one',
      environment({ availabilityZones: ['eu-central-1a', 'eu-central-1a'] }),
      'availabilityZones: must be two different zones of eu-central-1',
    ],
    ['there is no room', environment({ rooms: {} }), 'rooms: must name at least one room, got none'],
    [
      'a deployment role is a pattern',
      environment({ deploymentRoleArn: 'arn:aws:iam::111111111111:role/*' }),
      'deploymentRoleArn: must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>, got "arn:aws:iam::111111111111:role/*"',
    ],
    [
      'a break-glass role is a name',
      environment({ breakGlassRoleArn: 'admin' }),
      'breakGlassRoleArn: must be the ARN of an IAM role',
    ],
    [
      'a permissions boundary is a role',
      environment({ permissionsBoundaryArn: role('x') }),
      'permissionsBoundaryArn: must be the ARN of an IAM policy',
    ],
    [
      'a qualifier is too long',
      environment({ bootstrapQualifier: 'elevenchars' }),
      'bootstrapQualifier: must be 1 to 10 of a-z and 0-9, got "elevenchars"',
    ],
    [
      'a tag would freeze a room',
      environment({ tags: { 'keyroom:frozen': 'true' } }),
      'tags.keyroom:frozen: must not start with aws: or keyroom:',
    ],
    [
      'there are too many tags',
      environment({ tags: Object.fromEntries(Array.from({ length: 46 }, (_, i) => [`t${i}`, ''])) }),
      'tags: must be at most 45, got 46',
    ],
    // The way out
    [
      'a network has host bits',
      environment({ egress: { cidr: '10.0.0.1/24' } }),
      'egress.cidr: must be an IPv4 network with zero host bits and a prefix from /16 to /26, got "10.0.0.1/24"',
    ],
    [
      'a network is too small for four subnets',
      environment({ egress: { cidr: '10.0.0.0/27' } }),
      'egress.cidr: must be an IPv4 network',
    ],
    [
      'one Elastic IP is adopted twice',
      environment({
        egress: { ...EIPS, eipAllocationIds: ['eipalloc-0123456789abcdef0', 'eipalloc-0123456789abcdef0'] },
      }),
      'egress.eipAllocationIds: must be two different values, one per zone, got 2',
    ],
    [
      'one Elastic IP is adopted for two zones',
      environment({
        egress: { ...EIPS, eipAllocationIds: ['eipalloc-0123456789abcdef0'] as unknown as [string, string] },
      }),
      'egress.eipAllocationIds: must be two different values, one per zone, got 1',
    ],
    [
      'adopted Elastic IPs come without addresses',
      environment({ egress: { eipAllocationIds: EIPS.eipAllocationIds } }),
      'egress.eipAddresses: must give the addresses behind egress.eipAllocationIds, got nothing',
    ],
    [
      'addresses come without Elastic IPs',
      environment({ egress: { eipAddresses: EIPS.eipAddresses } }),
      'egress.eipAddresses: is allowed with egress.eipAllocationIds only',
    ],
    [
      'an address is none',
      environment({ egress: { ...EIPS, eipAddresses: ['192.0.2.1', '192.0.2.256'] } }),
      'egress.eipAddresses: must be an IPv4 address, got "192.0.2.256"',
    ],
    [
      'an address that is also allowed is none',
      environment({ egress: { alsoAllowed: ['192.0.2.7', 'nat.example.com'] } }),
      'egress.alsoAllowed: must be an IPv4 address, got "nat.example.com"',
    ],
    [
      'an address is also allowed twice',
      environment({ egress: { alsoAllowed: ['192.0.2.7', '192.0.2.7'] } }),
      'egress.alsoAllowed: must name each address once, got "192.0.2.7" twice',
    ],
    [
      'an Elastic IP in use is also allowed',
      environment({ egress: { ...EIPS, alsoAllowed: [EIPS.eipAddresses[0]] } }),
      'egress.alsoAllowed: must differ from the addresses in use, got "192.0.2.1"',
    ],
    [
      'an address in use by an existing VPC is also allowed',
      environment({ egress: { existingVpc: VPC, alsoAllowed: ['192.0.2.1'] } }),
      'egress.alsoAllowed: must differ from the addresses in use, got "192.0.2.1"',
    ],
    [
      'an address is also allowed that no provider can see',
      environment({ egress: { alsoAllowed: ['10.68.0.5'] } }),
      'egress.alsoAllowed: must be public addresses, as a provider sees them, got "10.68.0.5"',
    ],
    [
      'too many addresses are also allowed',
      environment({ egress: { alsoAllowed: Array.from({ length: 11 }, (_, n) => `192.0.2.${n}`) } }),
      'egress.alsoAllowed: must name at most 10 addresses, got 11',
    ],
    [
      'an existing VPC names an address twice',
      environment({ egress: { existingVpc: { ...VPC, egressAddresses: ['192.0.2.1', '192.0.2.1'] } } }),
      'egress.existingVpc.egressAddresses: must name each address once, got "192.0.2.1" twice',
    ],
    [
      'an existing VPC comes with Elastic IPs',
      environment({ egress: { ...EIPS, existingVpc: VPC } }),
      'egress.existingVpc: excludes egress.cidr and egress.eipAllocationIds',
    ],
    [
      'an existing VPC has no address',
      environment({ egress: { existingVpc: { ...VPC, egressAddresses: [] } } }),
      'egress.existingVpc.egressAddresses: must name at least one address, got none',
    ],
    [
      'an endpoint is none',
      environment({ egress: { existingVpc: { ...VPC, secretsManagerEndpointId: 'vpc-0' } } }),
      'egress.existingVpc.secretsManagerEndpointId: must be an id of the form vpce-…, got "vpc-0"',
    ],
    // Rooms
    ['a room is called egress', environment({ rooms: { egress: room() } }), 'rooms.egress: must not be called egress'],
    [
      'two rooms are one stack',
      environment({ rooms: { 'a-1': room(), a1: room() } }),
      'rooms: a-1 and a1 would both be the stack Keyroom-test-A1',
    ],
    [
      'a provider is unknown',
      inRoom({ provider: 'acme' }),
      `rooms.otp.provider: must be one of ${PROVIDER_NAMES}, got "acme"`,
    ],
    [
      'a provider is what every object has',
      inRoom({ provider: 'constructor' }),
      `rooms.otp.provider: must be one of ${PROVIDER_NAMES}, got "constructor"`,
    ],
    [
      'a rotation is too frequent',
      inRoom({ rotateEvery: { hours: 1 } }),
      'rooms.otp.rotateEvery: must be at least 4 hours, got 1 hour',
    ],
    [
      'a rotation is too rare',
      inRoom({ rotateEvery: { days: 400 } }),
      'rooms.otp.rotateEvery: must be at most 365 days, got 400 days',
    ],
    [
      'a rotation is a fraction',
      inRoom({ rotateEvery: { days: 1.5 } }),
      'rooms.otp.rotateEvery: must be whole days or hours, got 1.5 days',
    ],
    [
      'a swap is too rare',
      inRoom({ swapEvery: { days: 731 } }),
      'rooms.otp.swapEvery.days: must be a whole number from 1 to 730, got 731',
    ],
    ['there are no apps', inRoom({ apps: {} }), 'rooms.otp.apps: must name at least one app, got none'],
    [
      'onlyRecipients is missing outside production',
      inRoom({ onlyRecipients: undefined }),
      'rooms.otp.onlyRecipients: must list the numbers that may be messaged outside production, got nothing',
    ],
    [
      'onlyRecipients is empty',
      inRoom({ onlyRecipients: [] }),
      'rooms.otp.onlyRecipients: must name at least one number, got none',
    ],
    [
      'a recipient is not E.164',
      inRoom({ onlyRecipients: ['0500000001'] }),
      'rooms.otp.onlyRecipients: must be a number in E.164 such as +971500000001, got "0500000001"',
    ],
    [
      'anybody may issue app keys',
      environmentWithApp({ identity: { keys: { scopes: ['messages:send'] } } }, { keyIssuers: ['*'] }),
      'rooms.otp.keyIssuers: must be the ARN of an IAM role, a user or an account root; never a wildcard, got "*"',
    ],
    [
      'somebody may issue keys that no app has',
      inRoom({ keyIssuers: [role('a')] }),
      'rooms.otp.keyIssuers: must be left out, as no app of the room has keys',
    ],
    [
      'anybody may command',
      inRoom({ responders: ['*'] }),
      'rooms.otp.responders: must be the ARN of an IAM role, a user or an account root; never a wildcard, got "*"',
    ],
    [
      'anybody may agree',
      inRoom({ responders: [role('a')], unfreezeApprovers: ['*'] }),
      'rooms.otp.unfreezeApprovers: must be the ARN of an IAM role, a user or an account root; never a wildcard, got "*"',
    ],
    [
      'somebody may agree to what nobody may command',
      inRoom({ unfreezeApprovers: [role('a')] }),
      'rooms.otp.unfreezeApprovers: must be left out, as there are no responders whom to agree with',
    ],
    [
      'keys are for nothing',
      environmentWithApp({ identity: { keys: { scopes: [] } } }),
      'rooms.otp.apps.shop.identity.keys.scopes: must name at least one of messages:send, messages:read, usage:read, got none',
    ],
    [
      'keys are for what there is not',
      environmentWithApp({ identity: { keys: { scopes: ['messages:delete' as 'messages:send'] } } }),
      'rooms.otp.apps.shop.identity.keys.scopes: must be of messages:send, messages:read, usage:read, got "messages:delete"',
    ],
    [
      'keys come from everywhere by name',
      environmentWithApp({ identity: { keys: { scopes: ['messages:send'], allowedNetworks: ['0.0.0.0/0'] } } }),
      'rooms.otp.apps.shop.identity.keys.allowedNetworks: must be an IPv4 network with zero host bits and a prefix from /1 to /32, got "0.0.0.0/0"',
    ],
    [
      'keys live for ever',
      environmentWithApp({ identity: { keys: { scopes: ['messages:send'], expireAfterDays: 3650 } } }),
      'rooms.otp.apps.shop.identity.keys.expireAfterDays: must be a whole number from 1 to 365, got 3650',
    ],
    [
      'an operator is a wildcard',
      inRoom({ operators: ['*'] }),
      'rooms.otp.operators: must be the ARN of an IAM role, a user or an account root; never a wildcard, got "*"',
    ],
    [
      'an importer is a wildcard',
      inRoom({ keyImporters: ['*'] }),
      'rooms.otp.keyImporters: must be the ARN of an IAM role, a user or an account root; never a wildcard, got "*"',
    ],
    [
      'a data steward is a wildcard',
      inRoom({ dataStewards: ['*'] }),
      'rooms.otp.dataStewards: must be the ARN of an IAM role, a user or an account root; never a wildcard, got "*"',
    ],
    [
      'callers come from everywhere',
      inRoom({ callerNetworks: ['0.0.0.0/0'] }),
      'rooms.otp.callerNetworks: must be an IPv4 network with zero host bits and a prefix from /1 to /32, got "0.0.0.0/0"',
    ],
    [
      'a threshold is zero',
      inRoom({ alarms: { messagesPerMinuteCeiling: 0 } }),
      'rooms.otp.alarms.messagesPerMinuteCeiling: must be a whole number from 1 to 1000000, got 0',
    ],
    [
      'throttling admits nothing',
      inRoom({ throttlingRatePerSecond: 0 }),
      'rooms.otp.throttlingRatePerSecond: must be a whole number from 1 to 10000, got 0',
    ],
    [
      'a subscriber is called in clear',
      inRoom({ onCall: { pages: [{ https: 'http://example.com' }] } }),
      'rooms.otp.onCall.pages.https: must be an https URL, got "http://example.com"',
    ],
    [
      'an email address is none',
      inRoom({ onCall: { tickets: [{ email: 'me' }] } }),
      'rooms.otp.onCall.tickets.email: must be an email address, got "me"',
    ],
    [
      'two queues are one',
      inRoom({ onCall: { pages: [{ queue: 'q' }], tickets: [{ queue: 'q' }] } }),
      'rooms.otp.onCall: must not name the queue "q" twice',
    ],
    [
      'a template has no language',
      inRoom({ templates: { otp: { providerTemplate: 'x', languages: [] } } }),
      'rooms.otp.templates.otp.languages: must name at least one language, got none',
    ],
    [
      'a template names a parameter twice',
      inRoom({ templates: { otp: { providerTemplate: 'x', languages: ['en'], params: ['a', 'a'] } } }),
      'rooms.otp.templates.otp.params: must not name "a" twice',
    ],
    [
      'a sandbox is to take receipts',
      inRoom({ provider: 'sandbox', receipts: 'confirmed' }),
      'rooms.otp.receipts: must be left out, as a sandbox has no provider that could send any',
    ],
    [
      'what people write is to come in without receipts',
      inRoom({ inbound: 'masked', dataStewards: ['arn:aws:iam::111111111111:role/support'] }),
      'rooms.otp.inbound: must be left out without receipts, as both come in by the same door',
    ],
    [
      'what people write is to come in, and nobody is told where',
      inRoom({ inbound: 'masked', receipts: 'confirmed' }),
      'rooms.otp.inbound: must be left out without dataStewards, who alone are told the address to enter at the provider',
    ],
    [
      'what people write is to come in from a provider whose form is not documented',
      inRoom({ provider: 'd7', inbound: 'full', receipts: 'confirmed' }),
      'rooms.otp.inbound: must be left out, as how d7 passes on what people write is not documented',
    ],
    [
      'events are to tell of what people write in another way',
      inRoom({ inbound: 'all' as 'full' }),
      'rooms.otp.inbound: must be masked or full, got "all"',
    ],
    [
      'receipts are to be believed in another way',
      inRoom({ receipts: 'believed' as 'confirmed' }),
      'rooms.otp.receipts: must be confirmed or signed, got "believed"',
    ],
    [
      'receipts are to be signed by a provider whose signatures nobody can check',
      inRoom({ receipts: 'signed' }),
      'rooms.otp.receipts: must be confirmed, as the room cannot check who signed receipts of infobip, got "signed"',
    ],
    [
      'an account is neither the room’s nor shared',
      inRoom({ account: 'mine' as 'own' }),
      'rooms.otp.account: must be own or shared, got "mine"',
    ],
    // Apps
    [
      'a channel is unknown',
      environmentWithApp({ channels: ['fax' as 'sms'], senders: { sms: ['Acme'] } }),
      'rooms.otp.apps.shop.channels: infobip offers sms, whatsapp, viber, got "fax"',
    ],
    [
      'an app has no channel',
      environmentWithApp({ channels: [], senders: {} }),
      'rooms.otp.apps.shop.channels: must name at least one of sms, whatsapp, viber, got none',
    ],
    [
      'WhatsApp has no template',
      environmentWithApp({ channels: ['whatsapp'], senders: { whatsapp: ['+971500009999'] } }),
      'rooms.otp.apps.shop.channels: whatsapp needs at least one template in the room, got none',
    ],
    [
      'a channel has no sender',
      environmentWithApp({ senders: {} }),
      'rooms.otp.apps.shop.senders.sms: must name at least one sender ID, got none',
    ],
    [
      'a sender is of another channel',
      environmentWithApp({ senders: { sms: ['Acme'], whatsapp: ['+971500009999'] } }),
      "rooms.otp.apps.shop.senders.whatsapp: is not one of the app's channels (sms)",
    ],
    [
      'a sender is too long',
      environmentWithApp({ senders: { sms: ['TwelveLetter'] } }),
      'rooms.otp.apps.shop.senders.sms: must be a sender ID of at most 11 letters and digits',
    ],
    [
      'a provider has no Viber',
      environmentWithApp({ channels: ['viber'], senders: { viber: ['Acme'] } }, { provider: 'twilio' }),
      'rooms.otp.apps.shop.channels: twilio offers sms, whatsapp, got "viber"',
    ],
    [
      'a sender on Viber ends in a blank',
      environmentWithApp({ channels: ['viber'], senders: { viber: ['Acme '] } }),
      'rooms.otp.apps.shop.senders.viber: must be a sender registered for Viber: 1 to 100 printable characters',
    ],
    [
      'a country is none',
      environmentWithApp({ countries: ['UK'] }),
      'rooms.otp.apps.shop.countries: must be ISO 3166-1 alpha-2 codes such as AE, got "UK"',
    ],
    [
      'the home country is not among the countries',
      environmentWithApp({ homeCountry: 'FR' }),
      'rooms.otp.apps.shop.homeCountry: must be one of AE, DE, got "FR"',
    ],
    [
      'a role is a user',
      environmentWithApp({ identity: { roleArn: 'arn:aws:iam::111111111111:user/x' } }),
      'rooms.otp.apps.shop.identity.roleArn: must be the ARN of an IAM role',
    ],
    [
      'an app trusts everybody',
      environmentWithApp({ identity: { trustedPrincipals: ['arn:aws:iam::*:root'] } }),
      'rooms.otp.apps.shop.identity.trustedPrincipals: must be the ARN of an IAM role, a user or an account root; never a wildcard',
    ],
    [
      'an app trusts nobody',
      environmentWithApp({ identity: { trustedPrincipals: [] } }),
      'rooms.otp.apps.shop.identity.trustedPrincipals: must name who may be this app, got nobody',
    ],
    [
      'a limit is negative',
      environmentWithApp({ limits: { messagesPerDay: -1 } }),
      'rooms.otp.apps.shop.limits.messagesPerDay: must be a whole number from 1 to 10000000, got -1',
    ],
    [
      'a number type is none that could be allowed',
      environmentWithApp({ allowedNumberTypes: { satellite: 'our own ships at sea' } }),
      'rooms.otp.apps.shop.allowedNumberTypes: must be of premium-rate, shared-cost, personal-number, universal-access, pager, voicemail, got "satellite"',
    ],
    [
      'a number type is allowed without a reason',
      environmentWithApp({ allowedNumberTypes: { pager: 'why not' } }),
      'rooms.otp.apps.shop.allowedNumberTypes.pager: must say why, in at least 10 characters, got "why not"',
    ],
    [
      'an app would send faster than one item counts',
      environmentWithApp({ limits: { messagesPerSecond: 501 } }),
      'rooms.otp.apps.shop.limits.messagesPerSecond: must be a whole number from 1 to 500, got 501',
    ],
    [
      'a month holds less than a day',
      environmentWithApp({ limits: { messagesPerDay: 100, messagesPerMonth: 99 } }),
      'rooms.otp.apps.shop.limits.messagesPerMonth: must be at least messagesPerDay (100), got 99',
    ],
    [
      'a day holds fewer messages to a recipient than an hour by default',
      environmentWithApp({ limits: { messagesPerRecipientPerDay: 5 } }),
      'rooms.otp.apps.shop.limits.messagesPerRecipientPerDay: must be at least messagesPerRecipientPerHour (6), got 5',
    ],
    [
      'a day holds fewer segments than a message',
      environmentWithApp({ limits: { segmentsPerDay: 2 } }),
      'rooms.otp.apps.shop.limits.segmentsPerDay: must be at least segmentsPerMessage (3), got 2',
    ],
    [
      'a month holds less money than a day',
      environmentWithApp({ limits: { spendPerDay: '2.00', spendPerMonth: '1.50' } }, { prices: PRICES }),
      'rooms.otp.apps.shop.limits.spendPerMonth: must be at least spendPerDay (2.00), got 1.50',
    ],
    ...['2,50', '-1', '0', '0.0000001', '12345678', ''].map((amount): [string, EnvironmentConfig, string] => [
      `a spend limit is "${amount}"`,
      environmentWithApp({ limits: { spendPerDay: amount } }, { prices: PRICES }),
      'rooms.otp.apps.shop.limits.spendPerDay: must be an amount above zero such as "0.0350", with at most 7 digits and ' +
        `6 decimals, got ${JSON.stringify(amount)}`,
    ]),
    [
      'a country of an app with a spend limit has no price',
      environmentWithApp({ countries: ['AE', 'DE', 'SA'], limits: { spendPerMonth: '9.00' } }, { prices: PRICES }),
      "rooms.otp.apps.shop.limits.spendPerMonth: needs a price in the room's prices.ceilings for SA sms",
    ],
    [
      'there is a spend limit and no price at all',
      environmentWithApp({ limits: { spendPerDay: '9.00' } }),
      "rooms.otp.apps.shop.limits.spendPerDay: needs a price in the room's prices.ceilings for AE sms, DE sms",
    ],
    [
      'a pace below one message a second',
      inRoom({ messagesPerSecondBySender: { sms: { Acme: 0.5 } } }),
      'rooms.otp.messagesPerSecondBySender.sms.Acme: must be a whole number from 1 to 500, got 0.5',
    ],
    [
      'a pace that one item of the ledger does not bear',
      inRoom({ messagesPerSecondBySender: { sms: { Acme: 501 } } }),
      'rooms.otp.messagesPerSecondBySender.sms.Acme: must be a whole number from 1 to 500, got 501',
    ],
    [
      'a pace of a sender that no app has',
      inRoom({ messagesPerSecondBySender: { sms: { Acme: 5, Amce: 5 } } }),
      'rooms.otp.messagesPerSecondBySender.sms: must be by the apps\' senders (Acme), got "Amce"',
    ],
    [
      'a pace on a channel that no app has',
      inRoom({ messagesPerSecondBySender: { viber: { Acme: 5 } } }),
      'rooms.otp.messagesPerSecondBySender.viber: must be by the apps\' senders (none), got "Acme"',
    ],
    [
      'a pace on something that is no channel',
      inRoom({ messagesPerSecondBySender: { mail: { Acme: 5 } } as object }),
      'rooms.otp.messagesPerSecondBySender: must be by channel (sms, whatsapp, viber), got "mail"',
    ],
    [
      'the room stops something, and nobody can undo it',
      inRoom({ quarantine: { apps: 'freeze' } }),
      'rooms.otp.quarantine: must be left out, as there are no responders who could undo it',
    ],
    [
      'the room stops something in an unknown way',
      inRoom({ responders: ['arn:aws:iam::111111111111:role/on-call'], quarantine: { apps: 'block' as 'freeze' } }),
      'rooms.otp.quarantine.apps: must be freeze or record, got "block"',
    ],
    [
      'an account may spend nothing',
      inRoom({ accountLimit: { amount: '0', currency: 'USD' } }),
      'rooms.otp.accountLimit.amount: must be an amount above zero such as "0.0350", with at most 7 digits and 6 decimals, got "0"',
    ],
    [
      'an account spends in no currency',
      inRoom({ accountLimit: { amount: '5', currency: '$' } }),
      'rooms.otp.accountLimit.currency: must be a currency of ISO 4217 such as USD, got "$"',
    ],
    [
      'a sandbox has an account',
      inRoom({ provider: 'sandbox', accountLimit: { amount: '5', currency: 'USD' } }),
      'rooms.otp.accountLimit: must be left out, as a sandbox has no account',
    ],
    [
      'a currency is none',
      inRoom({ prices: { ...PRICES, currency: 'Dollar' } }),
      'rooms.otp.prices.currency: must be a currency of ISO 4217 such as USD, got "Dollar"',
    ],
    [
      'a price is for no country',
      inRoom({ prices: { ...PRICES, ceilings: { UK: { sms: '0.04' } } } }),
      'rooms.otp.prices.ceilings: must be by ISO 3166-1 alpha-2 codes such as AE, got "UK"',
    ],
    [
      'a price is for no channel',
      inRoom({ prices: { ...PRICES, ceilings: { AE: { fax: '0.04' } as never } } }),
      'rooms.otp.prices.ceilings.AE: must be by channel (sms, whatsapp, viber), got "fax"',
    ],
    [
      'a message would be free',
      inRoom({ prices: { ...PRICES, ceilings: { AE: { sms: '0.0000' } } } }),
      'rooms.otp.prices.ceilings.AE.sms: must be an amount above zero',
    ],
    [
      'a text may be a document',
      environmentWithApp({ limits: { segmentsPerMessage: 11 } }),
      'rooms.otp.apps.shop.limits.segmentsPerMessage: must be a whole number from 1 to 10, got 11',
    ],
    [
      'two apps differ by the path of their role only',
      inRoom({
        apps: { a: app({ identity: { roleArn: role('x/shop') } }), b: app({ identity: { roleArn: role('y/shop') } }) },
      }),
      'rooms.otp.apps: a and b have the same account and role name (111111111111:shop), so nobody could tell them apart',
    ],
    [
      'a role name is too long',
      environment({
        rooms: {
          'a-room-of-20-letters': room({
            apps: { 'an-app-of-24-letters-long': app(), 'app-with-a-name-of-24-xyz': app() },
          }),
        },
      }),
      'must be 1 to 24 of a-z',
    ],
    // Local settings
    [
      'local settings are used elsewhere',
      environment({ local: { keyCacheSeconds: 1 } }),
      'local: is allowed in the environment "local" only, got it in "test"',
    ],
    [
      'the local environment is a real account',
      { ...LOCAL, account: '111111111111' },
      'account: must be 000000000000 in the environment "local", got "111111111111"',
    ],
    [
      'a base URL leaves the laptop',
      localWith({ providerBaseUrls: { infobip: 'https://example.com' } }),
      'local.providerBaseUrls.infobip: must be an https URL on the loopback interface, got "https://example.com"',
    ],
    [
      'a base URL hides where it leads',
      localWith({ providerBaseUrls: { infobip: 'https://127.0.0.1@example.com' } }),
      'local.providerBaseUrls.infobip: must be an https URL on the loopback interface',
    ],
    [
      'a base URL is for nobody',
      localWith({ providerBaseUrls: { acme: 'https://127.0.0.1:1' } }),
      `local.providerBaseUrls.acme: must be one of ${PROVIDER_NAMES}`,
    ],
    [
      'a base URL is for what every object has',
      localWith({ providerBaseUrls: { toString: 'https://127.0.0.1:1' } }),
      `local.providerBaseUrls.toString: must be one of ${PROVIDER_NAMES}`,
    ],
    [
      'an old key dies before caches forget it',
      localWith({ keyCacheSeconds: 10, keyGraceSeconds: 5 }),
      'local.keyGraceSeconds: must be at least keyCacheSeconds (10), got 5',
    ],
    [
      'a simulator shows messages later than any provider',
      localWith({ providerLagSeconds: 121 }),
      'local.providerLagSeconds: must be a whole number from 1 to 120, got 121',
    ],
  ])('fails when %s', (_, config, problem) => {
    expect(() => validate(config)).toThrow(problem);
  });

  /** What a configuration put together from parts may hold without a word of the compiler. */
  const loose = (value: unknown): never => value as never;

  test.each<[name: string, config: EnvironmentConfig, problem: string]>([
    [
      'the environment has an unknown field',
      loose({ ...environment(), regoin: 'eu-central-1' }),
      'configuration: may have name, account, region, availabilityZones, production, egress, rooms, permissionsBoundaryArn, bootstrapQualifier, deploymentRoleArn, breakGlassRoleArn, tags, local only, got "regoin"',
    ],
    [
      'a room has two unknown fields',
      inRoom(loose({ onlyRecipient: [], alarm: {} })),
      'rooms.otp: may have provider, rotateEvery, swapEvery, apps, templates, onlyRecipients, keyImporters, keyIssuers, dataStewards, operators, responders, unfreezeApprovers, callerNetworks, alarms, onCall, prices, account, accountLimit, quarantine, receipts, inbound, messagesPerSecondBySender, throttlingRatePerSecond, throttlingBurst only, got "onlyRecipient", "alarm"',
    ],
    [
      'a threshold is misspelt',
      inRoom({ alarms: loose({ messagesPerMinutCeiling: 5 }) }),
      'rooms.otp.alarms: may have messagesPerMinuteCeiling, messagesPerMinuteJump, failuresPerMinuteCeiling only, got "messagesPerMinutCeiling"',
    ],
    [
      'a field of an app is misspelt',
      environmentWithApp(loose({ homeCountri: 'AE' })),
      'rooms.otp.apps.shop: may have identity, channels, senders, countries, homeCountry, allowedNumberTypes, limits only, got "homeCountri"',
    ],
    [
      'a limit is misspelt',
      environmentWithApp({ limits: loose({ messagePerDay: 5 }) }),
      'rooms.otp.apps.shop.limits: may have messagesPerSecond, messagesPerDay, messagesPerMonth, internationalMessagesPerDay, segmentsPerMessage, segmentsPerDay, spendPerDay, spendPerMonth, codesPerRecipientPerMinute, codesPerRecipientPerTenMinutes, messagesPerRecipientPerHour, messagesPerRecipientPerDay, messagesPerPrefixPerHour only, got "messagePerDay"',
    ],
    [
      'a field of a template is misspelt',
      inRoom({ templates: { otp: loose({ providerTemplate: 'x', languages: ['en'], parameters: ['code'] }) } }),
      'rooms.otp.templates.otp: may have providerTemplate, languages, params only, got "parameters"',
    ],
    [
      'a severity is misspelt',
      inRoom({ onCall: loose({ page: [] }) }),
      'rooms.otp.onCall: may have pages, tickets only, got "page"',
    ],
    [
      'a field of the egress is misspelt',
      environment({ egress: loose({ CIDR: '10.0.0.0/24' }) }),
      'egress: may have cidr, eipAllocationIds, eipAddresses, alsoAllowed, existingVpc only, got "CIDR"',
    ],
    [
      'a field of an existing VPC is misspelt',
      environment({ egress: { existingVpc: loose({ ...VPC, subnets: [] }) } }),
      'egress.existingVpc: may have vpcId, cidr, privateSubnetIds, secretsManagerEndpointId, egressAddresses only, got "subnets"',
    ],
    [
      'a local setting is misspelt',
      localWith(loose({ keyCache: 1 })),
      'local: may have providerBaseUrls, keyCacheSeconds, keyGraceSeconds, sweepEveryMinutes, providerLagSeconds only, got "keyCache"',
    ],
    [
      'an identity names nobody',
      environmentWithApp({ identity: loose({}) }),
      'rooms.otp.apps.shop.identity: must have exactly one of roleArn, trustedPrincipals, keys, got none',
    ],
    [
      'an identity is two',
      environmentWithApp({ identity: { roleArn: role('a'), trustedPrincipals: [role('b')] } }),
      'rooms.otp.apps.shop.identity: must have exactly one of roleArn, trustedPrincipals, keys, got "roleArn", "trustedPrincipals"',
    ],
    [
      'a subscriber is told in an unknown way',
      inRoom({ onCall: { pages: [loose({ sms: '+971500000001' })] } }),
      'rooms.otp.onCall.pages.0: must have exactly one of email, https, queue, got "sms"',
    ],
    [
      'a period is in weeks',
      inRoom({ rotateEvery: loose({ weeks: 2 }) }),
      'rooms.otp.rotateEvery: must have exactly one of days, hours, got "weeks"',
    ],
    [
      'a swap is given in hours',
      inRoom({ swapEvery: loose({ hours: 24 }) }),
      'rooms.otp.swapEvery: may have days only, got "hours"',
    ],
    ['a list is text', inRoom({ keyImporters: loose(role('a')) }), 'rooms.otp.keyImporters: must be a list, got "arn:'],
    [
      'a number is text',
      inRoom({ alarms: { messagesPerMinuteCeiling: loose('300') } }),
      'rooms.otp.alarms.messagesPerMinuteCeiling: must be a number, got "300"',
    ],
    ['a field is missing', loose({ ...environment(), rooms: undefined }), 'rooms: must be an object, got nothing'],
    ['an app has no country list', environmentWithApp({ countries: loose(undefined) }), 'countries: must be a list'],
  ])('fails without a crash when %s', (_, config, problem) => {
    expect(() => validate(config)).toThrow(problem);
  });

  test('never quotes what an unknown field holds, as it could be a key', () => {
    const config = inRoom(loose({ apiKey: 'canary' }));
    expect(() => validate(config)).toThrow(/got "apiKey"$/);
    expect(() => validate(config)).not.toThrow('canary');
  });

  test('fails when roles of two rooms would have one name', () => {
    const rooms = {
      a: room({ apps: { 'b-app-c': app() } }),
      'a-app-b': room({ apps: { c: app() } }),
    };
    expect(() => validate(environment({ rooms }))).toThrow(
      'rooms.a.apps.b-app-c and rooms.a-app-b.apps.c would both be the role keyroom-test-a-app-b-app-c',
    );
  });

  test("fails when an app's role would be a room's operator", () => {
    const rooms = {
      x: room({ apps: { 'y-operator': app() } }),
      'x-app-y': room({ operators: [role('person')] }),
    };
    expect(() => validate(environment({ rooms }))).toThrow('would both be the role keyroom-test-x-app-y-operator');
  });

  test("fails when an app's role would be a room's importer", () => {
    const rooms = {
      x: room({ apps: { 'y-importer': app() } }),
      'x-app-y': room({ keyImporters: [role('person')] }),
    };
    expect(() => validate(environment({ rooms }))).toThrow('would both be the role keyroom-test-x-app-y-importer');
  });

  test("fails when an app's role would be a room's steward", () => {
    const rooms = {
      x: room({ apps: { 'y-steward': app() } }),
      'x-app-y': room({ dataStewards: [role('person')] }),
    };
    expect(() => validate(environment({ rooms }))).toThrow('would both be the role keyroom-test-x-app-y-steward');
  });

  test('fails when a role name is longer than IAM allows', () => {
    const rooms = { 'a-room-of-20-letters': room({ apps: { 'an-app-of-24-letters-xyz': app() } }) };
    expect(() => validate(environment({ name: 'twelve-chars', rooms }))).toThrow(
      'its role name keyroom-twelve-chars-a-room-of-20-letters-app-an-app-of-24-letters-xyz must be at most 64 characters, got 70',
    );
  });

  test('reports everything that is wrong at once', () => {
    const config = environment({ account: '1', rooms: { otp: room({ provider: 'acme', apps: {} }) } });
    expect(() => validate(config)).toThrow(
      /^the configuration of environment "test" has 3 problem\(s\):\n- account: .*\n- rooms\.otp\.provider: .*\n- rooms\.otp\.apps: .*$/,
    );
  });
});
