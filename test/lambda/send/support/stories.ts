import type { Act, Story } from '../../support/explore/story.ts';
import { brokenAtRest } from '../../support/invariants.ts';
import { NOT_SENT } from '../../support/results.ts';
import { TICK_MS } from './fingerprint.ts';
import type { ProviderTraits, SendRoom } from './send-room.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The app's request, or its repetition while it was told to wait. */
const ask: Act<SendRoom> = {
  name: 'request',
  move: async (room) => {
    if (room.known.isWaiting) await room.ask();
    return 'over';
  },
};

/** So much time passes: the queue delivers what becomes visible, one invocation each; then the ledger is swept. */
const pass = (ms: number): Act<SendRoom> => ({
  name: `${ms / SECOND} s`,
  move: async (room, { until = room.world.clock.now() + ms }) => {
    const { clock, queue } = room.world;
    const next = [...queue.waiting].sort((a, b) => a.visibleAt - b.visibleAt)[0];
    if (next !== undefined && next.visibleAt <= Number(until)) {
      toTick(room, next.visibleAt);
      await room.deliver(next);
      return { until };
    }
    clock.advance(Math.max(0, Number(until) - clock.now()));
    await room.sweep();
    return 'over';
  },
});

/** To the first tick at which a moment is over, so that moments of one tick are alike. */
const toTick = ({ world: { clock } }: SendRoom, moment: number): void =>
  clock.advance(Math.max(0, Math.ceil(moment / TICK_MS) * TICK_MS - clock.now()));

const happens = (name: string, what: (room: SendRoom) => void | Promise<void>): Act<SendRoom> => ({
  name,
  move: async (room) => {
    await what(room);
    return 'over';
  },
});

const receipt = happens('receipt', (room) => room.receipt());
const forged = happens('forged receipt', (room) => room.forgedReceipt());

/** An operator sends back what was set aside, if anything was. */
const redrive = happens('redrive', async (room) => {
  if (room.box.letters.length > 0) await room.redrive();
});

/** Until everything is over that ends by itself: the message's time, the questions to the provider, `settlesBy`. */
const REST = [6 * MINUTE, HOUR, 25 * HOUR].map(pass);

const story = (acts: readonly Act<SendRoom>[], begin: (room: SendRoom) => void = () => undefined): Story<SendRoom> => ({
  begin: (room) => {
    begin(room);
    return Promise.resolve();
  },
  acts: [...acts, ...REST],
  always: (room) => room.check(),
  end: async (room) => {
    for (const act of [pass(HOUR), pass(24 * HOUR), pass(HOUR)]) {
      for (let progress = await act.move(room, {}); progress !== 'over';) progress = await act.move(room, progress);
    }
    const { isPromised, ambiguous } = room.known;
    return [...room.check(), ...brokenAtRest(room.world, new Set(isPromised ? [room.id()] : []), ambiguous)];
  },
});

const busy = (times: number) => (room: SendRoom) =>
  void room.world.turns.push(...Array.from({ length: times }, () => NOT_SENT));

const ROUND = pass(70 * SECOND);

export interface SendStory {
  readonly story: Story<SendRoom>;
  /** @default - it knows our own ids, and sends no receipts */
  readonly provider?: ProviderTraits;
  /** Whether `npm test` plays it with one fault only, for the sake of time. @default false */
  readonly lightly?: boolean;
}

/** Every story of a message, by its name: `npm test` plays most of them with at most two faults, `npm run prove` all with three. */
export const SEND_STORIES: Readonly<Record<string, SendStory>> = {
  'a message': { story: story([ask, ROUND, ask, ROUND, ask]) },
  'a provider that cannot be asked': { story: story([ask, ROUND, ask]), provider: { knowsOurId: false } },
  'a busy provider': { story: story([ask, ROUND, ask, ROUND, ask], busy(2)) },
  'a provider that stays away': { story: story([ask, ROUND, ROUND], busy(40)) },
  'a key that ended': { story: story([ask, ROUND, ask, ROUND], (room) => room.endKey()) },
  // Two reasons at once: it goes on only when neither holds any more.
  'an app that is frozen meanwhile, and its room': {
    story: story(
      [
        ask,
        happens('freeze', async (room) => {
          await room.freeze('app', true);
          await room.freeze('room', true);
        }),
        ROUND,
        happens('unfreeze the room', (room) => room.freeze('room', false)),
        ask,
        happens('unfreeze the app', (room) => room.freeze('app', false)),
        ROUND,
      ],
      busy(1),
    ),
  },
  'a country that is frozen meanwhile': {
    lightly: true,
    story: story(
      [
        ask,
        happens('freeze', (room) => room.freeze('country', true)),
        ROUND,
        ask,
        happens('unfreeze', (room) => room.freeze('country', false)),
        ROUND,
      ],
      busy(1),
    ),
  },
  'a key that must not be read meanwhile': {
    story: story(
      [
        ask,
        happens('deny', (room) => room.denyKey(true)),
        ROUND,
        ask,
        happens('allow', (room) => room.denyKey(false)),
        ROUND,
      ],
      busy(1),
    ),
  },
  'receipts that the provider signs': {
    lightly: true,
    story: story([ask, receipt, ROUND, ask, receipt]),
    provider: { receipts: 'signed', knowsOurId: false },
  },
  'receipts that anybody may send': {
    lightly: true,
    story: story([ask, forged, receipt, ROUND, ask, receipt, forged]),
    provider: { receipts: 'unsigned', knowsOurId: false },
  },
  'an appointment that was set aside': {
    lightly: true,
    story: story([ask, happens('set aside', (room) => room.setAside()), redrive, ROUND, ask, redrive], busy(1)),
  },
};
