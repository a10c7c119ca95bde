import { MAX_BODY_BYTES } from '../../../lambda/send/contract.ts';
import { resource, resources } from '../support/policy.ts';
import { otpRoom } from '../support/synth.ts';

const acl = () => resource(otpRoom(), 'AWS::WAFv2::WebACL').Properties;

describe('DoorFirewall', () => {
  test('refuses a body over 32 KiB with 413, however much longer it is', () => {
    expect(MAX_BODY_BYTES).toBe(32 * 1024);
    expect(acl()).toMatchObject({
      AssociationConfig: { RequestBody: { API_GATEWAY: { DefaultSizeInspectionLimit: 'KB_32' } } },
      Rules: [
        {
          Statement: {
            SizeConstraintStatement: {
              FieldToMatch: { Body: { OversizeHandling: 'MATCH' } },
              ComparisonOperator: 'GT',
              Size: MAX_BODY_BYTES,
            },
          },
          Action: { Block: { CustomResponse: { ResponseCode: 413, CustomResponseBodyKey: 'tooLarge' } } },
        },
      ],
    });
    const { tooLarge } = acl().CustomResponseBodies as { tooLarge: { Content: string } };
    expect(JSON.parse(tooLarge.Content)).toMatchObject({ type: 'urn:keyroom:problem:too-large', sent: false });
  });

  test('guards the stage of every door', () => {
    const guarded = resources(otpRoom(), 'AWS::WAFv2::WebACLAssociation').map(([, { Properties }]) => Properties);
    const stages = resources(otpRoom(), 'AWS::ApiGateway::Stage').map(([id]) => id);
    expect(stages).toHaveLength(4);
    for (const id of stages) expect(JSON.stringify(guarded)).toContain(`"Ref":"${id}"`);
  });

  test('logs into a group that masks keys and numbers, as every log group of the room does', () => {
    const logGroups = resources(otpRoom(), 'AWS::Logs::LogGroup');
    expect(logGroups.filter(([, { Properties }]) => !Properties.DataProtectionPolicy)).toEqual([]);
    expect(resource(otpRoom(), 'AWS::Logs::LogGroup', /^Firewall/).Properties).toMatchObject({
      LogGroupName: expect.stringMatching(/^aws-waf-logs-/) as unknown,
      RetentionInDays: 90,
    });
  });

  test('keeps no requests, and logs what it refused without what signs a request', () => {
    expect(JSON.stringify(acl())).not.toContain('"SampledRequestsEnabled":true');
    expect(resource(otpRoom(), 'AWS::WAFv2::LoggingConfiguration').Properties).toMatchObject({
      RedactedFields: [
        { SingleHeader: { Name: 'authorization' } },
        { SingleHeader: { Name: 'x-amz-security-token' } },
        { UriPath: {} },
        { QueryString: {} },
      ],
      LoggingFilter: { DefaultBehavior: 'DROP' },
    });
  });
});
