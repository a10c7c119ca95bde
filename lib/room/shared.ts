import { CfnOutput, type Stack, type StackProps } from 'aws-cdk-lib';
import { DEFAULTS } from '../config/defaults.ts';
import type { EnvironmentConfig, RoomConfig } from '../config/environment.ts';
import * as names from '../config/names.ts';
import { timeScales } from '../config/periods.ts';
import { dataRemovalPolicy } from '../config/removal.ts';
import { roomPolicy } from '../config/room-policy.ts';
import type { DataKey } from '../constructs/data-key.ts';
import type { DoorProps } from '../constructs/door.ts';
import type { IEgress } from '../constructs/egress.ts';
import type { Ledger } from '../constructs/ledger.ts';
import type { AlarmRegistry } from '../constructs/alarm-registry.ts';
import type { RoomMetrics } from '../constructs/room-metrics.ts';

/** A room, its place in the configuration, and its way out. */
export interface RoomStackProps extends StackProps {
  /** The validated environment. */
  readonly config: EnvironmentConfig;
  /** Name of the room in the configuration. */
  readonly roomName: string;
  /** The room in the configuration. */
  readonly room: RoomConfig;
  /** The environment's way out. */
  readonly egress: IEgress;
}

/** What the parts of a room have in common. */
export const sharedProps = (
  { config, roomName, room, egress }: RoomStackProps,
  { dataKey, ledger }: { readonly dataKey: DataKey; readonly ledger: Ledger },
) => ({
  environmentName: config.name,
  roomName,
  policy: roomPolicy(config, roomName, room),
  egress,
  alsoAllowedAddresses: config.egress?.alsoAllowed ?? [],
  secretsManagerEndpointId: egress.secretsManagerEndpointId,
  ledger,
  logKey: dataKey,
  removalPolicy: dataRemovalPolicy(config),
  providerBaseUrl: config.local?.providerBaseUrls?.[room.provider],
  ...timeScales(config),
  ...names.keepers(config),
});

export type SharedProps = ReturnType<typeof sharedProps>;

/** How a part of a room is watched. */
export interface Watch {
  /** Makes the alarms. */
  readonly alarms: AlarmRegistry;
  /** What the functions count. */
  readonly metrics: RoomMetrics;
}

/** How many may come in at a door at once. */
export const throttling = ({ throttlingRatePerSecond, throttlingBurst }: RoomConfig) => ({
  throttlingRatePerSecond: throttlingRatePerSecond ?? DEFAULTS.throttlingRatePerSecond,
  throttlingBurst: throttlingBurst ?? DEFAULTS.throttlingBurst,
});

/** What stands before every door. */
export type Guards = ReturnType<typeof throttling> & Pick<DoorProps, 'accessLog' | 'firewall'>;

/** Says something of the stack to whoever deploys it. */
export const output = (stack: Stack, id: string, value: string, description: string): void => {
  new CfnOutput(stack, id, { value, description });
};
