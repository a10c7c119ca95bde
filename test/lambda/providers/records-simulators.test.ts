import { createCredentialManager } from '../../../lambda/providers/credential-managers.ts';
import { createProviderRecords } from '../../../lambda/providers/records.ts';
import { createProvider } from '../../../lambda/providers/registry.ts';
import type { SoughtMessage } from '../../../lambda/shared/provider-records.ts';
import type { OutgoingMessage } from '../../../lambda/shared/messaging-provider.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { createSimulatedClock } from '../../../local/simulators/clock.ts';
import { SIMULATED_PROVIDERS, type SimulatedProviderName } from '../../../local/simulators/start.ts';
import { EGRESS, simulatedHttp } from '../rotate-key/support/simulated-http.ts';
import { HOUR, MINUTE } from './records-support.ts';
import { fixedClock, sms, template, viber } from './support.ts';

/** A room's key, the account's managing credential, and records that are read with either. */
const setUp = async (name: SimulatedProviderName) => {
  const time = createSimulatedClock(fixedClock);
  const clock = { ...fixedClock, now: () => time.now() };
  const simulator = SIMULATED_PROVIDERS[name](time);
  const http = simulatedHttp(() => simulator);
  const managing = new SecretValue(JSON.stringify(simulator.account().managing));
  const { value: sending } = await createCredentialManager(name, { http })!.create(managing, {
    name: 'n',
    allowedAddresses: [EGRESS],
    channels: ['sms', 'whatsapp', 'viber'],
    validUntil: time.now() + 1e9,
  });
  // D7's managing credential mints tokens and reads nothing.
  const reading = name === 'd7' ? sending : managing;
  const provider = createProvider(name, { http });
  const send = async (message: OutgoingMessage): Promise<SoughtMessage> => {
    const sentAt = time.now();
    const outcome = await provider.send(message, sending, 6000);
    if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
    return { ...message, sentAt, providerMessageId: outcome.providerMessageId };
  };
  const records = createProviderRecords(name, { http, clock })!;
  return { records, send, sending, reading, simulator, later: (ms: number) => time.advance(ms / 1000) };
};

const ours = { ...sms, id: 'msg_01JD8XK3T5V7W9Y1A2B4C6D8E0' };
const textOn = {
  sms: ours,
  viber: { ...viber, id: ours.id },
  whatsapp: { ...template, id: ours.id, content: sms.content },
};

describe.each(['d7', 'infobip', 'twilio'] as const)('the records of %s, against its simulator', (name) => {
  test('a message is on its way, then there, with its parts and its price', async () => {
    const { records, send, reading, later } = await setUp(name);
    const message = await send({ ...ours, content: { kind: 'text', text: 'x'.repeat(161) } });
    const look = () => records.lookUp(message, reading);
    expect(await look()).toMatchObject({ kind: 'found', record: { state: { kind: 'accepted', final: false } } });
    later(MINUTE);
    expect(await look()).toMatchObject({
      kind: 'found',
      record: {
        providerMessageId: message.providerMessageId,
        ourId: name === 'infobip' ? ours.id : null,
        to: '+971500000001',
        segments: 2,
        price: { micros: { d7: 70_000, infobip: 80_000, twilio: 15_000 }[name] },
        state: { kind: 'delivered', final: true },
      },
    });
  });

  test.each(name === 'twilio' ? (['whatsapp'] as const) : (['viber', 'whatsapp'] as const))(
    'a message over %s is found, too',
    async (channel) => {
      const { records, send, reading, later } = await setUp(name);
      const message = await send(textOn[channel]);
      later(MINUTE);
      expect(await records.lookUp(message, reading)).toMatchObject({
        record: { channel, to: '+971500000001', state: { kind: 'delivered' } },
      });
    },
  );

  test('a message whose answer was lost, and one that never arrived', async () => {
    const { records, send, reading, later } = await setUp(name);
    const { sentAt } = await send(ours);
    later(HOUR);
    const lost = { ...ours, sentAt, providerMessageId: null };
    const never = { ...lost, id: 'msg_01JD8XK3T5V7W9Y1A2B4C6D8E9', to: '+971500000002' };
    const kinds = [(await records.lookUp(lost, reading)).kind, (await records.lookUp(never, reading)).kind];
    expect(kinds).toEqual(
      {
        d7: ['cannot-ask', 'cannot-ask'],
        infobip: ['found', 'not-found'],
        twilio: ['candidates', 'not-found'],
      }[name],
    );
  });

  test('what a stranger sent with the key is listed, where there is a list, and costs where there is none', async () => {
    const { records, send, reading, simulator, later } = await setUp(name);
    const { sentAt } = await send(ours);
    const before = await records.balance(reading);
    expect(simulator.rogue(2, EGRESS).accepted).toBe(2);
    later(HOUR);
    const listed = await records.messages?.list({ from: sentAt, until: sentAt + HOUR }, reading);
    expect(listed?.map(({ ourId }) => ourId)).toEqual(
      { d7: undefined, infobip: [null, null, ours.id], twilio: [null, null, null] }[name],
    );
    const spent = before.micros - (await records.balance(reading)).micros;
    expect(spent).toBe({ d7: 70_000, infobip: 80_000, twilio: 15_000 }[name]);
    expect(before.currency).toBe({ d7: null, infobip: 'EUR', twilio: 'USD' }[name]);
  });

  test('a window shows what was sent in it and nothing else', async () => {
    const { records, send, reading, later } = await setUp(name);
    const times: number[] = [];
    for (const id of ['A', 'B', 'C']) {
      times.push((await send({ ...ours, id: `msg_01JD8XK3T5V7W9Y1A2B4C6D8E${id}` })).sentAt);
      later(MINUTE);
    }
    const listed = await records.messages?.list({ from: times[1]!, until: times[2]! }, reading);
    expect(listed?.map(({ acceptedAt }) => acceptedAt)).toEqual(name === 'd7' ? undefined : [times[1]]);
  });

  test('the sending key reads what `access` says, and nothing else', async () => {
    const { records, send, sending } = await setUp(name);
    const message = await send(ours);
    const { access } = records;
    const reads = [
      [access.lookUp['provider-id'], () => records.lookUp(message, sending)],
      [access.messages, records.messages && (() => records.messages?.list({ from: 0, until: 1 }, sending))],
      [access.balance, () => records.balance(sending)],
      [access.prices, records.prices && (() => records.prices?.(['AE'], sending))],
    ] as const;
    for (const [needed, read] of reads) {
      expect(needed === undefined).toBe(read === undefined);
      if (needed?.credential === 'sending') await expect(read?.()).resolves.toBeDefined();
      else if (read !== undefined) await expect(read()).rejects.toMatchObject({ code: 'right-missing' });
    }
  });

  test('prices of countries', async () => {
    const { records, reading } = await setUp(name);
    expect(await records.prices?.(['AE', 'XX'], reading)).toEqual(
      {
        d7: { AE: { micros: 35_000, currency: null } },
        infobip: undefined,
        twilio: { AE: { micros: 15_000, currency: 'USD' } },
      }[name],
    );
  });
});

test('the sandbox keeps no records', () => {
  expect(
    createProviderRecords('sandbox', { http: simulatedHttp(() => SIMULATED_PROVIDERS.d7(fixedClock)) }),
  ).toBeUndefined();
});
