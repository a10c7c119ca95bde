import { PROVIDERS } from '../../lambda/providers/contract.ts';
import type { EnvironmentConfig } from './environment.ts';

/** Services that functions in the network call; each by its exact regional name. */
const SERVICES = ['dynamodb', 'secretsmanager', 'sqs'];

/** Every host the network may resolve: the configured providers' and the AWS services' in this Region. */
export const egressHosts = ({ region, rooms }: EnvironmentConfig): string[] => {
  const providers = Object.values(rooms).flatMap(({ provider }) => PROVIDERS[provider]?.hosts ?? []);
  return [...new Set([...providers, ...SERVICES.map((service) => `${service}.${region}.amazonaws.com`)])].sort();
};
