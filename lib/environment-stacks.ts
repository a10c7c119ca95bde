import { type App, DefaultStackSynthesizer, PermissionsBoundary } from 'aws-cdk-lib';
import { DEFAULTS } from './config/defaults.ts';
import type { EnvironmentConfig } from './config/environment.ts';
import { egressStackName, roomStackName } from './config/names.ts';
import { EgressStack } from './egress-stack.ts';
import { RoomStack } from './room-stack.ts';

/** The stacks of one environment: its way out, and a room for each credential. */
export interface EnvironmentStacks {
  readonly egress: EgressStack;
  readonly rooms: Readonly<Record<string, RoomStack>>;
}

/** Creates the stacks of a validated environment. */
export const createStacks = (app: App, config: EnvironmentConfig): EnvironmentStacks => {
  const props = (room?: string) => ({
    config,
    env: { account: config.account, region: config.region },
    synthesizer: new DefaultStackSynthesizer({ qualifier: config.bootstrapQualifier ?? DEFAULTS.bootstrapQualifier }),
    permissionsBoundary:
      config.permissionsBoundaryArn === undefined
        ? undefined
        : PermissionsBoundary.fromArn(config.permissionsBoundaryArn),
    tags: {
      ...config.tags,
      'keyroom:environment': config.name,
      ...(room !== undefined && { 'keyroom:room': room }),
    },
  });
  const egress = new EgressStack(app, egressStackName(config.name), props());
  const rooms = Object.entries(config.rooms).map(([roomName, room]) => {
    const stackProps = { ...props(roomName), roomName, room, egress: egress.egress };
    return [roomName, new RoomStack(app, roomStackName(config.name, roomName), stackProps)] as const;
  });
  return { egress, rooms: Object.fromEntries(rooms) };
};
