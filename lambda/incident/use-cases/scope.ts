import type { IncidentPorts, Job } from '../ports.ts';
import type { WrongArgument } from './command.ts';

/** What is to be stopped: the room, one of its apps, or a country for all of its apps. */
export type Scope =
  | { readonly kind: 'room' }
  | { readonly kind: 'app'; readonly app: string }
  | { readonly kind: 'country'; readonly country: string };

/** The arguments that say what is to be stopped; neither is the whole room. */
export const SCOPE_ARGUMENTS = ['app', 'country'] as const;

export const scopeOf = ({ app, country }: Job['arguments']): Scope => {
  if (app !== undefined) return { kind: 'app', app };
  return country === undefined ? { kind: 'room' } : { kind: 'country', country };
};

/** What is wrong with a scope: nothing is stopped by a mistyped name. */
export const checkScope = ({ room }: IncidentPorts, { app, country }: Job['arguments']): WrongArgument | undefined => {
  if (app !== undefined && country !== undefined) {
    return { field: 'country', detail: 'a country is stopped for all apps: name an app or a country' };
  }
  if (app !== undefined && !Object.hasOwn(room.apps, app)) {
    return { field: 'app', detail: 'the room has no such app', allowed: Object.keys(room.apps).join(', ') };
  }
  const countries = [...new Set(Object.values(room.apps).flatMap((policy) => policy.countries))].sort();
  if (country !== undefined && !countries.includes(country)) {
    return { field: 'country', detail: 'no app of the room may send there', allowed: countries.join(', ') };
  }
  return undefined;
};

/** A scope in words. */
export const nameOf = (scope: Scope): string => {
  if (scope.kind === 'room') return 'the room';
  return scope.kind === 'app' ? `the app ${scope.app}` : `the country ${scope.country}`;
};
