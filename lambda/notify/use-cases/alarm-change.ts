import { fieldsOf, jsonOf } from '../../shared/json.ts';
import { SEVERITIES, type Severity } from '../subscribers-contract.ts';

/** An alarm that went off, or that ended. */
export interface AlarmChange {
  /** The alarm's whole name, which is one and the same at every change. */
  readonly name: string;
  /** Its name within the room, such as `volume-ceiling`. */
  readonly alarm: string;
  readonly severity: Severity;
  /** What it says when it goes off, as a sentence. */
  readonly summary: string;
  /** The runbook's heading, such as `docs/runbook.md#the-room-cannot-send`. */
  readonly runbook: string;
  readonly state: 'ALARM' | 'OK';
  /** When it changed; milliseconds since the epoch. */
  readonly at: number;
}

/** How alarms are named within their room. */
const ALARM = /^[a-z]+(?:-[a-z]+)*$/;
/** What every alarm of a room has for a description. */
const DESCRIPTION = /^(page|ticket): (.+)\. Runbook: (docs\/runbook\.md#[a-z0-9-]+)$/;

/**
 * What CloudWatch published of an alarm of this room.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 *
 * @param prefix what the names of the room's alarms begin with, such as `keyroom-production-otp-`
 * @returns `undefined` for anything else, and for an alarm that only lacks data: its next change says more
 */
export const readChange = (message: string, prefix: string): AlarmChange | undefined => {
  const {
    AlarmName: name,
    AlarmDescription: described,
    NewStateValue: state,
    StateChangeTime: at,
  } = fieldsOf(jsonOf(message));
  if (typeof name !== 'string' || !name.startsWith(prefix) || typeof described !== 'string') return undefined;
  const alarm = name.slice(prefix.length);
  if (!ALARM.test(alarm)) return undefined;
  const [, severity, summary, runbook] = DESCRIPTION.exec(described) ?? [];
  const known = SEVERITIES.find((each) => each === severity);
  const moment = typeof at === 'string' ? Date.parse(at) : NaN;
  if (known === undefined || summary === undefined || runbook === undefined || Number.isNaN(moment)) return undefined;
  if (state !== 'ALARM' && state !== 'OK') return undefined;
  return { name, alarm, severity: known, summary, runbook, state, at: moment };
};
