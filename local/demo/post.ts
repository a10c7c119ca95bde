import { randomUUID } from 'node:crypto';
import type { AppResponse } from '../system/app-client.ts';
import type { Stage } from './stage.ts';

/** Sends as an app of a room; a fresh idempotency key unless one is given. @param body text is sent as it is */
export const post = (
  stage: Pick<Stage, 'app'>,
  [room, app]: readonly [string, string],
  body: unknown,
  {
    key = randomUUID(),
    headers = {},
  }: { readonly key?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<AppResponse> =>
  stage.app(
    room,
    app,
  )({
    method: 'POST',
    path: '/v1/messages',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'idempotency-key': key, ...headers },
  });
