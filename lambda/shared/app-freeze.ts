import type { Plain } from './aws/attribute-value.ts';

type Item = Readonly<Record<string, Plain>>;

/** What was stopped: this app by itself, the room with all its apps, or one country for all of them. */
export type FreezeScope = 'app' | 'room' | 'country';

/**
 * The attributes of an app's item that stop it; the write that admits a message is under the condition of the first and
 * of its own country's.
 *
 * `frozen` is what counts; the next two say why it is `true`, so that what was stopped for one reason stays stopped when
 * the other has passed.
 */
export const FREEZE = { frozen: 'frozen', byItself: 'frozenByItself', byRoom: 'frozenByRoom' } as const;

/** The attribute that is there while a country is frozen. @param country ISO 3166-1 alpha-2 */
export const frozenCountry = (country: string): string => `frozen-${country}`;

/** What stops a message to a country, as the app's item says. @param country `undefined` to leave countries out */
export const freezeOf = (item: Item, country: string | undefined): FreezeScope | undefined => {
  // Anything but a clear no is a freeze.
  if (item[FREEZE.frozen] !== false) return item[FREEZE.byRoom] === true ? 'room' : 'app';
  return country !== undefined && Object.hasOwn(item, frozenCountry(country)) ? 'country' : undefined;
};
