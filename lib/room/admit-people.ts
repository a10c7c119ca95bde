import type { Stack } from 'aws-cdk-lib';
import type { RoomConfig } from '../config/environment.ts';
import * as names from '../config/names.ts';
import { DataStewardship, type DataStewardshipProps } from '../constructs/data-stewardship.ts';
import { Operation } from '../constructs/operation.ts';
import type { RetryQueue } from '../constructs/retry-queue.ts';
import type { RoomFunction } from '../constructs/room-function.ts';
import { output, type SharedProps } from './shared.ts';

/** What recipients may ask for, where somebody is named who answers them. */
export const openToRecipients = (
  stack: Stack,
  props: DataStewardshipProps['recipients'],
  { dataStewards = [] }: RoomConfig,
): DataStewardship | undefined => {
  if (dataStewards.length === 0) return undefined;
  const stewardship = new DataStewardship(stack, 'DataStewardship', {
    recipients: props,
    stewardRoleName: names.stewardRoleName(props.environmentName, props.roomName),
    stewards: dataStewards,
  });
  output(stack, 'StewardRoleArn', stewardship.steward.roleArn, 'Role that enters opt-outs and erases data of a person');
  return stewardship;
};

/** What operators do, where somebody is named who may. */
export const operate = (
  stack: Stack,
  props: SharedProps & { readonly retryQueue: RetryQueue },
  { operators = [] }: RoomConfig,
): readonly RoomFunction[] => {
  if (operators.length === 0) return [];
  const operatorRoleName = names.operatorRoleName(props.environmentName, props.roomName);
  const operation = new Operation(stack, 'Operation', { redriving: props, operatorRoleName, operators });
  output(stack, 'OperatorRoleArn', operation.operator.roleArn, 'Role that may redrive what was set aside');
  return operation.functions;
};
