import { createHmac } from 'node:crypto';

import { receiptVerifier } from '../../../lambda/providers/receipts.ts';
import { SecretValue } from '../../../lambda/shared/secret-value.ts';

const URL_OF_IT = 'https://abc123.execute-api.eu-central-1.amazonaws.com/receipts/v1/receipts/OPAQUE';
const KEY = { sharedKeyId: 'webhooks_sharedkey_1', sharedKeySecret: 'secret-of-the-key' };
const BODY = 'MessageStatus=delivered&MessageSid=SM1&To=%2B971500000001';
/**
 * What twilio-python 9.13.0 makes of it:
 * `RequestValidator('secret-of-the-key').compute_signature(URL, {...}, 'HMAC_SHA256')`.
 */
const SIGNATURE = 'MIOQ8Ybx/jCwH487eTvwRum4XOszk4HkZ5iWUHEdDMw=';

const keyOf = (fields: unknown) => new SecretValue(JSON.stringify(fields));
const verify = (
  change: {
    readonly url?: string;
    readonly body?: string;
    readonly settings?: string;
    readonly signature?: string;
    readonly keys?: readonly SecretValue[];
  } = {},
) =>
  receiptVerifier('twilio')!(
    {
      url: change.url ?? URL_OF_IT,
      headers: {
        'x-twilio-signature': change.signature ?? SIGNATURE,
        'x-twilio-webhooks-signature-settings': change.settings ?? `key=${KEY.sharedKeyId},algorithm=HMAC_SHA256`,
      },
      body: { bytes: Buffer.from(change.body ?? BODY), contentType: 'application/x-www-form-urlencoded' },
    },
    change.keys ?? [keyOf(KEY)],
  );

describe('verifyTwilioReceipt', () => {
  test('takes what Twilio’s own library makes', async () => {
    expect(await verify()).toBe('genuine');
  });

  test('takes the key before the last one', async () => {
    expect(await verify({ keys: [keyOf({ ...KEY, sharedKeyId: 'webhooks_sharedkey_2' }), keyOf(KEY)] })).toBe(
      'genuine',
    );
  });

  test.each([
    ['another path', { url: URL_OF_IT.replace('OPAQUE', 'OTHER') }],
    ['another status', { body: BODY.replace('delivered', 'undelivered') }],
    ['one more field', { body: `${BODY}&ErrorCode=30003` }],
    ['no signature', { signature: '' }],
    ['half of it', { signature: SIGNATURE.slice(0, 20) }],
    ['another key', { keys: [keyOf({ ...KEY, sharedKeySecret: 'another' })] }],
    ['a key of another name', { keys: [keyOf({ ...KEY, sharedKeyId: 'webhooks_sharedkey_2' })] }],
    ['no key', { keys: [] }],
    ['a key that is none', { keys: [new SecretValue('x')] }],
    ['a weaker algorithm', { settings: `key=${KEY.sharedKeyId},algorithm=HMAC_SHA1` }],
    [
      'a weaker algorithm with its own signature',
      {
        settings: `key=${KEY.sharedKeyId},algorithm=HMAC_SHA1`,
        signature: createHmac('sha1', KEY.sharedKeySecret)
          .update(`${URL_OF_IT}MessageSidSM1MessageStatusdeliveredTo+971500000001`)
          .digest('base64'),
      },
    ],
  ])('is forged with %s', async (_, change) => {
    expect(await verify(change)).toBe('forged');
  });

  test.each([[''], ['key=a'], ['algorithm=HMAC_SHA256'], ['nonsense']])(
    'counts as unsigned where the settings are %j: the auth token may have signed it, and the room has none',
    async (settings) => {
      expect(await verify({ settings })).toBe('unsigned');
    },
  );

  test('nobody else’s signatures are checked', () => {
    expect(['d7', 'infobip', 'sandbox', 'toString'].map((provider) => receiptVerifier(provider))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
