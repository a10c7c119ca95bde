import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROVIDERS } from '../../lambda/providers/contract.ts';
import { DEFAULTS } from '../../lib/config/defaults.ts';
import { appLimits } from '../../lib/config/limits.ts';
import { PROTECTIONS } from '../../lib/config/posture.ts';
import { RUNBOOK_HEADINGS, runbookAnchor } from '../../lib/constructs/runbook.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const PAGES = ['README.md', ...readdirSync(path.join(ROOT, 'docs')).map((name) => `docs/${name}`)];
const anchorOf = (heading: string): string => runbookAnchor(heading).split('#')[1] ?? '';

describe('runbook', () => {
  const headings = [...read('docs/runbook.md').matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);

  test('has one heading per alarm, and none for an alarm that does not exist', () => {
    expect([...headings].sort()).toEqual(Object.values(RUNBOOK_HEADINGS).sort());
  });

  test('says for every alarm how bad it is, where to look and what to do, or whom to follow', () => {
    const sections = read('docs/runbook.md').split(/^## /m).slice(1);
    for (const section of sections) {
      expect(section).toMatch(/[*_](Page|Ticket)\.[*_]/);
      expect(section).toMatch(/\*\*Do:\*\*|Look and act as for/);
    }
  });
});

describe('documents', () => {
  test.each(PAGES)('every relative link of %s leads somewhere', (page) => {
    for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [file = '', anchor] = target.split('#');
      const resolved = file === '' ? page : path.join(path.dirname(page), file);
      expect([target, existsSync(path.join(ROOT, resolved))]).toEqual([target, true]);
      if (anchor !== undefined) {
        const anchors = [...read(resolved).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
        expect(anchors).toContain(anchor);
      }
    }
  });

  test.each(PAGES)('every npm script that %s names exists', (page) => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const named = [...read(page).matchAll(/npm (?:run (?:--silent )?)?(test|[a-z]+(?::[a-z]+)?)\b/g)].map(
      ([, name]) => name ?? '',
    );
    const ours = named.filter((name) => !['ci', 'install', 'run'].includes(name));
    expect(ours.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('what the pages say about time is what the code does', () => {
    const minutes = DEFAULTS.keyGraceSeconds / 60;
    expect(read('docs/on-call.md')).toContain(`the grace period (${minutes} minutes)`);
    expect(read('docs/platform-engineer.md')).toContain(`{ days: ${DEFAULTS.rotateEvery.days} }`);
  });

  test("the README's table of protections is what the providers' capabilities say", () => {
    const names = ['d7', 'infobip', 'twilio'] as const;
    // A provider with a key that is not in the table is missing from it.
    expect(Object.keys(PROVIDERS).filter((name) => PROVIDERS[name]?.protects)).toEqual([...names]);
    const rows = Object.entries(PROTECTIONS).map(([id, label]) => [
      label,
      ...names.map((name) => PROVIDERS[name]?.protects?.[id as keyof typeof PROTECTIONS].found),
    ]);
    const [, table = ''] = read('README.md').split('### What a provider can protect');
    const written = table
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .slice(1, 5),
      );
    expect(written.slice(2, 2 + rows.length)).toEqual(rows);
  });

  test('the table of limits has every limit of an app, and their defaults', () => {
    const table = read('docs/platform-engineer.md').split('### Limits')[1]?.split('###')[0] ?? '';
    const row = (name: string): string => table.split('\n').find((line) => line.includes(`\`${name}\``)) ?? '';
    for (const name of Object.keys(appLimits())) {
      expect(row(name)).toContain(name);
      const value = (DEFAULTS as Readonly<Record<string, unknown>>)[name];
      if (typeof value === 'number') expect(row(name).split('|')[2]?.trim()).toBe(String(value));
    }
    expect(row('messagesPerMonth')).toContain(`${DEFAULTS.fullDaysPerMonth} times`);
  });
});
