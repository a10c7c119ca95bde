import { plainTable } from './plain-table.ts';

/** One thing that was tried, and whether it held. */
export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly detail: string;
}

/** Exit codes of every command. */
export const EXIT = { held: 0, failed: 1, wrongUsage: 2, notProved: 3 } as const;

/** Progress for a person on standard error, or one JSON document for a machine on standard output. */
export interface Report {
  /** Runs one step; its result becomes the row's detail. A step that throws is a failed row, and is thrown on. */
  readonly step: <T>(name: string, work: () => Promise<T>, detail?: (result: T) => string) => Promise<T>;
  /** Says something while a step goes on, to a person only. */
  readonly note: (text: string) => void;
  /** Whether an error was shown already, as the end of a step. */
  readonly hasShown: (error: unknown) => boolean;
  /** Keeps a figure worth quoting; lists and objects reach machines alone, as they are. */
  readonly figure: (name: string, value: Figure) => void;
  /**
   * Prints the document, or for a person a table of steps and one of figures, and says whether every step held.
   *
   * @param title of the table. @default - none: every step was shown already, and a person sees few at a glance
   */
  readonly finish: (title?: string) => boolean;
}

/** What can be quoted. */
export type Figure = number | string | object;

interface ReportOptions {
  readonly json: boolean;
  readonly out?: NodeJS.WritableStream;
  readonly err?: NodeJS.WritableStream;
  readonly now?: () => number;
}

/** A table holds what happened; how it came to it was shown while it did. */
const firstLine = (text: string): string => text.split('\n')[0] ?? '';

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Creates a {@link Report}. With `json` nothing but the document reaches standard output. */
export const createReport = ({
  json,
  out = process.stdout,
  err = process.stderr,
  now = () => performance.now(),
}: ReportOptions): Report => {
  const steps: StepResult[] = [];
  const shown = new Set<unknown>();
  const figures: Record<string, Figure> = {};
  const add = (step: StepResult) => {
    steps.push(step);
    err.write(
      `${step.ok ? '✓' : '✗'} ${step.name} (${step.seconds.toFixed(1)} s)${step.detail ? `: ${step.detail}` : ''}\n`,
    );
  };
  return {
    async step(name, work, detail) {
      const started = now();
      const seconds = () => (now() - started) / 1000;
      err.write(`… ${name}\n`);
      try {
        const result = await work();
        add({ name, ok: true, seconds: seconds(), detail: detail?.(result) ?? '' });
        return result;
      } catch (error) {
        shown.add(error);
        add({ name, ok: false, seconds: seconds(), detail: message(error) });
        throw error;
      }
    },
    note(text) {
      err.write(`  ${text.replaceAll('\n', '\n  ')}\n`);
    },
    hasShown: (error) => shown.has(error),
    figure(name, value) {
      figures[name] = value;
    },
    finish(title) {
      const ok = steps.length > 0 && steps.every((step) => step.ok);
      if (json) {
        out.write(`${JSON.stringify({ ok, steps, figures })}\n`);
        return ok;
      }
      if (title === undefined) return ok;
      const table = plainTable({ head: ['', title, 's', ''], colWidths: [3, 46, 7, 60] });
      for (const step of steps)
        table.push([step.ok ? '✓' : '✗', step.name, step.seconds.toFixed(1), firstLine(step.detail)]);
      out.write(`${table.toString()}\n`);
      // A list is for machines; whoever asked for one has shown it in a form of its own.
      const quotable = Object.entries(figures).flatMap(([name, value]) =>
        typeof value === 'object' ? [] : [[name, String(value)]],
      );
      if (quotable.length > 0) {
        const rows = plainTable({ head: ['figure', 'value'] });
        rows.push(...quotable);
        out.write(`${rows.toString()}\n`);
      }
      return ok;
    },
  };
};
