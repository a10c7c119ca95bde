import Table from 'cli-table3';

/** A table without colours, so that it reads the same in a log, and without a line between rows. */
export const plainTable = (options: { readonly head: readonly string[]; readonly colWidths?: readonly number[] }) =>
  new Table({
    head: [...options.head],
    ...(options.colWidths === undefined ? {} : { colWidths: [...options.colWidths], wordWrap: true }),
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
