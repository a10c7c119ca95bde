import metadata from 'libphonenumber-js/max/metadata';

/** Where a numbering plan has the patterns by which its numbers are written. */
const FORMATS = 4;

/**
 * The metadata of all numbering plans without what is needed for writing numbers, which no function does.
 *
 * A third smaller: it is the largest part of the send function, and each kilobyte is loaded at a cold start.
 */
export const phoneMetadata = (): typeof metadata => {
  const unwritten = <T extends Readonly<Record<string, unknown>>>(plans: T): T =>
    Object.fromEntries(
      Object.entries(plans).map(([name, plan]) => [name, (plan as unknown[]).with(FORMATS, 0)]),
    ) as unknown as T;
  const { countries, nonGeographic, ...rest } = metadata as unknown as Record<'countries' | 'nonGeographic', object>;
  return {
    ...rest,
    countries: unwritten(countries as Readonly<Record<string, unknown>>),
    nonGeographic: unwritten(nonGeographic as Readonly<Record<string, unknown>>),
  } as unknown as typeof metadata;
};
