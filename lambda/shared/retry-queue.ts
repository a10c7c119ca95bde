import type { Category } from './message.ts';

/** An appointment to try a message again. Neither a number nor a text. */
export interface Appointment {
  readonly id: string;
  /**
   * The message's `nextAttemptAt`, which makes the appointment valid: whoever puts the next attempt off makes all
   * earlier appointments void, so that no message collects several.
   */
  readonly at: number;
}

/** Where messages wait for their next attempt: one-time codes in a queue of their own, before the rest. */
export interface RetryQueue {
  /** Makes an appointment. One that is lost is made again by the sweep. @returns whether it is known to be made */
  add(appointment: Appointment, category: Category): Promise<boolean>;
}

/** The appointment that a message of the queue holds; `undefined` for anything that no room wrote. */
export const readAppointment = (body: string): Appointment | undefined => {
  try {
    const read = JSON.parse(body) as Partial<Record<keyof Appointment, unknown>> | null;
    const { id, at } = read ?? {};
    return typeof id === 'string' && typeof at === 'number' ? { id, at } : undefined;
  } catch {
    return undefined;
  }
};
