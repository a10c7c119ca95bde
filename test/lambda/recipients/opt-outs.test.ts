import type { RecipientCommand } from '../../../lambda/recipients/contract.ts';
import { createKeyedHash } from '../../../lambda/shared/keyed-hash.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { messageOf, problemOf } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { awsFailure } from '../support/world.ts';
import { createStewardedRoom } from './support.ts';

const NUMBER = SMS.to;

describe('recipients: opt-outs', () => {
  test('opts a person out until it is lifted, and says since when and how', async () => {
    const room = createStewardedRoom();
    const optOut = { since: '2026-11-24T12:00:00.000Z', source: 'operator' };
    expect(await room.ask({ action: 'check', number: NUMBER })).toMatchObject({ ok: true, optOut: null });
    expect(await room.ask({ action: 'opt-out', number: NUMBER })).toMatchObject({ ok: true, optOut, changed: true });
    room.clock.advance(60_000);
    expect(await room.ask({ action: 'opt-out', number: NUMBER })).toMatchObject({ ok: true, optOut, changed: false });
    expect(await room.ask({ action: 'check', number: NUMBER })).toMatchObject({ ok: true, optOut, changed: false });
    expect(problemOf(await room.send()).code).toBe('recipient-opted-out');
    expect(await room.ask({ action: 'lift', number: NUMBER })).toMatchObject({ optOut: null, changed: true });
    expect(await room.ask({ action: 'lift', number: NUMBER })).toMatchObject({ optOut: null, changed: false });
    expect(messageOf(await room.send())).toMatchObject({ status: 'accepted' });
  });

  test.each(['0500000001', '+97150000000a', '+1', '', undefined, 5])(
    'refuses %p, which is no number in E.164, without repeating it',
    async (number) => {
      const room = createStewardedRoom();
      const answer = await room.ask({ action: 'opt-out', number } as RecipientCommand);
      expect(answer).toMatchObject({ ok: false, code: 'invalid-number', retryable: false });
      expect(answer).toMatchObject({ fix: expect.stringContaining('E.164') as string, requestId: 'request-1' });
      if (number) expect(JSON.stringify(answer)).not.toContain(String(number) === '5' ? '"5"' : `"${number}"`);
      expect([...room.table.items.keys()].filter((pk) => pk.startsWith('recipient#'))).toEqual([]);
    },
  );

  test('refuses an action that is none', async () => {
    const answer = await createStewardedRoom().ask({ action: 'toString', number: NUMBER } as never);
    expect(answer).toMatchObject({ ok: false, code: 'invalid-command' });
  });

  test('keeps the number nowhere: neither in the table, nor in the log, nor in the answer', async () => {
    const room = createStewardedRoom();
    const answers = [];
    for (const action of ['opt-out', 'check', 'lift'] as const)
      answers.push(await room.ask({ action, number: NUMBER }));
    const kept = JSON.stringify([answers, [...room.table.items], room.logged]);
    expect(kept).not.toMatch(/971|5000000/);
  });

  test('without the pepper does nothing', async () => {
    const room = createStewardedRoom({}, { hashes: () => Promise.resolve(undefined) });
    const answer = await room.ask({ action: 'opt-out', number: NUMBER });
    expect(answer).toMatchObject({ ok: false, code: 'pepper-unavailable', retryable: true });
  });

  test('says that AWS failed, and that the command may be repeated', async () => {
    const room = createStewardedRoom({ around: () => Promise.reject(awsFailure('unknown')) });
    const answer = await room.ask({ action: 'opt-out', number: NUMBER });
    expect(answer).toMatchObject({ ok: false, code: 'aws-unavailable', retryable: true });
  });

  test('says where what people write comes in, and that it comes in nowhere', async () => {
    const inboundUrl = 'https://door.example/v1/inbound';
    const url = `${inboundUrl}/${createKeyedHash(new SecretValue('pepper')).inboundSecret()}`;
    expect(await createStewardedRoom({}, { inboundUrl }).askUrl()).toEqual({ ok: true, action: 'inbound-url', url });
    const hashes = () => Promise.resolve(undefined);
    expect(await createStewardedRoom({}, { inboundUrl, hashes }).askUrl()).toMatchObject({
      code: 'pepper-unavailable',
    });
    expect(await createStewardedRoom().askUrl()).toMatchObject({ ok: false, code: 'no-inbound', retryable: false });
  });
});
