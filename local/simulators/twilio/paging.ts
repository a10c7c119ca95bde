/** Twilio's usual and largest page. */
const PAGE = { usual: 50, most: 1000 } as const;

/** A page of a list, and where it stands; undefined for a page nobody can ask for. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly index: number;
  readonly size: number;
  readonly start: number;
  /** Path and query of the pages around; `null` where there is none. */
  readonly first: string;
  readonly current: string;
  readonly previous: string | null;
  readonly next: string | null;
}

/** Cuts a list. A `PageToken` must be the one the page before gave; here it is the position the page begins at. */
export function pageOf<T>(all: readonly T[], path: string, query: URLSearchParams): Page<T> | undefined {
  const size = Number(query.get('PageSize') ?? PAGE.usual);
  const index = Number(query.get('Page') ?? 0);
  if (!Number.isInteger(size) || size < 1 || size > PAGE.most || !Number.isInteger(index) || index < 0)
    return undefined;
  const start = index * size;
  if (index > 0 && query.get('PageToken') !== tokenOf(start)) return undefined;
  const linkTo = (page: number): string => {
    const link = new URLSearchParams(query);
    link.set('PageSize', String(size));
    link.set('Page', String(page));
    if (page > 0) link.set('PageToken', tokenOf(page * size));
    else link.delete('PageToken');
    return `${path}?${link.toString()}`;
  };
  return {
    items: all.slice(start, start + size),
    index,
    size,
    start,
    first: linkTo(0),
    current: linkTo(index),
    previous: index > 0 ? linkTo(index - 1) : null,
    next: start + size < all.length ? linkTo(index + 1) : null,
  };
}

const tokenOf = (start: number): string => `PA${String(start).padStart(32, '0')}`;
