import type { Flow } from './contract.ts';

/** Of fewer messages a minute nobody would say that they are many. */
const MANY = 10;
/** A campaign that nobody has announced looks like that, too: it is a reason to look, not to page. */
const TIMES_USUAL = 3;

const isMany = ({ perMinute }: Flow, usual: number): boolean => perMinute >= MANY && perMinute > TIMES_USUAL * usual;

/** Whether more is sent than usual, so that somebody should look. Where nothing is usual yet, only alarms tell. */
export const isUnusual = (flow: Flow): boolean => flow.usualPerMinute !== null && isMany(flow, flow.usualPerMinute);

/**
 * Of apps in a flood, the one that sends most beyond its usual, by how many times; `undefined` where none stands out.
 *
 * Absolute numbers would name the busiest app. One that has sent nothing before stands out most.
 */
export const suspectOf = (apps: Readonly<Record<string, Flow>>): string | undefined => {
  const times = ({ perMinute, usualPerMinute }: Flow): number => perMinute / Math.max(usualPerMinute ?? 0, 1);
  const [first] = Object.entries(apps)
    .filter(([, flow]) => isMany(flow, flow.usualPerMinute ?? 0))
    .sort(([, a], [, b]) => times(b) - times(a));
  return first?.[0];
};
