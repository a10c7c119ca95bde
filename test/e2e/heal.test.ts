import { randomUUID } from 'node:crypto';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { rotateKeyFunctionName } from '../../lambda/rotate-key/contract.ts';
import { sms } from '../../local/demo/messages.ts';
import { post } from '../../local/demo/post.ts';
import { ADMINISTRATOR_ROLE_ARN } from '../../local/system/identities.ts';
import { asIdentity } from '../../local/system/sessions.ts';
import { importOnce, settled } from './support/imported.ts';
import { openStage } from './support/stage.ts';

const CHECKOUT = ['otp', 'checkout'] as const;
/** A message that waits for longer than forty seconds would be no healing. */
const MOST_LOOKS = 80;

describe('a key that is ended at the provider behind the room’s back', () => {
  const stage = openStage();
  beforeAll(() => importOnce(stage));
  beforeEach(() => settled(stage, 'otp'));

  const infobip = stage.provider('infobip');
  const activeKeys = async () => (await infobip.credentials()).filter(({ state }) => state === 'active');

  /** How often the function was called by the alarm, as its log has it: the sweep would replace the key, too, in time. */
  const alarmsAnswered = async (): Promise<number> => {
    const { region, awsEndpointUrl: endpoint } = stage.state;
    const client = { region, endpoint, credentials: asIdentity(await stage.session(ADMINISTRATOR_ROLE_ARN)) };
    const FunctionName = rotateKeyFunctionName('local', 'otp');
    const { LoggingConfig } = await new LambdaClient(client).send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    const { events } = await new CloudWatchLogsClient(client).send(
      new FilterLogEventsCommand({ logGroupName: LoggingConfig?.LogGroup, filterPattern: '"alarm on refused keys"' }),
    );
    return events?.length ?? 0;
  };

  test('is replaced without a person, and the message that waited for it is sent once', async () => {
    const [dead, ...others] = await activeKeys();
    if (dead === undefined || others.length > 0) throw new Error(`expected one key, got ${others.length + 1}`);
    const alarmsBefore = await alarmsAnswered();
    await infobip.disable(dead.id);

    const text = `Healed ${randomUUID()}`;
    const first = await post(stage, CHECKOUT, sms(text));
    expect([first.status, first.body]).toMatchObject([202, { status: 'queued', safeToResend: false }]);

    let message = first.body;
    for (let look = 0; look < MOST_LOOKS && message.status !== 'accepted'; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      message = (await stage.app(...CHECKOUT)({ method: 'GET', path: `/v1/messages/${String(first.body.id)}` })).body;
    }
    expect(message).toMatchObject({ status: 'accepted' });
    const [healthy] = await activeKeys();
    expect(healthy?.id).not.toBe(dead.id);
    const received = (await infobip.messages()).filter((message) => message.text === text);
    expect(received.map(({ credentialId }) => credentialId)).toEqual([healthy?.id]);
    expect(await alarmsAnswered()).toBeGreaterThan(alarmsBefore);
  });
});
