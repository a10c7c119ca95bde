/**
 * Reads a command's arguments; the process ends with 2 and says why where they are wrong.
 *
 * Only what was asked for can be asked wrongly: whatever breaks later is a failure.
 */
export const orWrongUsage = <T>(read: () => T): T => {
  try {
    return read();
  } catch (error: unknown) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
};
