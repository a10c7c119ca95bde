import { callerOf } from '../../../lambda/shared/app-door.ts';
import { ARN, doorEvent } from '../support/door.ts';
import { keyedPolicy } from '../support/keyed-room.ts';

const ROOM = keyedPolicy();
const event = (stage: string, authorizer: Record<string, unknown> | null, userArn: string | null = null) =>
  doorEvent({ requestContext: { requestId: 'request-1', stage, authorizer, identity: { userArn } } });
const appOf = (...args: Parameters<typeof event>) => {
  const caller = callerOf(event(...args), ROOM);
  return caller.ok ? caller.app : caller.problem.code;
};

describe('the app behind a request', () => {
  test('is named by the authorizer at the key door', () => {
    expect(appOf('keyed', { app: 'website' })).toBe('website');
  });

  test('is the role that signed at the other door, whatever an authorizer is said to have said', () => {
    expect(appOf('live', { app: 'website' }, ARN)).toBe('shop');
    expect(appOf('live', { app: 'website' })).toBe('not-authorized');
  });

  test.each([
    ['an app that signs', { app: 'shop' }],
    ['an app that is not there', { app: 'constructor' }],
    ['nobody', {}],
    ['nothing', null],
    ['no text', { app: ['website'] }],
  ])('is not %s at the key door', (_, authorizer) => {
    expect(appOf('keyed', authorizer, ARN)).toBe('not-authorized');
  });

  test('is never one with keys at the door for signatures: it has no principal that a session could have', () => {
    expect(appOf('live', null, 'arn:aws:sts::111111111111:assumed-role/null/session')).toBe('not-authorized');
  });

  test('is never a browser', () => {
    const browser = { ...event('keyed', { app: 'website' }), headers: { origin: 'https://shop.example' } };
    expect(callerOf(browser, ROOM)).toMatchObject({ ok: false, problem: { code: 'browser-caller' } });
  });
});
