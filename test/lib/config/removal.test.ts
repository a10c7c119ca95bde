import { LOCAL } from '../../../lib/config/local.ts';
import { environment } from '../support/config.ts';
import { typesWith } from '../support/policy.ts';
import { type Synthesised, productionTemplates, synthesize } from '../support/synth.ts';

const templatesOf = ({ egress, rooms }: Synthesised) => [egress, ...Object.values(rooms)];
const kept = (synthesised: Synthesised, policy: string) => [
  ...new Set(templatesOf(synthesised).flatMap((template) => typesWith(template, policy))),
];

describe('dataRemovalPolicy', () => {
  test('keeps what holds data in production', () => {
    expect(kept(productionTemplates(), 'RetainExceptOnCreate').sort()).toEqual([
      'AWS::EC2::EIP',
      'AWS::KMS::Key',
      'AWS::Logs::LogGroup',
      'AWS::SecretsManager::ResourcePolicy',
      'AWS::SecretsManager::Secret',
    ]);
  });

  test('keeps nothing of a creation that is rolled back, but the table that refuses to be deleted', () => {
    expect(kept(productionTemplates(), 'Retain')).toEqual(['AWS::DynamoDB::Table']);
  });

  test.each([
    ['elsewhere', environment()],
    ['on a laptop', LOCAL],
  ])('keeps nothing but the addresses %s', (_, config) => {
    expect(kept(synthesize(config), 'Retain')).toEqual([]);
    expect(kept(synthesize(config), 'RetainExceptOnCreate')).toEqual(['AWS::EC2::EIP']);
  });
});
