import { createProvider } from '../providers/registry.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createDeliveryPorts } from '../shared/delivery/real-ports.ts';
import type { Environment } from '../shared/environment.ts';
import { createHttp, type HttpCall } from '../shared/http.ts';
import type { SendPorts } from './ports.ts';

/** The ports of the deployed function, made once, at the first call. */
export const realPorts = (environment: Environment = process.env): (() => SendPorts) => {
  let ports: SendPorts | undefined;
  return () => (ports ??= createPorts(environment, createHttp(), systemClock));
};

/** The ports over a given transport and clock. */
export const createPorts = (environment: Environment, http: HttpCall, clock: Clock): SendPorts =>
  createDeliveryPorts({ service: 'send', environment, http, clock, createProvider });
