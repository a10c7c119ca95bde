import { readdirSync, readFileSync } from 'node:fs';

import type { Stage } from '../../../local/demo/stage.ts';

/** Kills the environments of a room's function, as Lambda does with one whose time is over. @returns how many there were */
export const killEnvironments = (stage: Stage, room: string, functionName: string): number => {
  const gateway = new URL(stage.state.awsEndpointUrl).port;
  const pids = readdirSync('/proc').filter((entry) => {
    const variables = /^\d+$/.test(entry) ? environmentOf(entry) : [];
    const valueOf = (name: string): string =>
      variables.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
    return (
      valueOf('LEDGER_TABLE') === stage.room(room).tableName &&
      valueOf('AWS_ENDPOINT_URL').endsWith(`:${gateway}`) &&
      valueOf('AWS_LAMBDA_FUNCTION_NAME').includes(functionName)
    );
  });
  for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
  return pids.length;
};

/** The variables of a process, `NAME=value`; none of one that is gone or somebody else's. */
const environmentOf = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
};
