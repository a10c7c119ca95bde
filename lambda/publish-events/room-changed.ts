import type { Plain } from '../shared/aws/attribute-value.ts';

/** Detail of an event about the room: who did what to it, without numbers, texts or keys. */
export interface RoomChanged {
  /** The same for every delivery of one change. */
  readonly eventId: string;
  readonly room: string;
  /** The job, its command and what it was about. */
  readonly job: string;
  readonly command: string;
  readonly arguments: Readonly<Record<string, string>>;
  /** The step of the job, and what it verified. */
  readonly step: string;
  readonly detail: string;
  /** The role and the session of whoever commanded. */
  readonly by: { readonly role: string; readonly session: string };
  readonly reason: string | null;
  /** ISO 8601. */
  readonly at: string;
}

/** The event that an action of the incident function calls for; written by that function alone, so it has its shape. */
export const roomChanged = (
  room: string,
  eventId: string,
  { job, command, arguments: args, step, detail, caller, reason, at }: Readonly<Record<string, Plain>>,
): RoomChanged =>
  ({ eventId, room, job, command, arguments: args, step, detail, by: caller, reason, at }) as unknown as RoomChanged;
