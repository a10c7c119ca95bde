import { judge } from '../../../lambda/witness/judge.ts';
import type { TrailRecord } from '../../../lambda/witness/trail-event.ts';
import {
  byDeployment,
  codeChanged,
  DEPLOYMENT_ROLE,
  recorded,
  REFUSED,
  secretArn,
  sessionOf,
  user,
} from './support/recorded.ts';
import { ENDPOINT, roleArn } from './support/recorded.ts';

const WATCHED = {
  environment: 'test',
  room: 'alerts',
  users: {
    sending: { through: [roleArn('send'), roleArn('rotate-key')], depositors: [] },
    inbox: { through: [roleArn('rotate-key')], depositors: [roleArn('importer')] },
    subscribers: { through: [], outside: [roleArn('notify')], depositors: [roleArn('importer')] },
  },
  endpointId: ENDPOINT,
  deploymentRoleArn: DEPLOYMENT_ROLE,
  ownRoleArn: roleArn('witness'),
};
const judged = (rest: Partial<TrailRecord>) => judge(recorded(rest), WATCHED);
const inside = (role: string): Partial<TrailRecord> => ({ userIdentity: sessionOf(role), vpcEndpointId: ENDPOINT });
const of = (kind: string) => ({ requestParameters: { secretId: secretArn(kind) } });
const DECOY = of('api-key');

