import type { Clock } from '../shared/clock.ts';
import type { Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Situation } from '../shared/situation/contract.ts';
import type { RunbookAdvice } from './contract.ts';
import type { AlarmMemory } from './use-cases/memory.ts';
import type { Page } from './use-cases/page.ts';
import type { Severity } from './subscribers-contract.ts';

/** What a delivery came to. `code`: a fixed code of ours, or a status. */
export type Delivered =
  { readonly ok: true } | { readonly ok: false; readonly retryable: boolean; readonly code: string };

/** One place that texts are delivered to. */
export interface Recipient {
  /** For logs and for remembering what it got; never its address. */
  readonly name: string;
  readonly severities: readonly Severity[];
  /** One attempt. Never throws for what the other side does. */
  readonly deliver: (page: Page) => Promise<Delivered>;
}

/** Who is to be told, as far as that could be found out. */
export interface Recipients {
  /** People, by e-mail. */
  readonly mail: Recipient;
  readonly chats: readonly Recipient[];
  /** A code that says why chats are missing; `null`: none is. */
  readonly missing: string | null;
}

/** What was told of alarms, so that it is told once. Every call throws AwsError. */
export interface Notices {
  /** What is remembered of an alarm, with what its next write is based on. */
  recall(alarm: string): Promise<Remembered>;
  /** `false` when somebody else has written meanwhile. */
  remember(alarm: string, memory: AlarmMemory, basedOn: Remembered): Promise<boolean>;
  /** Takes one delivery on, for so long. `false`: another run has it, or it is done. */
  claim(delivery: string, leaseMs: number): Promise<boolean>;
  /** Says that a delivery is done. */
  done(delivery: string): Promise<void>;
  /** Gives a delivery up, so that the next run takes it on. */
  release(delivery: string): Promise<void>;
  /** Says how many chats and pagers want pages, for whoever asks whether a page reaches somebody. */
  noteChats(wantPages: number): Promise<void>;
}

/** A memory as it was read. */
export interface Remembered {
  readonly memory: AlarmMemory | undefined;
  readonly revision: number;
}

/** The room and where its door is. */
export interface Place {
  readonly environment: string;
  readonly room: string;
  readonly region: string;
  /** `undefined` in a room without a door for whoever is on call. */
  readonly door: { readonly url: string; readonly roleArn: string } | undefined;
}

/** What telling people of an alarm needs from the outside. */
export interface NotifyPorts {
  readonly place: Place;
  readonly runbook: RunbookAdvice;
  /** Who owns each app, where the configuration says so. */
  readonly owners: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly notices: Notices;
  /** How things stand. @throws when nobody can tell at the moment */
  readonly situation: () => Promise<Situation>;
  readonly recipients: () => Promise<Recipients>;
}
