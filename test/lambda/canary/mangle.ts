import type { Canaries, Dice } from './canaries.ts';

/** What the platform and the room's own deployment make, and no caller: a log may hold it. */
const PLATFORM =
  /^(requestId|RequestType|eventID|messageId|SequenceNumber|LogicalResourceId|StackId|PhysicalResourceId|RequestId|ClientRequestToken|action|apps?)$/;

type Parent = Record<string, unknown>;

/** Places of a document: whose field it is, and which. */
const placesIn = (value: unknown, into: [Parent, string][] = []): [Parent, string][] => {
  if (typeof value !== 'object' || value === null) return into;
  for (const name of Object.keys(value)) {
    into.push([value as Parent, name]);
    if (!PLATFORM.test(name)) placesIn((value as Parent)[name], into);
  }
  return into;
};

/** An event that nobody should ever send: something of it is gone, or is something else, and that is a canary. */
export const mangled = (event: unknown, dice: Dice, canaries: Canaries): unknown => {
  const canary = () => dice.pick([canaries.number, canaries.text, () => canaries.secret('stray key')])();
  if (dice.chance(0.2)) return dice.pick([null, undefined, 7, canary(), [canary()], { [canary()]: canary() }]);
  const copy = structuredClone(event);
  const places = placesIn(copy);
  for (let i = dice.integer(1, 3); i > 0 && places.length > 0; i -= 1) {
    const [parent, name] = dice.pick(places);
    if (dice.chance(0.4)) Reflect.deleteProperty(parent, name);
    else if (!PLATFORM.test(name)) {
      parent[name] = dice.pick([null, 7, canary(), canary(), [canary()], { [canary()]: canary() }]);
    }
  }
  return copy;
};
