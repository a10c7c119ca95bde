import type { Sighting } from '../shared/sighting.ts';
import { decoyName, type SecretUsers, VALUE_CALLS } from './contract.ts';
import { callerName, callName, originName, resourceName } from './shapes.ts';
import { callerOf, isByCloudFormation, roleOf, type TrailRecord } from './trail-event.ts';

/** What there is to know of a room to tell its own calls from others'. */
export interface Watched {
  readonly environment: string;
  readonly room: string;
  readonly users: SecretUsers;
  readonly endpointId: string;
  readonly deploymentRoleArn: string;
  readonly ownRoleArn: string;
}

/** What a recorded call is to the room. `ours`: nothing to tell. `probe`: the witness's own call has come back. */
export type Judgement = 'ours' | 'probe' | (Sighting & { readonly kind: 'secret' | 'decoy' | 'change' });

/**
 * Tells the room's own calls from everybody else's.
 *
 * A value is touched rightly by the roles that the secret was granted to, through the room's endpoint: whoever comes
 * with such a role's session from anywhere else has stolen it, unless the role's function runs outside. Such a role that is refused inside is the room in a
 * freeze, or a fault of its own, which other alarms tell. Everything else is told, refused or not.
 */
export const judge = (record: TrailRecord, watched: Watched): Judgement => {
  const isOfValue = (VALUE_CALLS as readonly string[]).includes(record.eventName);
  const secret = isFrom(record, 'secretsmanager') ? secretIn(record, watched) : undefined;
  if (secret === DECOY) return judgeDecoy(record, watched);
  if (secret !== undefined && isOfValue) {
    return isUser(record, watched, secret) ? 'ours' : sighting('secret', record, secret);
  }
  const isDeployment = roleOf(record) === watched.deploymentRoleArn && isByCloudFormation(record);
  return isDeployment ? 'ours' : sighting('change', record, secret ?? nameIn(record));
};

const DECOY = 'decoy';

const isFrom = ({ eventSource }: TrailRecord, service: string): boolean => eventSource === `${service}.amazonaws.com`;

const judgeDecoy = (record: TrailRecord, watched: Watched): Judgement => {
  const role = roleOf(record);
  if (role === watched.ownRoleArn && record.errorCode !== undefined) return 'probe';
  const isDeployment = role === watched.deploymentRoleArn && isByCloudFormation(record);
  return isDeployment ? 'ours' : sighting('decoy', record, DECOY);
};

/** The kind of the secret that was asked for by name or ARN; a refusal may name it in its message alone. */
const secretIn = ({ requestParameters, errorMessage = '' }: TrailRecord, watched: Watched): string | undefined => {
  const { environment, room } = watched;
  const asked = requestParameters?.secretId;
  const named = `${typeof asked === 'string' ? asked : ''} ${errorMessage}`;
  if (named.includes(decoyName(environment, room))) return DECOY;
  const [, kind] = new RegExp(`keyroom/${environment}/${room}/([a-z]+)`).exec(named) ?? [];
  return kind;
};

const isUser = (record: TrailRecord, { users, endpointId }: Watched, kind: string): boolean => {
  const { through = [], outside = [], depositors = [] } = Object.hasOwn(users, kind) ? (users[kind] ?? {}) : {};
  const role = roleOf(record) ?? '';
  if (record.eventName === 'PutSecretValue' && record.errorCode === undefined && depositors.includes(role)) return true;
  if (record.eventName === 'GetSecretValue' && outside.includes(role)) return true;
  return through.includes(role) && record.vpcEndpointId === endpointId;
};

/** Parameters that say what was changed, as the services spell them. */
const NAMES = ['functionName', 'roleName', 'policyArn', 'keyId', 'name', 'rule', 'alarmName', 'bucketName', 'secretId'];

const nameIn = ({ requestParameters, eventSource }: TrailRecord): string => {
  const parameters = requestParameters ?? {};
  const name = NAMES.map((each) => parameters[each]).find((value) => typeof value === 'string');
  const [alarm] = Array.isArray(parameters.alarmNames) ? (parameters.alarmNames as unknown[]) : [];
  return resourceName(name ?? alarm ?? eventSource);
};

const sighting = <K extends 'secret' | 'decoy' | 'change'>(kind: K, record: TrailRecord, on: string) => ({
  kind,
  at: new Date(record.eventTime).toISOString(),
  what: callName(record.eventName),
  on,
  by: callerName(callerOf(record)),
  from: originName(record.sourceIPAddress),
  isRefused: record.errorCode !== undefined,
});
