import { RemovalPolicy } from 'aws-cdk-lib';
import type { EnvironmentConfig } from './environment.ts';

/**
 * What becomes of data when its stack is deleted: kept in production, as it is evidence; gone elsewhere.
 *
 * A creation that is rolled back keeps nothing, in production neither: there is no data yet, and what has a fixed name
 * (the secrets, the firewall's log group) would stop the next try, as it exists already.
 */
export const dataRemovalPolicy = ({ production }: Pick<EnvironmentConfig, 'production'>): RemovalPolicy =>
  production ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
