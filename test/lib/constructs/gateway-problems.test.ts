import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { resources } from '../support/policy.ts';
import { otpRoom } from '../support/synth.ts';

interface GatewayResponse {
  readonly ResponseType: string;
  readonly StatusCode: string;
  readonly ResponseParameters: Record<string, string>;
  readonly ResponseTemplates: Record<string, string>;
}

/** Every response that API Gateway makes by itself. */
const TYPES = [
  'ACCESS_DENIED',
  'API_CONFIGURATION_ERROR',
  'AUTHORIZER_CONFIGURATION_ERROR',
  'AUTHORIZER_FAILURE',
  'BAD_REQUEST_BODY',
  'BAD_REQUEST_PARAMETERS',
  'DEFAULT_4XX',
  'DEFAULT_5XX',
  'EXPIRED_TOKEN',
  'INTEGRATION_FAILURE',
  'INTEGRATION_TIMEOUT',
  'INVALID_API_KEY',
  'INVALID_SIGNATURE',
  'MISSING_AUTHENTICATION_TOKEN',
  'QUOTA_EXCEEDED',
  'REQUEST_TOO_LARGE',
  'RESOURCE_NOT_FOUND',
  'THROTTLED',
  'UNAUTHORIZED',
  'UNSUPPORTED_MEDIA_TYPE',
  'WAF_FILTERED',
];

const responses = (door = 'AppDoor') =>
  new Map(
    resources(otpRoom(), 'AWS::ApiGateway::GatewayResponse', new RegExp(`^${door}`)).map(([, { Properties }]) => {
      const response = Properties as unknown as GatewayResponse;
      return [response.ResponseType, response] as const;
    }),
  );
const problemOf = (type: string, door?: string) =>
  JSON.parse(responses(door).get(type)!.ResponseTemplates['application/json']!) as Record<string, unknown>;

test('the gateway answers everything it refuses in the form of the API', () => {
  expect([...responses().keys()].sort()).toEqual(TYPES);
});

test('every door has them', () => {
  expect([...responses('AppKeysDoor').keys()].sort()).toEqual(TYPES);
});

describe.each(TYPES.flatMap((type) => [[type, 'AppDoor'] as const, [type, 'AppKeysDoor'] as const]))(
  'the gateway response %s of %s',
  (type, door) => {
    test('is a problem as the API describes it', () => {
      const api = parse(readFileSync('lambda/api/openapi.yaml', 'utf8')) as { components: object };
      const ajv = addFormats.default(new Ajv2020.default({ strict: false }));
      const valid = ajv.compile({ ...api, $ref: '#/components/schemas/Problem' });
      expect([valid(problemOf(type, door)), valid.errors]).toEqual([true, null]);
      const codes = (api as { components: { schemas: { ProblemCode: { enum: string[] } } } }).components.schemas
        .ProblemCode;
      expect(codes.enum.map((code) => `urn:keyroom:problem:${code}`)).toContain(problemOf(type, door).type);
    });

    test('says so in its content type, and has the status it states', () => {
      const { ResponseParameters, StatusCode } = responses(door).get(type)!;
      expect(ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
      expect(StatusCode).toBe(String(problemOf(type, door).status));
      expect(problemOf(type, door).requestId).toBe('$context.requestId');
    });

    test('echoes nothing of the request', () => {
      const variables = responses(door)
        .get(type)!
        .ResponseTemplates['application/json']!.match(/\$[\w.]+/g);
      // What the authorizer says of a refused key is one of its own sentences.
      const said = type === 'ACCESS_DENIED' && door === 'AppKeysDoor' ? ['$context.authorizer.detail'] : [];
      expect(variables).toEqual([...said, '$context.requestId']);
    });
  },
);

test('the door for keys says that a key is missing, and no door asks its callers to sign who have a key', () => {
  expect(responses('AppKeysDoor').get('UNAUTHORIZED')).toMatchObject({
    StatusCode: '401',
    ResponseParameters: { 'gatewayresponse.header.WWW-Authenticate': "'Bearer'" },
  });
  for (const type of TYPES)
    expect(JSON.stringify(problemOf(type, 'AppKeysDoor').fix)).not.toMatch(/Signature|sign again/);
});

test('a body that is none is named as what is wrong, and nothing else is', () => {
  expect(TYPES.map((type) => problemOf(type).field).filter(Boolean)).toEqual(['body']);
  expect(problemOf('BAD_REQUEST_BODY').field).toBe('body');
});

test.each(['THROTTLED', 'QUOTA_EXCEEDED'])('%s says when to come back', (type) => {
  expect(responses().get(type)).toMatchObject({
    StatusCode: '429',
    ResponseParameters: { 'gatewayresponse.header.Retry-After': "'1'" },
  });
});

test('only what the function may have done before it failed may have been sent, and the same key finds out', () => {
  const maybe = TYPES.filter((type) => problemOf(type).sent === true);
  expect(maybe).toEqual(['API_CONFIGURATION_ERROR', 'DEFAULT_5XX', 'INTEGRATION_FAILURE', 'INTEGRATION_TIMEOUT']);
  for (const type of maybe) {
    const { retry, detail, status } = problemOf(type);
    // A room that is frozen lets Lambda start nothing: this is what the apps then see. 503 would say that nothing was sent.
    expect([retry, detail]).toEqual(['same-key', expect.stringContaining('the room is frozen')]);
    expect([500, 504]).toContain(status);
    expect(responses().get(type)!.ResponseParameters['gatewayresponse.header.Retry-After']).toBe("'5'");
  }
});
