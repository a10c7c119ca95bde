import { PassThrough } from 'node:stream';

import { LOCAL } from '../../../lib/config/local.ts';
import type { AskingContext } from '../../../operator/ask-function.ts';
import { createReport } from '../../../operator/report.ts';

/** Where a command runs whose room's function answers by `answer`, and what is seen of it. */
export const createDesk = <Command>(
  room: string,
  answer: (command: Command) => unknown,
  { json = false }: { readonly json?: boolean } = {},
) => {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const report = createReport({ json, out, err });
  const asked: string[] = [];
  const commands: Command[] = [];
  let shown = '';
  const functions = {
    send: async ({ input }: { input: { FunctionName: string; Payload: string } }) => {
      asked.push(input.FunctionName);
      const command = JSON.parse(input.Payload) as Command;
      commands.push(command);
      return { Payload: Buffer.from(JSON.stringify(await answer(command))) };
    },
  } as unknown as Awaited<ReturnType<AskingContext['connect']>>['functions'];
  const context: AskingContext = {
    connect: () => Promise.resolve({ functions }),
    environment: LOCAL,
    room,
    report,
    json,
    out: (text) => void (shown += text),
  };
  return {
    context,
    /** Names of the functions that were asked, in order. */
    asked,
    /** What they were asked. */
    commands,
    /** What stands on standard output, without the report. */
    shown: () => shown,
    /** What the report said to people since the last look. */
    said: () => String((err.read() as Buffer | null) ?? ''),
    /** The report's one document. */
    document: (command?: string) => {
      report.finish(command);
      return JSON.parse(String(out.read())) as { ok: boolean; figures: Record<string, unknown> };
    },
  };
};
