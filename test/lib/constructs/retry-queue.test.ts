import { about, actionsOf, arnOf, resource, resources, roleStatements } from '../support/policy.ts';
import { otpRoom } from '../support/synth.ts';

const QUEUES = ['Otp', 'Rest'] as const;
const queue = (name: string) =>
  resource(otpRoom(), 'AWS::SQS::Queue', new RegExp(`^RetryQueue${name}[0-9A-F]{8}$`)).Properties;
const mappings = () =>
  resources(otpRoom(), 'AWS::Lambda::EventSourceMapping', /^Retry/).map(([, { Properties }]) => Properties);

describe('RetryQueue', () => {
  test.each([...QUEUES, 'DeadLetters'])('%s is encrypted by the data key and takes nothing without TLS', (name) => {
    expect(queue(name).KmsMasterKeyId).toEqual(arnOf(/^DataKey/));
    const policies = resources(otpRoom(), 'AWS::SQS::QueuePolicy', new RegExp(`^RetryQueue${name}Policy`));
    expect(JSON.stringify(policies)).toContain('"aws:SecureTransport":"false"');
    expect(policies).toHaveLength(1);
  });

  test.each(QUEUES)('%s waits six timeouts for its function and sets aside what failed five times', (name) => {
    const timeout = Number(resource(otpRoom(), 'AWS::Lambda::Function', /^Retry[0-9A-F]{8}$/).Properties.Timeout);
    expect(queue(name).VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeout);
    expect(queue(name).RedrivePolicy).toEqual({
      deadLetterTargetArn: arnOf(/^RetryQueueDeadLetters/),
      maxReceiveCount: 5,
    });
  });

  test('dead letters are kept for 14 days', () => {
    expect(queue('DeadLetters').MessageRetentionPeriod).toBe(14 * 24 * 3600);
  });

  test('each queue is polled by itself, so that codes never wait behind others, and within a bound', () => {
    expect(mappings().map(({ EventSourceArn, ScalingConfig }) => [EventSourceArn, ScalingConfig])).toEqual([
      [arnOf(/^RetryQueueOtp/), { MaximumConcurrency: 10 }],
      [arnOf(/^RetryQueueRest/), { MaximumConcurrency: 10 }],
    ]);
    for (const mapping of mappings()) {
      expect(mapping).toMatchObject({ BatchSize: 5, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    }
  });

  test('is filled by the functions that send, the sweep and who redrives, and emptied by retry alone', () => {
    const roles = resources(otpRoom(), 'AWS::IAM::ManagedPolicy').map(([id]) => id);
    const having = (action: string, queue = /"RetryQueue(Otp|Rest)/) =>
      roles
        .filter((id) =>
          about(roleStatements(otpRoom(), new RegExp(`^${id}$`)), action).some(({ Resource }) =>
            queue.test(JSON.stringify(Resource)),
          ),
        )
        .sort();
    expect(having('sqs:SendMessage')).toEqual([
      expect.stringMatching(/^OperationRedriveRole/),
      expect.stringMatching(/^RetryRole/),
      expect.stringMatching(/^SendRole/),
      expect.stringMatching(/^SweepLedgerRole/),
    ]);
    expect(having('sqs:ReceiveMessage')).toEqual([expect.stringMatching(/^RetryRole/)]);
    const dead = /"RetryQueueDeadLetters/;
    expect(having('sqs:ReceiveMessage', dead)).toEqual([expect.stringMatching(/^OperationRedriveRole/)]);
    expect(having('sqs:SendMessage', dead)).toEqual([]);
    const keys = roleStatements(otpRoom(), /^SendRole/).filter((statement) =>
      actionsOf(statement).includes('kms:GenerateDataKey'),
    );
    expect(keys).toEqual([
      expect.objectContaining({
        Resource: arnOf(/^DataKey/),
        Condition: { StringEquals: { 'kms:ViaService': 'sqs.eu-central-1.amazonaws.com' } },
      }),
    ]);
  });
});
