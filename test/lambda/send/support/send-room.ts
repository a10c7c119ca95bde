import { createFreezeFlags } from '../../../../lambda/incident/flag-table.ts';
import type { FreezeFlags } from '../../../../lambda/incident/ports.ts';
import { stateOf } from '../../../../lambda/providers/records-call.ts';
import { frozenCountry } from '../../../../lambda/shared/app-freeze.ts';
import type { RetryPorts } from '../../../../lambda/retry/ports.ts';
import { createDeadLetterBox, type DeadLetterBox } from '../../support/dead-letters.ts';
import type { Around } from '../../support/fake-table.ts';
import type { Waiting } from '../../support/fake-queue.ts';
import { createFunctions } from '../../support/functions.ts';
import { asksAgain, brokenNow, isEnd, isReleased, recordsIn, untrueIn } from '../../support/invariants.ts';
import { createProviderBook, type ProviderBook } from '../../support/provider-book.ts';
import { SMS } from '../../support/room.ts';
import { createWorld, version, type World } from '../../support/world.ts';
import { knownAtFirst } from './known.ts';

/** How a function ended that did not end by itself. */
export const DIED = 'died';
/** Runs one function to its end, under whatever may happen to it. */
export type Run = <T>(work: () => Promise<T>) => Promise<T | typeof DIED>;

export interface SendRoomOptions {
  readonly around: Around;
  readonly run: Run;
  /** @default - it knows our own ids, and sends no receipts */
  readonly provider?: ProviderTraits;
}

/** What tells providers apart. */
export interface ProviderTraits {
  /** Whether a message can be looked up by our own id. @default true */
  readonly knowsOurId?: boolean;
  /** How it says what became of a message. @default - it does not */
  readonly receipts?: 'signed' | 'unsigned';
}

const VALID_FOR_SECONDS = 300;
/** When a delivery that was not deleted comes again. */
const VISIBILITY_MS = 60_000;

/** A room in which one app sends one message, every function of it in an environment of its own. */
export class SendRoom {
  readonly world: World;
  readonly book: ProviderBook;
  readonly deadKeys = new Set<string>();
  readonly known = knownAtFirst();
  /** What did not hold since somebody looked. */
  readonly broken: string[] = [];
  /** The delivery that was handled last: the queue may deliver it twice. */
  delivered: Waiting | undefined;
  readonly box: DeadLetterBox;
  readonly #provider: ProviderTraits;
  readonly #flags: FreezeFlags;
  readonly #functions: ReturnType<typeof createFunctions>;
  readonly #run: Run;
  readonly #around: Around;
  /** Invocations so far. */
  #begun = 0;

  constructor({ around, run, provider = {} }: SendRoomOptions) {
    this.world = createWorld({ around });
    this.book = createProviderBook(this.world, around, provider.knowsOurId ?? true);
    this.box = createDeadLetterBox(this.world, around);
    this.#provider = provider;
    this.#flags = createFreezeFlags(this.world.table);
    this.#functions = createFunctions(this.world, this.book.ask);
    this.#around = around;
    this.#run = run;
  }

  /** The app's request, or the same once more. */
  async ask(): Promise<void> {
    const before = this.world.calls.length;
    const begun = ++this.#begun;
    const ports = await this.#environment();
    const body = { ...SMS, validForSeconds: VALID_FOR_SECONDS };
    const answer = await this.#run(() => this.#functions.send(ports, 'key-1', body));
    if (answer === DIED) return;
    const { known } = this;
    const wasAlone = begun === this.#begun;
    this.broken.push(...untrueIn(this.world, answer, this.id(), wasAlone ? undefined : before));
    if (answer.kind === 'message' && answer.message.status !== 'sending') known.isPromised = true;
    if (isReleased(answer)) known.isReleased = true;
    known.isWaiting = asksAgain(answer);
  }

