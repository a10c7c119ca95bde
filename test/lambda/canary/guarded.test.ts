import { inspect } from 'node:util';

import { FUNCTIONS } from '../../../lib/constructs/function-code.ts';

const SECRET = 'what-a-library-quoted';

type Handler = (event: unknown, context: unknown, callback: () => void) => unknown;

/** A failure as libraries make them, before anything of the function has begun. */
const fail = (): never => {
  throw Object.assign(new Error(`refused: ${SECRET}`), { headers: { authorization: SECRET } });
};

/** All but rotate-key, which is handed what it needs and begins with nothing. */
const BEGINNING = FUNCTIONS.filter((name) => name !== 'rotate-key');

describe('what fails before a function has begun', () => {
  test.each(BEGINNING)('is not told by %s', async (name) => {
    const { createHandler } = (await import(`../../../lambda/${name}/handler.ts`)) as {
      createHandler: (ports: () => unknown) => Handler;
    };
    const context = { awsRequestId: 'request', getRemainingTimeInMillis: () => 10_000 };
    const outcome = await Promise.resolve()
      .then(() => createHandler(fail)({}, context, () => undefined))
      .catch((error: unknown) => error);
    expect(inspect(outcome, { depth: null, showHidden: true })).not.toContain(SECRET);
  });
});
