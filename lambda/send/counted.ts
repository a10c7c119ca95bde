import type { AppPolicy } from '../shared/contract.ts';
import type { KeyedHash } from '../shared/keyed-hash.ts';
import type { Counted } from '../shared/limits.ts';
import { prefixOf } from '../shared/phone.ts';
import type { Granted } from './grants.ts';
import type { SendRequest } from './request.ts';

/** What limits look at in a granted request; of the number only what cannot be turned back into it. */
export const countedOf = (
  app: string,
  policy: AppPolicy,
  { category }: SendRequest,
  { to, country, segments, cost }: Granted,
  hashes: KeyedHash,
): Counted => ({
  app,
  category,
  segments,
  cost,
  international: country !== policy.homeCountry,
  recipient: hashes.number(to),
  prefix: hashes.prefix(prefixOf(to)),
});
