import { plainTable } from '../plain-table.ts';
import type { Section } from './sections.ts';

/** The sections as tables for a terminal; what came from outside cannot write anything else there. */
export const describeAudit = (sections: readonly Section[]): string =>
  sections
    .map(({ title, head, rows, none }) => {
      if (rows.length === 0) return `${title}\n  ${none}`;
      const table = plainTable({ head });
      table.push(...rows.map((row) => row.map(printable)));
      return `${title} (${rows.length})\n${table.toString()}`;
    })
    .join('\n\n');

/** Without characters that move the cursor, hide text or turn its direction. */
const printable = (text: string): string => text.replaceAll(/\p{C}/gu, '�');
