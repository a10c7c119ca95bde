import type { Answer } from '../../support/functions.ts';
import { brokenAtRest, brokenNow, isEnd, isReleased, recordsIn, untrueIn } from '../../support/invariants.ts';
import type { World } from '../../support/world.ts';

/** Looks at a world with many messages, and remembers what its apps were told. */
export interface Watch {
  /** What did not hold so far. */
  readonly broken: ReadonlySet<string>;
  /** Messages that were unknown at any time. */
  readonly unknown: ReadonlySet<string>;
  /** An app reads an answer. @param before calls to the provider when its request began */
  told(id: string, answer: Answer, before: number): void;
  /** What else somebody saw that must not be. */
  report(sentence: string): void;
  check(): void;
  /** Everything has come to rest. @param ambiguous faults after which an outcome could not be known */
  end(ambiguous: number): void;
}

export const createWatch = (world: World): Watch => {
  const broken = new Set<string>();
  const [promised, released, unknown] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const ends = new Map<string, string>();
  const reportAll = (sentences: readonly string[]): void => {
    for (const sentence of sentences) broken.add(sentence);
  };
  const watch: Watch = {
    broken,
    unknown,
    report: (sentence) => void broken.add(sentence),
    told: (id, answer, before) => {
      reportAll(untrueIn(world, answer, id, before));
      if (isReleased(answer)) released.add(id);
      // Who asks while the first request is still at it may see it refused after all.
      if (answer.kind === 'message' && answer.message.status !== 'sending') promised.add(answer.message.id);
    },
    check: () => {
      reportAll(brokenNow(world));
      for (const { message, took } of world.calls)
        if (took && released.has(message.id)) broken.add('sent after the app was told that it may send again');
      for (const record of recordsIn(world)) {
        const { id, state } = record;
        if (state === 'unknown') unknown.add(id);
        const end = ends.get(id);
        if (end !== undefined && end !== state) broken.add(`what was ${end} became ${state}`);
        if (isEnd(record)) ends.set(id, state);
      }
    },
    end: (ambiguous) => {
      watch.check();
      reportAll(brokenAtRest(world, promised, ambiguous));
      if (unknown.size > ambiguous) broken.add('more were unknown than there were ambiguous faults');
    },
  };
  return watch;
};
