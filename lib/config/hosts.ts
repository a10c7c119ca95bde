import { PROVIDERS } from '../../lambda/providers/contract.ts';
import type { EnvironmentConfig } from './environment.ts';

/** Services that functions in the network call; each by its exact regional name. */
const SERVICES = ['dynamodb', 'secretsmanager', 'sqs'];

/** What only a function that takes in what people write calls. */
const INBOUND_SERVICES = ['events'];

/** Every host the network may resolve: the configured providers' and the AWS services' in this Region. */
export const egressHosts = ({ region, rooms }: EnvironmentConfig): string[] => {
  const providers = Object.values(rooms).flatMap(({ provider }) => PROVIDERS[provider]?.hosts ?? []);
  const services = Object.values(rooms).some(({ inbound }) => inbound) ? [...SERVICES, ...INBOUND_SERVICES] : SERVICES;
  return [...new Set([...providers, ...services.map((service) => `${service}.${region}.amazonaws.com`)])].sort();
};
