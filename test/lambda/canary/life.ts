import type { FunctionName } from '../../../lib/constructs/function-code.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';
import { createDice, type Dice } from './canaries.ts';
import { type Functions } from './functions.ts';
import { createInvoker, type Invoke } from './invoke.ts';
import { mangled } from './mangle.ts';
import type { Plan, Service } from './outside.ts';
import { APPS, PROVIDERS } from './policy.ts';
import { type CanaryRoom, createCanaryRoom, type Reached } from './room.ts';

/** Invocations of one room. */
export const LIFE = 50;

/** How often a function is triggered, where that is more than now and then. */
const WEIGHTS: Readonly<Partial<Record<FunctionName, number>>> = {
  send: 8,
  'rotate-key': 4,
  retry: 3,
  'sweep-ledger': 3,
  query: 2,
};

const planFrom = (dice: Dice, services: ReadonlySet<Service>): Plan | undefined =>
  services.size === 0 || dice.chance(0.3)
    ? undefined
    : { service: dice.pick([...services]), at: dice.pick([0, 0, 0, 1, 1, 2, 3, 5]), goesOn: dice.chance(0.4) };

/** Where chats and pagers are reached, which nobody else may know. */
const subscribersOf = ({ canaries }: CanaryRoom) => ({
  chat: { kind: 'text', url: `https://chat.pager.example/${canaries.secret('webhook')}` },
  hook: {
    kind: 'json',
    url: `https://hook.pager.example/${canaries.secret('webhook')}`,
    severities: ['page', 'ticket'],
  },
  pager: { kind: 'pagerduty', url: 'https://duty.pager.example/', routingKey: canaries.secret('routing key') },
});

/** What a person and a deploy do before anybody sends. */
const setUp = async (room: CanaryRoom, functions: Functions, invoke: Invoke): Promise<void> => {
  const { store, pepper, simulator, table } = room;
  await store('pepper').put('pepper-1', pepper, ['AWSCURRENT']);
  await store('subscribers').put('subscribers-1', new SecretValue(JSON.stringify(subscribersOf(room))), ['AWSCURRENT']);
  await invoke('register-apps', functions['register-apps'].event(room));
  for (const pk of APPS.map((app) => `app#${app}`)) {
    if (!table.items.has(pk)) table.items.set(pk, { pk, frozen: false });
  }
  await room.typed(simulator.account().managing);
  await invoke('rotate-key', { action: 'import' });
};

/** Things that happen to a room between two invocations. */
const somethingHappens = async (room: CanaryRoom): Promise<void> => {
  const { dice, table, clock, simulator, canaries } = room;
  if (dice.chance(0.5)) clock.advance(dice.pick([50, 2000, 30_000, 130_000, 700_000, 3_700_000]));
  const pk = `app#${dice.pick(APPS)}`;
  const app = table.items.get(pk);
  if (app && dice.chance(0.05)) table.items.set(pk, { ...app, frozen: !app.frozen });
  if (dice.chance(0.1)) simulator.changeAccount({ balanceMicros: dice.pick([0, 1_000_000_000]) });
  if (dice.chance(0.06)) {
    const { managing } = simulator.account();
    const typed = [managing, canaries.secret('typed'), { clientId: canaries.secret('typed') }];
    await room.typed(dice.pick(typed), dice.pick([['AWSCURRENT'], ['KEYROOM_STANDBY']]));
  }
};

/**
 * One room's life: what its functions are asked, how the outside fails, and everything that leaves them.
 *
 * @param directories holds the policy of a room of each provider
 */
export const live = async (
  seed: number,
  functions: Functions,
  directories: ReadonlyMap<string, string>,
  reached: Reached,
) => {
  const dice = createDice(seed);
  const provider = dice.pick(PROVIDERS);
  const room = createCanaryRoom(provider, dice, directories.get(provider)!, reached);
  const { invoke, restart } = createInvoker(room, functions);
  const names = Object.keys(functions) as FunctionName[];
  const choice = names.flatMap((name) => Array<FunctionName>(WEIGHTS[name] ?? 1).fill(name));
  const invoked: FunctionName[] = ['register-apps', 'rotate-key'];
  await setUp(room, functions, invoke);
  while (invoked.length < LIFE) {
    const name = dice.pick(choice);
    const event = functions[name].event(room);
    const sent = dice.chance(0.15) ? mangled(event, dice, room.canaries) : event;
    const answer = await invoke(name, sent, planFrom(dice, reached.get(name) ?? new Set()));
    if (name === 'app-keys' && typeof answer === 'object' && answer !== null && 'key' in answer) {
      room.canaries.secret('app key', answer.key as string);
    }
    invoked.push(name);
    if (dice.chance(0.1)) restart();
    await somethingHappens(room);
  }
  room.learn();
  return { room, invoked };
};
