import type { APIGatewayProxyEvent } from 'aws-lambda';

import type { ReceiptCall } from './receipt.ts';

/** The part of the proxy event that a call of the provider is read from. */
export type Callback = Pick<APIGatewayProxyEvent, 'headers' | 'body' | 'isBase64Encoded' | 'pathParameters'> & {
  readonly requestContext: Pick<APIGatewayProxyEvent['requestContext'], 'apiId' | 'requestId' | 'stage'>;
};

/** Longest body of a call: far above a receipt, which speaks of one message, and above any text. */
export const MAX_BODY_BYTES = 32 * 1024;

/** The last part of the path, of which only the provider was told. */
export const pathOf = ({ pathParameters }: Callback): string => pathParameters?.path ?? '';

/**
 * The call as the provider made it, at the address that it was told: the name that a caller gives for the host is not asked.
 *
 * @param way the part of the address that all such calls have
 */
export const callOf = (event: Callback, region: string, way: 'receipts' | 'inbound'): ReceiptCall => {
  const { apiId, stage } = event.requestContext;
  const headers = headersOf(event);
  return {
    url: `https://${apiId}.execute-api.${region}.amazonaws.com/${stage}/v1/${way}/${pathOf(event)}`,
    headers,
    body: {
      bytes: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
      contentType: headers['content-type'] ?? '',
    },
  };
};

/** With names in small letters. */
const headersOf = ({ headers }: Callback): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((headers as Callback['headers'] | null) ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value]],
    ),
  );
