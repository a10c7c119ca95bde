import { createHandler } from '../../../lambda/retry/handler.ts';
import { NOT_SENT, statesIn } from '../support/results.ts';
import { createWorld } from '../support/world.ts';

const CONTEXT = { awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 10_000 };

const delivery = (...bodies: string[]) => ({ Records: bodies.map((body, i) => ({ messageId: `sqs-${i}`, body })) });

describe('the handler of retry', () => {
  test('keeps the appointments of a batch, and gives back those alone that have to come again', async () => {
    const world = createWorld();
    world.turns.push(NOT_SENT);
    await world.send();
    const { id, at } = world.queue.waiting[0]!;
    world.clock.advance(at - world.clock.now());
    const handler = createHandler(() => world.ports);
    const answer = await handler(
      delivery('{', JSON.stringify({ id, at }), '{"id":"msg_1"}', '{"id":"m","at":1}'),
      CONTEXT,
    );
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'sqs-0' }, { itemIdentifier: 'sqs-2' }] });
    expect(statesIn(world)).toEqual(['accepted']);
    expect(world.logged.filter(({ event }) => event === 'retry failed').map(({ fields }) => fields?.errorName)).toEqual(
      ['TypeError', 'TypeError'],
    );
    expect(
      world.logged.find(({ event, fields }) => event === 'attempt ended' && fields?.attempt === 2)?.fields,
    ).toMatchObject({ requestId: 'invocation-1', state: 'accepted' });
  });

  test('one that fails unexpectedly comes again; the others are not held up', async () => {
    const world = createWorld({
      around: (operation, apply) =>
        operation === 'get' ? Promise.reject(new Error('+971500000001')) : Promise.resolve(apply()),
    });
    const answer = await createHandler(() => world.ports)(delivery('{"id":"msg_1","at":1}'), CONTEXT);
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: 'sqs-0' }]);
    expect(JSON.stringify(world.logged)).not.toContain('971500000001');
  });
});
