import { about, actionsOf, arnOf, resource, resources, roleStatements } from '../support/policy.ts';
import { otpRoom } from '../support/synth.ts';

const statements = () => roleStatements(otpRoom(), /^PublishEventsRole/);

describe('PublishEventsFunction', () => {
  test('reads the stream of the ledger, and nothing of the table itself', () => {
    const actions = statements().flatMap(actionsOf);
    expect(actions.filter((action) => action.startsWith('dynamodb:'))).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
    ]);
    const [statement] = about(statements(), 'dynamodb:GetRecords');
    expect(JSON.stringify(statement)).toMatch(/"Fn::GetAtt":\["Ledger[^"]*","StreamArn"\]/);
  });

  test('reads no secret, so what is sealed in the stream stays sealed', () => {
    expect(
      statements()
        .flatMap(actionsOf)
        .filter((action) => action.startsWith('secretsmanager:')),
    ).toEqual([]);
    const keys = statements().filter((statement) => actionsOf(statement).some((action) => action.startsWith('kms:')));
    for (const statement of keys) expect(statement.Resource).toEqual(arnOf(/^DataKey/));
  });

  test('puts events of its own kind only, on the default bus', () => {
    expect(about(statements(), 'events:PutEvents')).toEqual([
      expect.objectContaining({
        Action: 'events:PutEvents',
        Condition: {
          StringEquals: {
            'events:source': 'keyroom',
            'events:detail-type': ['Message Status Changed', 'Room State Changed'],
          },
        },
      }),
    ]);
    expect(JSON.stringify(about(statements(), 'events:PutEvents'))).toContain(':event-bus/default"');
  });

  test('is given messages and what was done to the room alone, repeats what was not taken for six hours, and keeps what it passed over', () => {
    const [mapping] = resources(otpRoom(), 'AWS::Lambda::EventSourceMapping', /^PublishEvents/).map(
      ([, { Properties }]) => Properties,
    );
    expect(mapping).toMatchObject({
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 6 * 3600,
      DestinationConfig: { OnFailure: { Destination: arnOf(/^PublishEventsDeadLetters/) } },
      StartingPosition: 'TRIM_HORIZON',
    });
    const { Filters } = mapping!.FilterCriteria as { Filters: { Pattern: string }[] };
    expect(Filters.map(({ Pattern }) => JSON.parse(Pattern) as unknown)).toEqual([
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { pk: { S: [{ prefix: 'message#' }] } } } },
      { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'action#' }] } } } },
    ]);
    const letters = resource(otpRoom(), 'AWS::SQS::Queue', /^PublishEventsDeadLetters[0-9A-F]{8}$/).Properties;
    expect(letters.KmsMasterKeyId).toEqual(arnOf(/^DataKey/));
  });
});
