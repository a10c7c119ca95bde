import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { searchFiles } from '../../../local/system/secret-search.ts';

describe('searchFiles', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'keyroom-search-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const leak = (content: string | Buffer) => {
    writeFileSync(path.join(folder, 'leak.log'), content);
    return searchFiles([folder], [{ name: 'key', value: 'k3y/with+odd chars?"' }]).hits.map(({ form }) => form);
  };

  test.each([
    ['raw', 'a line with k3y/with+odd chars?" in it'],
    ['json', JSON.stringify({ header: 'App k3y/with+odd chars?"' })],
    ['url', `?key=${encodeURIComponent('k3y/with+odd chars?"')}`],
    ['hex', Buffer.from('k3y/with+odd chars?"').toString('hex')],
    ['utf-16', Buffer.from('a line with k3y/with+odd chars?" in it', 'utf16le')],
  ])('finds a planted leak as %s', (form, content) => {
    expect(leak(content)).toContain(form);
  });

  test('finds a planted leak in the Base64 of a longer text, wherever it starts', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 7 }), fc.string({ maxLength: 7 }), (before, after) => {
        const encoded = Buffer.from(`${before}k3y/with+odd chars?"${after}`).toString('base64');
        expect(leak(encoded).some((form) => form.startsWith('base64'))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test('finds nothing where nothing is, and looks at every file', () => {
    writeFileSync(path.join(folder, 'a'), 'clean');
    writeFileSync(path.join(folder, 'b'), 'clean, too');
    expect(searchFiles([folder], [{ name: 'key', value: 'k3y/with+odd' }])).toEqual({ hits: [], files: 2 });
  });

  test('passes over the files that are meant to hold it, and only those', () => {
    writeFileSync(path.join(folder, 'vault'), 'k3y/with+odd');
    writeFileSync(path.join(folder, 'log'), 'k3y/with+odd');
    const { hits } = searchFiles([folder], [{ name: 'key', value: 'k3y/with+odd' }], [path.join(folder, 'vault')]);
    expect(new Set(hits.map(({ file }) => path.basename(file)))).toEqual(new Set(['log']));
  });

  test('a hit never shows the value', () => {
    writeFileSync(path.join(folder, 'log'), 'k3y/with+odd');
    const { hits } = searchFiles([folder], [{ name: 'key', value: 'k3y/with+odd' }]);
    expect(JSON.stringify(hits)).not.toContain('k3y/with+odd');
  });
});
