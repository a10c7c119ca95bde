import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ROOM_POLICY_FILE } from '../../../lambda/shared/contract.ts';
import { type Functions, FUZZED } from './functions.ts';
import { LIFE, live } from './life.ts';
import type { Service } from './outside.ts';
import { policyFor, PROVIDERS } from './policy.ts';
import { createSearch } from './search.ts';

/** What was found, and how much was looked at. */
export interface Played {
  /** How often each function was triggered. */
  readonly invocations: Readonly<Record<string, number>>;
  /** Ways to fail that were met, by service. */
  readonly met: ReadonlySet<string>;
  /** Codes of problems that were answered. */
  readonly codes: ReadonlySet<string>;
  /** Characters that were searched. */
  readonly searched: number;
  /** Each leak with one seed that shows it. Never what leaked. */
  readonly hits: ReadonlyMap<string, number>;
}

export interface PlayOptions {
  /** @default - all of a room's, as they are deployed */
  readonly functions?: Functions;
  readonly onRoom?: (invocations: number) => void;
}

const codesIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:urn:keyroom:problem:|\\?"code\\?":\\?")([a-z-]+)/g)].map(([, code = '']) => code);

/** Plays rooms until so many invocations are over, and looks for every canary in everything that left them. */
export const playRooms = async (
  invocations: number,
  { functions = FUZZED, onRoom = () => undefined }: PlayOptions = {},
): Promise<Played> => {
  const base = mkdtempSync(path.join(tmpdir(), 'keyroom-canaries-'));
  const directories = new Map(PROVIDERS.map((provider) => [provider, mkdtempSync(path.join(base, provider))]));
  for (const [provider, directory] of directories) {
    writeFileSync(path.join(directory, ROOM_POLICY_FILE), JSON.stringify(policyFor(provider)));
  }
  const reached = new Map(Object.keys(functions).map((name) => [name, new Set<Service>()]));
  const totals: Record<string, number> = {};
  const [met, codes, hits] = [new Set<string>(), new Set<string>(), new Map<string, number>()];
  let searched = 0;
  try {
    for (let seed = 1; (seed - 1) * LIFE < invocations; seed += 1) {
      const { room, invoked } = await live(seed, functions, directories, reached);
      for (const name of invoked) totals[name] = (totals[name] ?? 0) + 1;
      for (const way of room.met) met.add(way);
      const search = createSearch(room.canaries.all);
      for (const { by, place, text } of room.left) {
        searched += text.length;
        if (place === 'answer') for (const code of codesIn(text)) codes.add(code);
        for (const { canary, form } of search(text)) {
          const hit = `${canary} (${form}) in ${place} of ${by}`;
          if (!hits.has(hit)) hits.set(hit, seed);
        }
      }
      onRoom(seed * LIFE);
    }
  } finally {
    rmSync(base, { recursive: true });
  }
  return { invocations: totals, met, codes, searched, hits };
};
