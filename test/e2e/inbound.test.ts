import { randomUUID } from 'node:crypto';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { importOnce } from './support/imported.ts';
import { listenTo } from './support/listen.ts';
import { openStage } from './support/stage.ts';

/** Nobody else's: what other tests send must not be refused. */
const NUMBER = '+4915112345678';
const ROOM = 'otp';

describe('what people write', () => {
  const stage = openStage();
  const infobip = stage.provider('infobip');
  beforeAll(() => importOnce(stage));

  const inboundUrl = async () => {
    const { code, stdout } = await stage.keyroom(['inbound-url', ROOM, '--json']);
    expect(code).toBe(0);
    return (JSON.parse(stdout) as { figures: { url: string } }).figures.url;
  };
  const send = () => post(stage, [ROOM, 'checkout'], { ...sms(`after ${randomUUID()}`), to: NUMBER });
  /** @returns what the room answered */
  const write = async (url: string, text: string) => {
    const before = (await infobip.receipts()).length;
    await infobip.write({ url, from: NUMBER, to: '+971500009999', text });
    for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 100))) {
      const told = (await infobip.receipts()).slice(before).find((receipt) => receipt.url === url);
      if (told) return told.status;
    }
    throw new Error('the provider passed nothing on');
  };

  test('STOP ends messages of the room, START brings them back, and the apps hear of both', async () => {
    const url = await inboundUrl();
    const receiveUntil = await listenTo(stage, { 'detail-type': ['Inbound Message'], detail: { room: [ROOM] } });
    expect((await send()).status).toBe(202);
    expect(await write(url, ' Stop ')).toBe(200);
    const refused = await send();
    expect([refused.status, refused.body]).toEqual([
      403,
      expect.objectContaining({ type: 'urn:keyroom:problem:recipient-opted-out', sent: false, retry: 'never' }),
    ]);
    expect(await write(url, 'start')).toBe(200);
    expect((await send()).status).toBe(202);
    const events = await receiveUntil(({ detail }) => detail.keyword === 'start');
    const common = { room: ROOM, channel: 'sms', from: 'DE…78', number: NUMBER, to: '+971500009999', verified: false };
    expect(events.map(({ source, detail }) => ({ source, detail }))).toEqual([
      { source: 'keyroom', detail: expect.objectContaining({ ...common, keyword: 'stop', optedOut: true }) as unknown },
      {
        source: 'keyroom',
        detail: expect.objectContaining({ ...common, keyword: 'start', optedOut: false, text: 'start' }) as unknown,
      },
    ]);
  });

  test('fails by a wrong path, and changes nothing', async () => {
    const url = await inboundUrl();
    expect(await write(`${url.slice(0, -22)}${'A'.repeat(22)}`, 'STOP')).toBe(404);
    expect((await send()).status).toBe(202);
  });
});
