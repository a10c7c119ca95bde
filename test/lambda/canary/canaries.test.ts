import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { formsOf } from '../../../local/system/encodings.ts';
import { type Canary, createCanaries, createDice, writtenNumber } from './canaries.ts';
import { AWS_FAULTS, PROVIDER_FAULTS } from './faults.ts';
import { type Functions, FUZZED } from './functions.ts';
import { captured, crashReport } from './platform.ts';
import { playRooms } from './play.ts';
import { createSearch } from './search.ts';

const LAMBDA = path.resolve('lambda');
const NAMES = Object.keys(FUZZED).sort();
/** So often that each function meets what it can fail of; `npm run prove` plays 10,000. */
const INVOCATIONS = Number(process.env.KEYROOM_CANARIES ?? 120 * NAMES.length);

describe('what leaves the functions', () => {
  test('every function is triggered', () => {
    const functions = readdirSync(LAMBDA).filter((name) => existsSync(path.join(LAMBDA, name, 'handler.ts')));
    expect(NAMES).toEqual(functions.sort());
  });

  test(`holds no key, number, text or code, in any form, after ${INVOCATIONS} invocations and whatever fails`, async () => {
    const { hits, invocations, met, searched } = await playRooms(INVOCATIONS);
    expect([...hits]).toEqual([]);
    expect(Object.keys(invocations).sort()).toEqual(NAMES);
    // The functions were not idle, and neither were the faults.
    expect(searched).toBeGreaterThan(INVOCATIONS * 1000);
    const ways = (service: string) => [...met].filter((way) => way.startsWith(service)).length;
    expect(ways('dynamodb')).toBeGreaterThan(Object.keys(AWS_FAULTS).length / 2);
    expect(ways('secretsmanager')).toBeGreaterThan(Object.keys(AWS_FAULTS).length / 2);
    expect(ways('provider')).toBeGreaterThan(Object.keys(PROVIDER_FAULTS).length / 4);
  }, 300_000);

  type Leak = (event: unknown) => void;
  const leaking = (name: keyof Functions, leak: Leak): Functions => ({
    ...FUZZED,
    [name]: {
      ...FUZZED[name],
      start: (room) => {
        const run = FUZZED[name].start(room);
        return (event, context) => {
          leak(event);
          return run(event, context);
        };
      },
    } satisfies Functions[keyof Functions],
  });
  const bare = (event: unknown) => JSON.stringify({ event });

  test.each<[string, keyof Functions, Leak, RegExp]>([
    ['the event in the log', 'send', (event) => console.log(bare(event)), /^number .* in log of send$/],
    [
      'the event in Base64 on standard error',
      'send',
      (event) => process.stderr.write(Buffer.from(`?${bare(event)}`).toString('base64')),
      /^text \(base64.* in log of send$/,
    ],
    [
      'an error with all it knows',
      'rotate-key',
      (event) => {
        throw Object.assign(new Error('failed'), { config: { event } });
      },
      /^rotation token .* in crash of rotate-key$/,
    ],
  ])('would be found: %s', async (_what, name, leak, found) => {
    const { hits } = await playRooms(150, { functions: leaking(name, leak) });
    expect([...hits.keys()].some((hit) => found.test(hit))).toBe(true);
  });
});

describe('createSearch', () => {
  const dice = createDice(7);
  const made = createCanaries(dice);
  made.secret('key');
  made.text();
  made.number();
  made.code();
  const search = createSearch(made.all);
  const piece = ({ kind, value }: Canary) => (kind === 'secret' ? value.slice(5, 13) : value.replace('+', ''));

  test.each(
    made.all.flatMap((canary) => Object.keys(formsOf(piece(canary))).map((form) => [canary.name, form] as const)),
  )('finds a %s as %s', (name, form) => {
    const written = formsOf(piece(made.all.find((canary) => canary.name === name)!))[form]!;
    expect(search(`before ${written} after`).map(({ canary }) => canary)).toContain(name);
  });

  test('finds a number however it is grouped', () => {
    const { value } = made.all.find(({ kind }) => kind === 'number')!;
    for (let i = 0; i < 50; i += 1) {
      const written = writtenNumber(dice, value);
      expect(written.startsWith('0') && !written.startsWith('00') ? 'number' : search(written)[0]?.canary).toBe(
        'number',
      );
    }
  });

  test('finds nothing where there is nothing, and never shows what it looks for', () => {
    expect(search('2026-11-24T12:00:00.000Z 1795521600000 203.0.113.10 AE…01 msg_4X')).toEqual([]);
    const shown = JSON.stringify(search(made.all.map(({ value }) => value).join(' ')));
    for (const { value } of made.all) expect(shown).not.toContain(value.slice(1, 9));
  });
});

describe('what the platform writes down', () => {
  test('of an error is all it holds, and what caused it', () => {
    const error = Object.assign(new Error('outer', { cause: new Error('inner') }), { config: { headers: 'headers' } });
    expect(['outer', 'inner', 'headers'].filter((text) => !crashReport(error).includes(text))).toEqual([]);
  });

  test('of a function is both its streams, and the console', async () => {
    const output = await captured(() => {
      process.stdout.write('one');
      process.stderr.write('two');
      console.log('%s', 'three');
      return Promise.resolve();
    });
    expect(output).toBe('onetwothree\n');
  });
});
