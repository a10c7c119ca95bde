import type { KeyBinding } from '../../shared/credential-manager.ts';
import type { Keys } from '../ports.ts';

/** A key outlives its planned replacement by one more period, so that a late rotation is no outage. */
const PERIODS_VALID = 2;
/** No key ends sooner, however short the rotation period: a weekend and the working day after it. */
const MIN_VALID_DAYS = 4;
const DAY_MS = 86_400_000;

/** What a key made now, under this token, is limited to. */
export const bindingOf = ({ settings, clock }: Keys, token: string): KeyBinding => ({
  name: `${settings.namePrefix}${token}`,
  allowedAddresses: settings.allowedAddresses,
  channels: settings.channels,
  validUntil: clock.now() + Math.max(PERIODS_VALID * settings.rotationDays, MIN_VALID_DAYS) * DAY_MS,
});