  /** One delivery of the queue. One that is not handled to its end, or not deleted, comes again. */
  async deliver(waiting: Waiting): Promise<void> {
    const { queue, clock } = this.world;
    this.#begun++;
    this.delivered = waiting;
    const place = queue.waiting.indexOf(waiting);
    if (place >= 0) queue.waiting.splice(place, 1);
    const ports = await this.#environment();
    const handled = await this.#run(async () => {
      const again = await this.#functions.retry(ports, [waiting]);
      await this.#around('acknowledge', () => undefined);
      return again.length === 0;
    }).catch(() => false);
    if (handled !== true) queue.waiting.push({ ...waiting, visibleAt: clock.now() + VISIBILITY_MS });
  }

  async sweep(): Promise<void> {
    this.#begun++;
    const ports = await this.#environment();
    await this.#run(() => this.#functions.sweep(ports)).catch(() => undefined);
  }

  /** The provider says what became of a message that it took: where it was told to, signed if it can. */
  async receipt(): Promise<void> {
    const number = this.world.calls.findIndex(({ took }) => took);
    const signed = this.#provider.receipts === 'signed';
    if (number >= 0) await this.#receive(this.world.calls[number]!, `p-${number + 1}`, signed);
  }

  /** Somebody who learned the path says so of an id that he made up. */
  async forgedReceipt(): Promise<void> {
    const [call] = this.world.calls;
    if (call !== undefined) await this.#receive(call, 'p-99', false);
  }

  /** The queue sets aside what it has, as it does with what came back too often. */
  setAside(): void {
    for (const { id, at } of this.world.queue.waiting.splice(0)) this.box.setAside(JSON.stringify({ id, at }));
  }

  async redrive(): Promise<void> {
    this.#begun++;
    await this.#environment();
    await this.#run(() => this.box.ask());
  }

  /** Stops the app by itself, by its room's freeze, or the country it sends to. */
  async freeze(what: 'app' | 'room' | 'country', frozen: boolean): Promise<void> {
    if (what === 'country') await this.#flags.country('shop', 'AE', frozen);
    else await this.#flags.app('shop', what === 'app' ? 'itself' : 'room', frozen);
    const item = this.world.table.items.get('app#shop');
    this.#stop(item?.frozen !== false || frozenCountry('AE') in item);
  }

  denyKey(frozen: boolean): void {
    this.world.secret.AWSCURRENT = frozen ? { kind: 'denied' } : version('v1');
    this.#stop(frozen);
  }

  /** A new key is current, and the provider does not take the old one, which functions still have in memory. */
  endKey(): void {
    const { secret } = this.world;
    this.known.inMemory = secret.AWSCURRENT;
    secret.AWSPREVIOUS = secret.AWSCURRENT;
    secret.AWSCURRENT = version('v2', this.world.clock.now());
    this.deadKeys.add('key-of-v1');
  }

  /** What does not hold at this moment. */
  check(): readonly string[] {
    const { known, world } = this;
    const taken = world.calls.some(({ took }) => took);
    const [record] = recordsIn(world);
    const broken = [
      ...this.broken.splice(0),
      ...brokenNow(world),
      ...(known.isReleased && taken ? ['sent after the app was told that it may send again'] : []),
      ...(known.end !== null && record?.state !== known.end ? [`what was ${known.end} became ${record?.state}`] : []),
      ...(known.stoppedAfter !== null && world.calls.length > known.stoppedAfter ? ['sent while it was frozen'] : []),
    ];
    if (record !== undefined && isEnd(record)) known.end ??= record.state;
    return broken;
  }

  /** The message's id, as the ledger has it. */
  id(): string {
    return recordsIn(this.world)[0]?.id ?? this.world.calls[0]?.message.id ?? '';
  }

  #stop(stopped: boolean): void {
    this.known.stoppedAfter = stopped ? (this.known.stoppedAfter ?? this.world.calls.length) : null;
  }

  async #receive({ message }: World['calls'][number], providerMessageId: string, isGenuine: boolean): Promise<void> {
    this.#begun++;
    const ports = await this.#environment();
    const receipt = { providerMessageId, state: stateOf('delivered') };
    await this.#run(() => this.#functions.receive(ports, message.receiptUrl ?? '', receipt, isGenuine));
  }

  async #environment(): Promise<RetryPorts> {
    const { world, known } = this;
    const ports = world.environment();
    if (known.inMemory === null) return ports;
    const current = world.secret.AWSCURRENT;
    world.secret.AWSCURRENT = known.inMemory;
    const reading = ports.keys.current();
    world.secret.AWSCURRENT = current;
    await reading;
    return ports;
  }
}
