import { RemovalPolicy } from 'aws-cdk-lib';
import type { EnvironmentConfig } from './environment.ts';

/** What becomes of data when its stack is deleted: kept in production, as it is evidence; gone elsewhere. */
export const dataRemovalPolicy = ({ production }: Pick<EnvironmentConfig, 'production'>): RemovalPolicy =>
  production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
