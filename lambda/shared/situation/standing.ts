import { freezeOf, type FreezeScope } from '../app-freeze.ts';
import type { Plain } from '../aws/attribute-value.ts';
import type { Standing } from './contract.ts';

type Item = Readonly<Record<string, Plain>>;

/** `frozen-AT`; the attributes `frozenByRoom` and `frozenByItself` are none. */
const COUNTRY = /^frozen-([A-Z]{2})$/;

const countriesIn = (item: Item): readonly string[] =>
  Object.keys(item).flatMap((name) => COUNTRY.exec(name)?.[1] ?? []);

/** What the ledger says of the room and of its apps. A country that is frozen for one app counts as frozen. */
export const standingOf = (room: Item | undefined, apps: Readonly<Record<string, Item | undefined>>): Standing => {
  const items = Object.entries(apps);
  const stopped = (scope: FreezeScope): readonly string[] =>
    items.flatMap(([app, item]) => (item !== undefined && freezeOf(item, undefined) === scope ? [app] : []));
  const countries = [room ?? {}, ...items.map(([, item]) => item ?? {})].flatMap(countriesIn);
  return {
    // The flags of the apps are what counts, also where the room's own item was never written.
    frozen: room?.frozen === true || stopped('room').length > 0,
    last: lastOf(room),
    frozenApps: stopped('app'),
    unregisteredApps: items.flatMap(([app, item]) => (item === undefined ? [app] : [])),
    frozenCountries: [...new Set(countries)].sort(),
  };
};

const lastOf = (room: Item | undefined): Standing['last'] => {
  const { since, by, reason } = room ?? {};
  if (typeof since !== 'string') return null;
  const session = typeof by === 'object' && by !== null && !Array.isArray(by) ? (by as Item).session : undefined;
  return {
    at: since,
    by: typeof session === 'string' ? session : 'nobody knows whom',
    reason: typeof reason === 'string' ? reason : null,
  };
};
