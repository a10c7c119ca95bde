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
