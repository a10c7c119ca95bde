import type { Delivered } from '../../../lambda/notify/ports.ts';
import { tell } from '../../../lambda/notify/use-cases/tell.ts';
import { CHATS_ITEM } from '../../../lambda/shared/situation/reader-contract.ts';
import { AT, change, createPorts, recipient } from './support/ports.ts';

const down = (): Delivered => ({ ok: false, retryable: true, code: 'connect-refused' });
const gone = (): Delivered => ({ ok: false, retryable: false, code: 'status-404' });

describe('tell', () => {
  test('tells everybody once, however often the change comes', async () => {
    const [chat, pager] = [recipient('chat'), recipient('pager')];
    const { ports } = createPorts([chat, pager]);
    await tell(ports, change());
    await tell(ports, change());
    await Promise.all([tell(ports, change()), tell(ports, change())]);
    expect([chat.got.length, pager.got.length]).toEqual([1, 1]);
  });

  test('tells once when the same change comes twice at the same moment', async () => {
    const chat = recipient('chat', () => new Promise((resolve) => setImmediate(() => resolve({ ok: true }))));
    const { ports } = createPorts([chat]);
    await Promise.all([1, 2, 3].map(() => tell(ports, change())));
    expect(chat.got).toHaveLength(1);
  });

  test('tells the others when one is down, and only that one when it is tried again', async () => {
    let isUp = false;
    const chat = recipient('chat', () => (isUp ? { ok: true } : down()));
    const broken = recipient('broken', () => Promise.reject(new Error('unexpected')));
    const pager = recipient('pager');
    const { ports, counted } = createPorts([broken, chat, pager]);
    await expect(tell(ports, change())).rejects.toThrow('somebody did not get the text of an alarm');
    expect([chat.got.length, pager.got.length]).toEqual([0, 1]);
    expect(counted).toEqual([{ PageNotDelivered: 1 }, { PageNotDelivered: 1 }]);
    isUp = true;
    await tell(ports, change()).catch(() => undefined);
    expect([chat.got.length, pager.got.length]).toEqual([1, 1]);
  });

  test('tries twice in a run where it may help, and once where it may not', async () => {
    const tries = { chat: 0, gone: 0 };
    const chat = recipient('chat', () => (++tries.chat, down()));
    const removed = recipient('gone', () => (++tries.gone, gone()));
    const { ports } = createPorts([chat, removed]);
    await expect(tell(ports, change())).rejects.toThrow();
    expect(tries).toEqual({ chat: 2, gone: 1 });
    await expect(tell(ports, change())).rejects.toThrow();
    expect(tries).toEqual({ chat: 4, gone: 1 });
  });

  test('does not fail when everybody who is left is gone for good', async () => {
    const { ports, counted } = createPorts([recipient('gone', gone)]);
    await tell(ports, change());
    expect(counted).toEqual([{ PageNotDelivered: 1 }]);
  });

  test('takes up what a run that died had taken on', async () => {
    let isDead = true;
    const never = new Promise<Delivered>(() => undefined);
    const chat = recipient('chat', () => (isDead ? never : { ok: true }));
    const { ports, clock } = createPorts([chat]);
    void tell(ports, change());
    await new Promise(setImmediate);
    isDead = false;
    await tell(ports, change());
    expect(chat.got).toHaveLength(0);
    clock.advance(120_000);
    await tell(ports, change());
    expect(chat.got).toHaveLength(1);
  });

  test('tells without a ledger, and without knowing how things stand', async () => {
    const chat = recipient('chat');
    const away = (): Promise<never> => Promise.reject(new Error('the ledger is away'));
    const notices = { recall: away, remember: away, claim: away, done: away, release: away, noteChats: away };
    const { ports } = createPorts([chat], { notices });
    await tell(ports, change());
    expect(chat.got[0]?.text).toContain('how bad: nobody knows at the moment');
  });

  test('tells those it knows when the others cannot be found out, and fails so that it is tried again', async () => {
    const mail = recipient('mail');
    const recipients = () => Promise.resolve({ mail, chats: [], missing: 'subscribers-unavailable' });
    const { ports, counted } = createPorts([], { recipients });
    await expect(tell(ports, change())).rejects.toThrow();
    expect([mail.got.length, counted]).toEqual([1, [{ PageNotDelivered: 1 }]]);
  });

  test('notes how many chats and pagers want pages, so that nobody takes a room without any for one that pages', async () => {
    const chats = [
      recipient('chat'),
      recipient('pager', undefined, ['page']),
      recipient('desk', undefined, ['ticket']),
    ];
    const found = { missing: null as string | null, chats };
    const recipients = () => Promise.resolve({ mail: recipient('mail'), ...found });
    const { ports, table } = createPorts([], { recipients });
    await tell(ports, change());
    expect(table.items.get(CHATS_ITEM)).toMatchObject({ pages: 2 });
    // Of those that could not be read nobody knows how many there are.
    Object.assign(found, { chats: [], missing: 'subscribers-unavailable' });
    await expect(tell(ports, change({ state: 'OK', at: AT + 60_000 }))).rejects.toThrow();
    expect(table.items.get(CHATS_ITEM)).toMatchObject({ pages: 2 });
    Object.assign(found, { missing: null });
    await tell(ports, change({ at: AT + 120_000 }));
    expect(table.items.get(CHATS_ITEM)).toMatchObject({ pages: 0 });
  });

  test('tells each severity to whoever wants it', async () => {
    const [pager, chat] = [recipient('pager', undefined, ['page']), recipient('chat')];
    const { ports } = createPorts([pager, chat]);
    await tell(ports, change({ severity: 'ticket', alarm: 'key-too-old' }));
    expect([pager.got.length, chat.got.length]).toEqual([0, 1]);
  });

  test('says when an alarm goes on and off, and then nothing until it is quiet', async () => {
    const chat = recipient('chat');
    const { ports } = createPorts([chat]);
    for (let i = 0; i < 10; i++) await tell(ports, change({ at: AT + i * 60_000, state: i % 2 ? 'OK' : 'ALARM' }));
    expect(chat.got.map(({ state }) => state)).toEqual(['alarm', 'ended', 'alarm', 'ended', 'alarm']);
    expect(chat.got.at(-1)?.text).toContain('It goes on and off. You are told once an hour');
  });

  test('never ends an incident that has begun anew, and begins none that has ended', async () => {
    let isUp = true;
    const pager = recipient('pager', () => (isUp ? { ok: true } : down()));
    const { ports } = createPorts([pager]);
    const at = (minute: number, state: 'ALARM' | 'OK') => tell(ports, change({ at: AT + minute * 60_000, state }));
    await at(0, 'ALARM');
    isUp = false;
    await expect(at(1, 'OK')).rejects.toThrow();
    isUp = true;
    await at(2, 'ALARM');
    await at(1, 'OK');
    expect(pager.got.at(-1)).toMatchObject({ state: 'alarm' });
    await at(3, 'OK');
    isUp = false;
    await expect(at(70, 'ALARM')).rejects.toThrow();
    isUp = true;
    await at(71, 'OK');
    await at(70, 'ALARM');
    expect(pager.got.at(-1)).toMatchObject({
      state: 'ended',
      title: expect.stringContaining('was on, and has ended') as unknown,
    });
    expect(pager.got.at(-1)?.text).toContain('what to do:');
  });
});