describe('judge', () => {
  test.each<[string, Partial<TrailRecord>]>([
    ['a read by a function that may, through the endpoint', inside('send')],
    [
      'a read that names the secret by its name',
      { ...inside('send'), requestParameters: { secretId: 'keyroom/test/alerts/sending' } },
    ],
    ['a read that a freeze refuses to a function that may', { ...inside('send'), ...REFUSED }],
    ['a new version by the rotation', { ...inside('rotate-key'), eventName: 'PutSecretValue' }],
    [
      'a credential that an importer puts into the inbox, from anywhere',
      { userIdentity: sessionOf('importer'), eventName: 'PutSecretValue', ...of('inbox') },
    ],
    [
      'where pages go, read by who sends them, outside the network',
      { userIdentity: sessionOf('notify'), ...of('subscribers') },
    ],
    ['a policy that a deployment sets', { ...byDeployment, eventName: 'PutResourcePolicy' }],
    ['code that a deployment changes', { ...codeChanged, ...byDeployment }],
    ['a decoy that a deployment replaces', { ...byDeployment, eventName: 'UpdateSecret', ...DECOY }],
  ])('takes for the room’s own: %s', (_what, rest) => {
    expect(judged(rest)).toBe('ours');
  });

  test.each<[string, Partial<TrailRecord>]>([
    ['by an administrator', {}],
    ['by an administrator who is refused', REFUSED],
    ['that is refused before its parameters are recorded', { ...REFUSED, requestParameters: null }],
    ['by a user without a session', { userIdentity: user('christophe') }],
    ['by a function of the room that uses another secret', inside('importer')],
    ['through the endpoint by a stranger', inside('administrator')],
    ['by a stolen session of a function, from elsewhere', { userIdentity: sessionOf('send') }],
    ['by a stolen session through another endpoint', { ...inside('send'), vpcEndpointId: 'vpce-other' }],
    ['by the role of deployments', byDeployment],
    ['by somebody CloudTrail does not name', { userIdentity: {} }],
    ['that writes', { eventName: 'PutSecretValue' }],
  ])('tells a touch of a secret %s', (_what, rest) => {
    const refused = 'errorCode' in rest;
    expect(judged(rest)).toMatchObject({
      kind: 'secret',
      on: 'sending',
      isRefused: refused,
      at: '2026-11-24T12:00:00.000Z',
    });
  });

  test('tells an importer who reads the inbox, and one who is refused there', () => {
    const importer = { userIdentity: sessionOf('importer'), ...of('inbox') };
    expect(judged(importer)).toMatchObject({ kind: 'secret', on: 'inbox' });
    expect(judged({ ...importer, eventName: 'PutSecretValue', errorCode: 'AccessDenied' })).toMatchObject({
      isRefused: true,
    });
  });

  test.each<[string, Partial<TrailRecord>]>([
    ['read by a role that reads others, from outside', { userIdentity: sessionOf('send') }],
    ['written by who reads it', { userIdentity: sessionOf('notify'), eventName: 'PutSecretValue' }],
  ])('tells of where pages go, when it is %s', (_what, rest) => {
    expect(judged({ ...of('subscribers'), ...rest })).toMatchObject({ kind: 'secret', on: 'subscribers' });
  });

  test('says who it was and from where, as AWS knows them', () => {
    expect(judged({})).toMatchObject({
      what: 'GetSecretValue',
      by: 'arn:aws:sts::111111111111:assumed-role/administrator/mallory',
      from: '203.0.113.66',
    });
  });

  test.each<[string, Partial<TrailRecord>]>([
    ['read', {}],
    ['refused', { errorCode: 'AccessDenied' }],
    ['read by the witness itself, which has no right to', { userIdentity: sessionOf('witness') }],
    ['read by a function that may read others', inside('send')],
    ['given another policy', { eventName: 'PutResourcePolicy' }],
  ])('tells of a decoy that is %s', (_what, rest) => {
    expect(judged({ ...DECOY, ...rest })).toMatchObject({ kind: 'decoy', on: 'decoy' });
  });

  test('knows its own probe, which is refused', () => {
    expect(judged({ ...DECOY, userIdentity: sessionOf('witness'), errorCode: 'AccessDenied' })).toBe('probe');
  });

  test.each<[string, Partial<TrailRecord>, string]>([
    ['code', codeChanged, 'arn:aws:lambda:eu-central-1:111111111111:function:Keyroom-test-Alerts-Send'],
    [
      'trust',
      {
        eventSource: 'iam.amazonaws.com',
        eventName: 'UpdateAssumeRolePolicy',
        requestParameters: { roleName: 'send' },
      },
      'send',
    ],
    [
      'a key’s policy',
      { eventSource: 'kms.amazonaws.com', eventName: 'PutKeyPolicy', requestParameters: { keyId: 'key-1' } },
      'key-1',
    ],
    ['a secret’s policy', { eventName: 'DeleteResourcePolicy' }, 'sending'],
    [
      'alarms',
      {
        eventSource: 'monitoring.amazonaws.com',
        eventName: 'DeleteAlarms',
        requestParameters: { alarmNames: ['keyroom-test-alerts-surplus'] },
      },
      'keyroom-test-alerts-surplus',
    ],
    [
      'something unnamed',
      { eventSource: 'kms.amazonaws.com', eventName: 'DisableKey', requestParameters: null },
      'kms.amazonaws.com',
    ],
  ])('tells a change of %s by somebody else, and what it was', (_what, rest, on) => {
    expect(judged(rest)).toMatchObject({ kind: 'change', on, what: rest.eventName });
  });

  test.each<[string, Partial<TrailRecord>, string]>([
    ['a call', { eventName: '+971500000001' }, 'what'],
    ['a caller', { userIdentity: { arn: '971500000001' } }, 'by'],
    ['an origin', { sourceIPAddress: '971500000001' }, 'from'],
    ['a resource', { ...codeChanged, requestParameters: { functionName: '+971 50 000 0001' } }, 'on'],
  ])('keeps nothing of %s that has not the form that AWS documents', (_what, rest, field) => {
    expect(judged(rest)).toMatchObject({ [field]: 'not named' });
  });

  test('tells a change by somebody who is the role of deployments without one', () => {
    const byHand = { userIdentity: byDeployment.userIdentity && { ...byDeployment.userIdentity, invokedBy: 'nobody' } };
    expect(judged({ ...codeChanged, ...byHand })).toMatchObject({ kind: 'change' });
  });
});
