import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

export type Outputs = Readonly<Record<string, string>>;

/** Outputs of every stack of the local environment, by stack name. */
export const readOutputs = async (cloudFormation: CloudFormationClient): Promise<Readonly<Record<string, Outputs>>> => {
  const { Stacks: stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({}));
  return Object.fromEntries(
    stacks
      .filter(({ StackName }) => StackName?.startsWith('Keyroom-local-'))
      .map(({ StackName, Outputs: outputs = [] }) => [
        StackName ?? '',
        Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? ''])),
      ]),
  );
};

/**
 * One output that must be there.
 *
 * @throws Error naming the stack, the output and what the stack has instead.
 */
export const output = (outputs: Readonly<Record<string, Outputs>>, stack: string, name: string): string => {
  const value = outputs[stack]?.[name];
  if (value === undefined) {
    throw new Error(`stack ${stack} has no output ${name}; it has ${Object.keys(outputs[stack] ?? {}).join(', ')}`);
  }
  return value;
};

/**
 * A door's address as the emulator serves it.
 *
 * The output holds AWS's host name, which leads nowhere on a laptop; the emulator serves the same stage below its own
 * address.
 *
 * @throws Error when the output is not the address of a stage.
 */
export const localDoorUrl = (endpointUrl: string, awsUrl: string): string => {
  const [, api, stage] = /^https:\/\/([a-z0-9]+)\.execute-api\.[^/]+\/([\w-]+)$/.exec(awsUrl) ?? [];
  if (api === undefined || stage === undefined) throw new Error(`${awsUrl} is not the address of an API's stage`);
  return `${endpointUrl}/restapis/${api}/${stage}/_user_request_`;
};
