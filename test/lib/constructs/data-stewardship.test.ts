import { environment, room } from '../support/config.ts';
import { about, actionsOf, roleStatements } from '../support/policy.ts';
import { otpRoom, synthesize } from '../support/synth.ts';

describe('DataStewardship', () => {
  test('lets a steward command the one function, and do nothing else', () => {
    const rights = roleStatements(otpRoom(), /^DataStewardshipStewardRights/);
    expect(rights.flatMap(actionsOf)).toEqual(['lambda:InvokeFunction']);
    expect(JSON.stringify(about(rights, 'lambda:InvokeFunction')[0]?.Resource)).toContain('DataStewardshipRecipients');
    otpRoom().hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'keyroom-production-otp-recipients' });
    otpRoom().hasResourceProperties('AWS::IAM::Role', { RoleName: 'keyroom-production-otp-steward' });
  });

  test('erases messages and deletes none, and finds them by the number alone', () => {
    const rights = roleStatements(otpRoom(), /^DataStewardshipRecipientsRoleRights/);
    const parts = rights.flatMap(({ Action, Condition }) =>
      Condition?.['ForAllValues:StringLike']
        ? [[Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'], Action]]
        : [],
    );
    expect(parts).toEqual([
      [['recipient#*'], ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:UpdateItem']],
      [['message#*'], ['dynamodb:GetItem', 'dynamodb:UpdateItem']],
    ]);
    expect(JSON.stringify(about(rights, 'dynamodb:Query').map(({ Resource }) => Resource))).toMatch(
      /^((?!\/index\/).)*\/index\/by-number((?!\/index\/).)*$/,
    );
  });

  test('is not there where nobody is named', () => {
    const { otp } = synthesize(environment({ rooms: { otp: room() } })).rooms;
    expect(JSON.stringify(otp!.toJSON())).not.toMatch(/steward|-recipients/i);
  });
});
