import type { OptOutAction, RecipientCommand } from '../../lambda/recipients/contract.ts';
import { RoomRefusal } from '../../operator/errors.ts';
import { forgetRecipient } from '../../operator/forget.ts';
import { keepOptOut } from '../../operator/recipients.ts';
import { createStewardedRoom, type StewardedRoom } from '../lambda/recipients/support.ts';
import { SMS } from '../lambda/support/room.ts';
import { createDesk } from './support/desk.ts';

/** The commands against the room's own handler. */
const desk = (room: StewardedRoom, json = false) => {
  const { context, ...seen } = createDesk('alerts', (command: RecipientCommand) => room.ask(command), {
    json,
  });
  const run = (action: OptOutAction, number: string = SMS.to) => keepOptOut(context, { action, number });
  const forget = (provider: string, pause: () => Promise<void> = () => Promise.resolve()) => {
    let now = 0;
    return forgetRecipient(context, SMS.to, provider, { timeoutSeconds: 60, pause, now: () => (now += 1000) });
  };
  return { run, forget, ...seen };
};

describe('keyroom opt-outs', () => {
  test('says what there is and whether it is new, and never the number', async () => {
    const { run, shown, said, asked } = desk(createStewardedRoom());
    for (const action of ['check', 'opt-out', 'opt-out', 'check', 'lift', 'lift'] as const) await run(action);
    expect(shown().trim().split('\n')).toEqual([
      'not opted out',
      'opted out, since 2026-11-24 12:00 UTC: it was entered by a person',
      'opted out already, since 2026-11-24 12:00 UTC: it was entered by a person',
      'opted out, since 2026-11-24 12:00 UTC: it was entered by a person',
      'sent to again',
      'was not opted out: nothing changed',
    ]);
    expect(shown() + said()).not.toMatch(/971/);
    expect(new Set(asked)).toEqual(new Set(['keyroom-local-alerts-recipients']));
  });

  test('tells a machine the same, and nothing besides the document', async () => {
    const { run, document, shown } = desk(createStewardedRoom(), true);
    await run('opt-out');
    expect(document()).toMatchObject({
      ok: true,
      figures: { optOut: { since: '2026-11-24T12:00:00.000Z', source: 'operator' }, changed: 'yes' },
    });
    expect(shown()).toBe('');
  });

  test("fails with the room's reason for what is no number", async () => {
    const { run } = desk(createStewardedRoom());
    const refused = await run('opt-out', '0500000001').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RoomRefusal);
    expect(refused).toMatchObject({ code: 'invalid-number', retryable: false });
  });
});

describe('keyroom forget', () => {
  test('goes on until nothing is found, and says what is left where and until when', async () => {
    const room = createStewardedRoom();
    for (let i = 0; i < 60; i++) await room.send(SMS, `key-${i}`);
    const { forget, shown, said } = desk(room);
    expect(await forget('sandbox')).toBe(true);
    expect(said()).toContain('60 messages erased');
    expect(shown()).toMatch(/backups of the ledger.*7 days/s);
    expect(shown()).toMatch(/stream.*24 hours/s);
    expect(shown()).not.toMatch(/the provider|opted out/);
    expect(shown() + said()).not.toMatch(/971/);
  });

  test('is never proved where messages may have gone to a provider, and says of it what is known', async () => {
    const room = createStewardedRoom();
    await room.send();
    const { forget, document } = desk(room, true);
    expect(await forget('infobip')).toBe(false);
    const { ok, figures } = document() as { ok: boolean; figures: { remains: { where: string; until: string }[] } };
    expect(ok).toBe(true);
    expect(figures).toMatchObject({ erased: 1, endedUnsent: 0, endedUnknown: 0, leftInLedger: 0 });
    expect(figures.remains.find(({ where }) => where.includes('infobip'))?.until).toContain('48 hours');
  });

  test('is not proved while a message is on its way, and names the opt-out that stays', async () => {
    const room = createStewardedRoom();
    await room.ask({ action: 'opt-out', number: SMS.to });
    const told: boolean[] = [];
    const { forget, shown } = desk(room);
    const sending: StewardedRoom = createStewardedRoom({
      around: async (operation, apply) => {
        if (operation === 'provider') told.push(await desk(sending).forget('sandbox'));
        return apply();
      },
    });
    await sending.send();
    expect(told).toEqual([false]);
    expect(await forget('sandbox')).toBe(true);
    expect(shown()).toMatch(/opted out on 2026-11-24/);
  });
});
