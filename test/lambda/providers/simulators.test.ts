import { createCredentialManager } from '../../../lambda/providers/credential-managers.ts';
import { createProvider } from '../../../lambda/providers/registry.ts';
import type { Channel } from '../../../lambda/shared/contract.ts';
import type { OutgoingMessage } from '../../../lambda/shared/messaging-provider.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { SIMULATED_PROVIDERS, type SimulatedProviderName } from '../../../local/simulators/start.ts';
import { EGRESS, simulatedHttp } from '../rotate-key/support/simulated-http.ts';
import { fixedClock, sms, template, viber } from './support.ts';

/** The simulators check every request against the documented schema: what they take, the providers should. */
const setUp = async (name: SimulatedProviderName, channels: readonly Channel[] = ['sms', 'whatsapp', 'viber']) => {
  const simulator = SIMULATED_PROVIDERS[name](fixedClock);
  let source = EGRESS;
  const http = simulatedHttp(
    () => simulator,
    () => source,
  );
  const manager = createCredentialManager(name, { http })!;
  const managing = new SecretValue(JSON.stringify(simulator.account().managing));
  const binding = { name: 'n', allowedAddresses: [EGRESS], channels, validUntil: fixedClock.now() + 1e9 };
  const { value: key, providerKeyId } = await manager.create(managing, binding);
  const send = (message: OutgoingMessage) => createProvider(name, { http }).send(message, key, 6000);
  const move = (to: string) => {
    source = to;
  };
  return { simulator, manager, managing, key, providerKeyId, send, move };
};

/** Twilio's templates have an id of this form and no name. */
const contentOf = { d7: 'otp_v1', infobip: 'otp_v1', twilio: `HX${'d'.repeat(32)}` };
const broke = { d7: 'insufficient-credit', infobip: 'insufficient-credit', twilio: 'account-not-active' };

describe.each(['d7', 'infobip', 'twilio'] as const)('%s, against its simulator', (name) => {
  test.each([
    ['an SMS', sms],
    ['a WhatsApp template', { ...template, content: { ...template.content, template: contentOf[name] } }],
    ['a WhatsApp text', { ...template, content: { kind: 'text', text: 'hi' } }],
  ] as const)('%s is taken', async (_, message) => {
    const { send, simulator } = await setUp(name);
    expect(await send(message)).toMatchObject({ kind: 'accepted' });
    expect(simulator.messages().map(({ to }) => to.replace('+', ''))).toEqual(['971500000001']);
  });

  test('without credit nothing is sent', async () => {
    const { send, simulator } = await setUp(name);
    simulator.changeAccount({ balanceMicros: 0 });
    expect(await send(sms)).toEqual({ kind: 'not-sent', reason: broke[name] });
    expect(simulator.messages()).toEqual([]);
  });

  test('a good key is told from a bad one', async () => {
    const { manager, key, simulator, send } = await setUp(name);
    expect(await manager.check(key, ['sms'])).toBe('ok');
    simulator.reset();
    expect(await manager.check(key, ['sms'])).toBe('refused');
    expect(await send(sms)).toMatchObject({ kind: 'key-refused' });
  });
});

test.each(['d7', 'infobip'] as const)('%s, against its simulator: a Viber text is taken', async (name) => {
  const { send, simulator } = await setUp(name);
  expect(await send(viber)).toMatchObject({ kind: 'accepted' });
  expect(simulator.messages()).toMatchObject([{ channel: 'viber', from: 'Acme Shop', text: 'Your code is 123456' }]);
});

describe('twilio, against its simulator', () => {
  test('a key sends and looks up, and nothing else, until it is revoked', async () => {
    const { manager, managing, key, providerKeyId, simulator, send } = await setUp('twilio');
    expect(await manager.checkManaging(managing)).toBe('ok');
    expect(await manager.checkManaging(key)).toBe('refused');
    await expect(manager.listLive(key)).rejects.toMatchObject({ code: 'managing-credential-refused' });
    expect(await manager.listLive(managing)).toMatchObject([{ id: providerKeyId, name: 'n' }]);
    expect([
      await manager.revoke(managing, providerKeyId!),
      await manager.revoke(managing, providerKeyId!),
      await manager.listLive(managing),
    ]).toEqual(['revoked', 'not-found', []]);
    expect(await manager.check(key, ['sms'])).toBe('refused');
    expect(await send(sms)).toMatchObject({ kind: 'key-refused' });
    expect(simulator.messages()).toEqual([]);
  });

  test.each([
    ['21610', 'destination-opted-out'],
    ['21612', 'route-missing'],
  ])('a recipient refused with %s', async (code, reason) => {
    const { send, simulator } = await setUp('twilio');
    simulator.changeAccount({ outcomes: { [sms.to]: code } });
    expect(await send(sms)).toMatchObject({ kind: 'rejected', code: reason });
  });

  test('a key of the longest environment and room is found again by its name', async () => {
    const { manager, managing } = await setUp('twilio');
    const name = `keyroom-${'e'.repeat(12)}-${'r'.repeat(20)}-0b7c1e0e-3f4a-4a39-8a63-7d1c0d6d3a11`;
    const made = await manager.create(managing, { name, allowedAddresses: [], channels: ['sms'], validUntil: 0 });
    expect(await manager.listLive(managing)).toContainEqual({
      id: made.providerKeyId,
      name,
      createdAt: '2026-11-01T08:00:00.000Z',
    });
  });

  test('a key that has not reached every server is not refused for good', async () => {
    const { manager, managing, simulator } = await setUp('twilio');
    simulator.changeAccount({ propagationSeconds: 5 });
    const { value, providerKeyId } = await manager.create(managing, {
      name: 'second',
      allowedAddresses: [],
      channels: ['sms'],
      validUntil: 0,
    });
    expect(await manager.check(value, ['sms'])).toBe('refused');
    expect((await manager.listLive(managing))[0]).toMatchObject({ id: providerKeyId, name: 'second' });
  });
});

describe('infobip, against its simulator', () => {
  test('a key is good for its channels, from its addresses, until it is revoked', async () => {
    const { manager, managing, key, providerKeyId, send, move } = await setUp('infobip', ['whatsapp']);
    expect(await manager.check(key, ['whatsapp'])).toBe('ok');
    expect(await manager.check(key, ['sms'])).toBe('lacks-scope');
    expect(await send(sms)).toMatchObject({ kind: 'not-sent', reason: 'provider-forbids' });
    move('198.51.100.7');
    expect(await manager.check(key, ['sms'])).toBe('address-refused');
    expect(await send(template)).toMatchObject({ kind: 'address-refused' });
    move(EGRESS);
    expect((await manager.listLive(managing)).map(({ id }) => id)).toEqual([providerKeyId]);
    await manager.revoke(managing, providerKeyId!);
    expect(await manager.listLive(managing)).toEqual([]);
    expect(await manager.check(key, ['sms'])).toBe('refused');
  });

  test('a repeated id is an unknown outcome, to be looked up', async () => {
    const { send } = await setUp('infobip');
    await send(sms);
    expect(await send(sms)).toEqual({ kind: 'unknown', reason: 'duplicate-message-id' });
  });
});
