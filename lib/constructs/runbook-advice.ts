import type { Advice, RunbookAdvice } from '../../lambda/notify/contract.ts';
import { alarmName, RUNBOOK_HEADINGS, runbookAnchor } from './runbook.ts';

/** Of a section of the runbook, what a page says. */
const LABELS = { words: /^Do\b/, withoutClone: /^Without this clone$/, undo: /^Undo$/ } as const;

/** A section that has no advice of its own names the one that has. */
const REFERENCE = /Look and act as for \[[^\]]+\]\((#[a-z0-9-]+)\)/;
/**
 * What a text begins with is what is typed; a command that comes after words may hang on them. With or without how the
 * clone is started.
 */
const COMMAND = /^`(?:npm run keyroom -- |keyroom )([^`]+)`/;

/**
 * What the runbook says of each alarm, so that the page says the same and nobody keeps it twice.
 *
 * @param runbook `docs/runbook.md`
 * @throws Error when an alarm has no section, or a section says nothing to do
 */
export const runbookAdvice = (runbook: string): RunbookAdvice => {
  const sections = new Map(
    runbook
      .split(/^## /m)
      .slice(1)
      .map((section): [string, string] => [runbookAnchor(section.split('\n')[0] ?? '').split('#')[1] ?? '', section]),
  );
  return Object.fromEntries(
    Object.entries(RUNBOOK_HEADINGS).map(([id, heading]) => {
      const anchor = runbookAnchor(heading).split('#')[1] ?? '';
      const own = sections.get(anchor) ?? '';
      const reference = REFERENCE.exec(own)?.[1]?.slice(1);
      const advice = adviceIn(reference === undefined ? own : (sections.get(reference) ?? ''));
      if (advice === undefined) throw new Error(`the runbook says nothing to do under "${heading}"`);
      return [alarmName(id), advice];
    }),
  );
};

const adviceIn = (section: string): Advice | undefined => {
  const bullets = section
    .split(/^- /m)
    .slice(1)
    .flatMap((bullet) => {
      const [, label = '', text = ''] = /^\*\*([^*]+):\*\* ?(.*)$/s.exec(bullet) ?? [];
      return label === '' ? [] : [{ label, text: text.trim() }];
    });
  const labelled = (pattern: RegExp): string =>
    bullets
      .filter(({ label }) => pattern.test(label))
      .map(({ label, text }) => (label === 'Do' || !LABELS.words.test(label) ? text : `${label}: ${text}`))
      .join('\n');
  const words = labelled(LABELS.words);
  if (words === '') return undefined;
  const command = typed(words);
  const withoutClone = command === undefined ? undefined : /`(aws [^`]+)`/.exec(labelled(LABELS.withoutClone))?.[1];
  const undo = typed(labelled(LABELS.undo));
  return {
    words: plain(words),
    ...(command !== undefined && { command }),
    ...(withoutClone !== undefined && { withoutClone }),
    ...(undo !== undefined && { undo }),
  };
};

/** The command that a text begins with, as it is typed in a clone. */
const typed = (text: string): string | undefined => {
  const command = COMMAND.exec(text)?.[1];
  return command === undefined ? undefined : `npm run keyroom -- ${command}`;
};

/** Without Markdown: links by their words, no quotes around code, a line for each point of a list. */
const plain = (text: string): string =>
  text
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replaceAll(/`|\*\*/g, '')
    .replaceAll(/^\s*- /gm, '');
