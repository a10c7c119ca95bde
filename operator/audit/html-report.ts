import type { Audit } from './collect.ts';
import type { Section } from './sections.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text that is nothing but text in HTML, wherever it stands. */
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

/** No script, no address and no file: what came from outside could load nothing even where it were markup. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const STYLE =
  'body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#222}table{border-collapse:collapse}' +
  'th,td{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;overflow-wrap:anywhere}';

/** An incident report that is one file: it can be mailed, and opened anywhere. */
export const htmlReport = (
  { room, since, until }: Pick<Audit, 'room' | 'since' | 'until'>,
  sections: readonly Section[],
): string =>
  [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    `<title>${escaped(`Audit of ${room}`)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(`Audit of ${room}`)}</h1><p>${escaped(`${since} to ${until}`)}</p>`,
    ...sections.map(sectionHtml),
    '</body></html>',
  ].join('\n');

const sectionHtml = ({ title, head, rows, none }: Section): string => {
  const heading = `<h2>${escaped(title)}</h2>`;
  if (rows.length === 0) return `${heading}<p>${escaped(none)}</p>`;
  const line = (cells: readonly string[], tag: 'td' | 'th') =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return `${heading}<table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('\n')}</table>`;
};
