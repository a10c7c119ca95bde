import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { importOnce } from './support/imported.ts';
import { listenTo } from './support/listen.ts';
import { openStage } from './support/stage.ts';

describe('events of messages', () => {
  const stage = openStage();

  beforeAll(() => importOnce(stage));

  test("an app's rule sees its message accepted, in declared fields and once", async () => {
    const receiveUntil = await listenTo(stage, 'checkout');
    const other = await post(stage, ['notices', 'shipping'], sms());
    expect(other.status).toBe(202);
    const answer = await post(stage, ['otp', 'checkout'], { ...sms(), reference: 'order-1' });
    expect(answer.status).toBe(202);
    const { id, to } = answer.body as Record<string, string>;

    const received = await receiveUntil(({ detail }) => detail.id === id);
    const own = received.filter(({ detail }) => detail.id === id);
    expect(own).toEqual([
      expect.objectContaining({
        source: 'keyroom',
        'detail-type': 'Message Status Changed',
        detail: {
          eventId: expect.any(String) as unknown,
          id,
          app: 'checkout',
          room: 'otp',
          status: 'accepted',
          final: false,
          channel: 'sms',
          to,
          reference: 'order-1',
          reason: null,
          at: expect.any(String) as unknown,
          segments: 1,
          cost: expect.anything() as unknown,
        },
      }),
    ]);
    expect(received.filter(({ detail }) => detail.app !== 'checkout')).toEqual([]);
  });
});
