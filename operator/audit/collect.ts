import { AUDIT_PARTS, type AuditEntries, type AuditPage, type AuditPart } from '../../lambda/audit/contract.ts';
import type { AuditQuery, OperatorDoor } from '../operator-door.ts';
import type { Report } from '../report.ts';

/** What happened in a room in a time: every part in the order of time. Moments are ISO 8601. */
export type Audit = {
  readonly room: string;
  readonly since: string;
  readonly until: string;
} & { readonly [P in AuditPart]: readonly AuditEntries[P][] };

const WHAT: Readonly<Record<AuditPart, string>> = {
  actions: 'what people on call did',
  sightings: 'who else was seen, and alarms',
  messages: 'messages that were sent',
  foreign: 'messages at the provider that are not ours',
  keys: 'versions of the key',
};

/** Asks the room for all of it, a page at a time. @throws RoomRefusal */
export const collectAudit = async (
  door: Pick<OperatorDoor, 'audit'>,
  { room, since, until }: Pick<Audit, 'room' | 'since' | 'until'>,
  report: Pick<Report, 'step'>,
): Promise<Audit> => {
  const parts: Partial<Record<AuditPart, readonly unknown[]>> = {};
  for (const part of AUDIT_PARTS) {
    parts[part] = await report.step(
      WHAT[part],
      () => allOf(door, { part, since, until }),
      (found) => String(found.length),
    );
  }
  return { room, since, until, ...parts } as Audit;
};

const allOf = async <P extends AuditPart>(
  door: Pick<OperatorDoor, 'audit'>,
  query: AuditQuery<P>,
): Promise<readonly AuditEntries[P][]> => {
  const entries: AuditEntries[P][] = [];
  let cursor: string | null = null;
  do {
    const page: AuditPage<P> = await door.audit(cursor === null ? query : { ...query, cursor });
    entries.push(...page.entries);
    // A door that goes on from where it was asked would be asked for ever.
    if (page.next === cursor) break;
    cursor = page.next;
  } while (cursor !== null);
  return entries.sort((a, b) => (momentIn(a) < momentIn(b) ? -1 : 1));
};

const momentIn = (entry: AuditEntries[AuditPart]): string => ('at' in entry ? entry.at : entry.since);
