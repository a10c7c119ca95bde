import { ConfigurationError } from './errors.ts';

/** A function's environment, as it is handed to whatever reads settings from it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that may be missing; empty counts as missing. */
export const optional = (environment: Environment, name: string): string | undefined => {
  const value = environment[name];
  return value === '' ? undefined : value;
};

/** A variable that must be set and not empty. @throws ConfigurationError naming the variable, never its value */
export const required = (environment: Environment, name: string): string => {
  const value = optional(environment, name);
  if (value === undefined) throw new ConfigurationError(`the environment variable ${name} is not set`);
  return value;
};

/** A variable that must be a whole number of at least `min`. @throws ConfigurationError */
export const requiredInteger = (environment: Environment, name: string, min: number): number => {
  const value = Number(required(environment, name));
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new ConfigurationError(`the environment variable ${name} must be a whole number of at least ${min}`);
};
