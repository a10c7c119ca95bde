import type { Plain } from '../../../lambda/shared/aws/attribute-value.ts';
import type { Condition } from '../../../lambda/shared/aws/dynamodb.ts';

export type Item = Readonly<Record<string, Plain>>;

type Scope = Pick<Condition, 'names' | 'values'>;

/**
 * Evaluates the part of DynamoDB's condition grammar that the ledger uses; throws for anything else.
 *
 * Comparing with a missing attribute is false, as in DynamoDB. Every name and value given must be used, as there.
 */
export const holds = (item: Item | undefined, condition: string, scope: Scope): boolean =>
  apart(condition.replaceAll(BETWEEN, '($1 >= $2 AND $1 <= $3)'), ' OR ').some((all) =>
    apart(all, ' AND ').every((term) => termHolds(item ?? {}, term.trim(), scope)),
  );

const BETWEEN = /(\S+) BETWEEN (\S+) AND (\S+)/g;

/** Splits where no bracket is open. */
const apart = (condition: string, between: string): string[] =>
  condition.split(between).reduce<string[]>((parts, part) => {
    const last = parts.at(-1);
    const open = last === undefined ? 0 : last.split('(').length - last.split(')').length;
    return open > 0 ? [...parts.slice(0, -1), `${last}${between}${part}`] : [...parts, part];
  }, []);

const termHolds = (item: Item, term: string, scope: Scope): boolean => {
  const inner = /^\((.*)\)$/.exec(term)?.[1];
  if (inner !== undefined) return holds(item, inner, scope);
  const exists = /^attribute_(not_)?exists\((.+)\)$/.exec(term);
  if (exists) return Object.hasOwn(item, nameOf(exists[2]!, scope)) === (exists[1] === undefined);
  const comparison = /^(\S+) (=|<=|>=) (\S+)$/.exec(term);
  if (!comparison) throw new Error(`ValidationException: cannot read the condition "${term}"`);
  const [left, right] = [operand(item, comparison[1]!, scope), operand(item, comparison[3]!, scope)];
  if (left === undefined || right === undefined || typeof left !== typeof right) return false;
  if (comparison[2] === '=') return left === right;
  return comparison[2] === '<=' ? left! <= right! : left! >= right!;
};

/** Applies `SET a = b, c = c + d, e = if_not_exists(e, f) + g` and then `REMOVE h, i`; either alone, too. */
export const updated = (item: Item, update: string, scope: Scope): Item => {
  const [whole, set, remove] = /^(?:SET (.+?))?(?:(?:^| )REMOVE (.+))?$/.exec(update) ?? [];
  if (!whole) throw new Error(`ValidationException: cannot read "${update}"`);
  const plain = (set ?? '').replaceAll(/if_not_exists\((\S+), (\S+)\)/g, (_all, name: string, otherwise: string) =>
    Object.hasOwn(item, nameOf(name, scope)) ? name : otherwise,
  );
  const changes = (plain === '' ? [] : plain.split(', ')).map((assignment): [string, Plain] => {
    const parts = /^(\S+) = (\S+)(?: ([+-]) (\S+))?$/.exec(assignment);
    if (!parts) throw new Error(`ValidationException: cannot read "${assignment}"`);
    const [, target, first, sign, second] = parts;
    const value = operand(item, first!, scope);
    if (value === undefined) throw new Error(`ValidationException: ${first!} is not in the item`);
    if (sign === undefined) return [nameOf(target!, scope), value];
    const amount = Number(operand(item, second!, scope)) * (sign === '+' ? 1 : -1);
    return [nameOf(target!, scope), Number(value) + amount];
  });
  const removed = new Set((remove ?? '').split(', ').map((token) => (token === '' ? '' : nameOf(token, scope))));
  const next = { ...item, ...Object.fromEntries(changes) };
  return Object.fromEntries(Object.entries(next).filter(([name]) => !removed.has(name)));
};

const nameOf = (token: string, { names }: Scope): string => {
  if (!token.startsWith('#')) return token;
  const name = names?.[token];
  if (name === undefined) throw new Error(`ValidationException: ${token} is not defined`);
  return name;
};

const operand = (item: Item, token: string, scope: Scope): Plain | undefined => {
  if (!token.startsWith(':')) return item[nameOf(token, scope)];
  const value = scope.values?.[token];
  if (value === undefined) throw new Error(`ValidationException: ${token} is not defined`);
  return value;
};

/** DynamoDB refuses names and values that no expression uses. */
export const refuseUnused = (expressions: string, { names, values }: Scope): void => {
  const used = new Set(expressions.match(/[#:]\w+/g));
  for (const token of [...Object.keys(names ?? {}), ...Object.keys(values ?? {})]) {
    if (!used.has(token)) throw new Error(`ValidationException: ${token} is not used`);
  }
};

/** Words that an expression may not use as a bare attribute name. The list is DynamoDB's, cut to likely names. */
const RESERVED = /\b(state|status|name|from|to|language|timestamp|hash|key|value|values|start|end|date|count|limit)\b/i;

export const refuseReserved = (expressions: string): void => {
  if (unreserved.has(expressions)) return;
  const word = RESERVED.exec(expressions.replaceAll(/[#:]\w+/g, ''));
  if (word) throw new Error(`ValidationException: ${word[0]} is a reserved word`);
  unreserved.add(expressions);
};

/** Expressions that were looked at. */
const unreserved = new Set<string>();
