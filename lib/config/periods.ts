import { Duration } from 'aws-cdk-lib';
import { DEFAULTS } from './defaults.ts';
import type { EnvironmentConfig, RoomConfig } from './environment.ts';

/** Between two rotations of a room's sending key. */
export const rotationPeriod = ({ rotateEvery = DEFAULTS.rotateEvery }: RoomConfig): Duration =>
  'days' in rotateEvery ? Duration.days(rotateEvery.days) : Duration.hours(rotateEvery.hours);

/** After which a person is asked to replace a room's managing credential. */
export const swapPeriod = ({ swapEvery = DEFAULTS.swapEvery }: RoomConfig): Duration => Duration.days(swapEvery.days);

/** Time scales that a laptop may shorten. */
export const timeScales = ({ local }: EnvironmentConfig) => ({
  /** How long a function may use a key before it reads it again. */
  keyCache: Duration.seconds(local?.keyCacheSeconds ?? DEFAULTS.keyCacheSeconds),
  /** How long an old key stays alive after a switch. */
  keyGrace: Duration.seconds(local?.keyGraceSeconds ?? DEFAULTS.keyGraceSeconds),
  /** Between two looks at what is due. */
  sweepEvery: Duration.minutes(local?.sweepEveryMinutes ?? DEFAULTS.sweepEveryMinutes),
  /** How late a provider may list a message; `undefined`: as its capabilities say. */
  providerLag: local?.providerLagSeconds === undefined ? undefined : Duration.seconds(local.providerLagSeconds),
});
