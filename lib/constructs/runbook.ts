/**
 * Headings of `docs/runbook.md`, one per alarm: what was paged is what is looked up.
 *
 * The key is the alarm's id in the template.
 */
export const RUNBOOK_HEADINGS = {
  VolumeCeiling: 'More messages than the ceiling',
  VolumeJump: 'Messages jump from one minute to the next',
  VolumeUnusual: 'More messages than usual at this hour',
  VolumeOutsideBand: 'Messages outside the band',
  SpendAtRisk: 'Money will not last',
  NewCountry: 'A country that is new',
  WatchStale: 'Nobody watches the volume',
  KeyRefused: 'The provider refuses the key',
  CannotSend: 'The room cannot send',
  Surplus: 'The provider has what the room did not send',
  ReconcileStale: 'Nobody compares the room with its provider',
  PriceAboveCeiling: 'A price above its ceiling',
  SecretTouched: 'Somebody else touched a secret',
  DecoyTouched: 'Somebody touched the decoy',
  RoomChanged: 'The room was changed outside a deployment',
  WitnessSilent: 'Nobody would see who touches the secrets',
  RotationFailed: 'A rotation failed',
  KeyTooOld: 'The key is too old',
  CredentialTooOld: 'The managing credential is due',
  OldCredentialAlive: 'An old credential is not proved dead',
  StandbyRefused: 'The provider refuses the standby',
  OrphanKey: 'A key of the room that no version explains',
  UnknownKey: 'A new key at the provider that no room made',
  AddressesDiffer: 'Addresses at the provider are not those of the room',
  FewDelivered: 'Messages do not arrive',
  UnknownOutcome: 'Messages with an unknown outcome',
  UnknownUnsettled: 'Outcomes that nobody will know',
  LedgerOverdue: 'Messages are overdue',
  RetryDeadLetters: 'Appointments that could not be kept',
  AppKeyInBrowser: 'An app key in a browser',
  AppKeyExpiring: 'An app key ends soon',
  ReceiptsRefused: 'Calls that are no receipts',
  EventDeadLetters: 'Events that were not published',
  ForbiddenInLogs: 'Something forbidden is in a log',
  ForbiddenInDoorLogs: 'Something forbidden is in a log of the doors',
  ForbiddenInWatchLogs: 'Something forbidden is in a log of the watch',
  Drill: 'A drill',
  DrillFailed: 'A drill failed',
  DrillOverdue: 'No drill has succeeded',
  PageNotDelivered: 'The text of a page did not arrive',
} as const;

export type AlarmId = keyof typeof RUNBOOK_HEADINGS;

/** An alarm's name within its room: `VolumeCeiling` is `volume-ceiling`. */
export const alarmName = (id: string): string => id.replaceAll(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

/** The anchor a heading gets, as GitHub makes it. */
export const runbookAnchor = (heading: string): string =>
  `docs/runbook.md#${heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')}`;
