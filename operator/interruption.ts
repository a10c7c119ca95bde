import { EXIT } from './report.ts';

/** One Ctrl-C arrives up to three times: from the terminal, npm, and the script that started this process. */
const SAME_MS = 1000;

/** A signal that ends waiting when somebody presses Ctrl-C; pressed again, the process ends at once. */
export const onInterrupt = (): AbortSignal => {
  const controller = new AbortController();
  let at = 0;
  process.on('SIGINT', () => {
    if (controller.signal.aborted && Date.now() - at > SAME_MS) process.exit(EXIT.failed);
    if (!controller.signal.aborted) at = Date.now();
    controller.abort();
  });
  return controller.signal;
};
