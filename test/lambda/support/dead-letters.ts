import { createHandler } from '../../../lambda/redrive/handler.ts';
import type { RedriveCommand, RedriveResult } from '../../../lambda/redrive/contract.ts';
import type { RedrivePorts } from '../../../lambda/redrive/ports.ts';
import type { DeadLetter } from '../../../lambda/shared/dead-letters.ts';
import type { Around } from './fake-table.ts';
import type { World } from './world.ts';

export interface DeadLetterBox {
  /** What was set aside, and until when each is hidden. */
  readonly letters: (DeadLetter & { hiddenUntil: number })[];
  readonly ports: RedrivePorts;
  /** Sets something aside, as SQS does with what came back too often. */
  setAside(body: string): void;
  /** One invocation of the function, with so much time. */
  ask(command?: RedriveCommand, ms?: number): Promise<RedriveResult>;
}

/** The queue of what was set aside, in memory, and the function that redrives, over the ledger and queues of a world. */
export const createDeadLetterBox = (
  world: World,
  around: Around = (_, apply) => Promise.resolve(apply()),
): DeadLetterBox => {
  const letters: DeadLetterBox['letters'] = [];
  const now = () => world.clock.now();
  const ports: RedrivePorts = {
    ...world.ports,
    deadLetters: {
      receive: () =>
        around('receive', () => {
          const found = letters.filter(({ hiddenUntil }) => hiddenUntil <= now()).slice(0, 10);
          found.forEach((letter) => (letter.hiddenUntil = now() + 120_000));
          // A poll that finds nothing waits for a second.
          world.clock.advance(found.length === 0 ? 1000 : 100);
          return found.map((letter) => ({ ...letter }));
        }),
      remove: ({ id }) =>
        around('remove', () => {
          const index = letters.findIndex((letter) => letter.id === id);
          if (index >= 0) letters.splice(index, 1);
        }),
      release: ({ id }) =>
        around('release', () => {
          const letter = letters.find((each) => each.id === id);
          if (letter) letter.hiddenUntil = 0;
        }),
    },
  };
  let count = 0;
  return {
    letters,
    ports,
    setAside: (body) => void letters.push({ id: `l-${++count}`, receipt: `r-${count}`, body, hiddenUntil: 0 }),
    ask: (command = {}, ms = 60_000) =>
      createHandler(() => ports)(command, { awsRequestId: 'r-redrive', getRemainingTimeInMillis: () => ms }),
  };
};
