import { KEY_REFUSED, messageOf } from '../support/results.ts';
import { SMS } from '../support/room.ts';
import { createWorld, version } from '../support/world.ts';

describe('a key that was read again and is refused, too', () => {
  test('is not followed by a third call, although the previous key could still be tried', async () => {
    const world = createWorld();
    await world.send(SMS, 'warm');
    world.clock.advance(2000);
    world.secret.AWSCURRENT = version('v2', world.clock.now());
    world.secret.AWSPREVIOUS = version('v0');
    world.turns.push(KEY_REFUSED, KEY_REFUSED);
    expect(messageOf(await world.send())).toMatchObject({ status: 'queued', safeToResend: false });
    expect(world.calls.map(({ key }) => key)).toEqual(['key-of-v1', 'key-of-v1', 'key-of-v2']);
  });
});
