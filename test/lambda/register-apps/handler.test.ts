import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

import { answerByHttp } from '../../../lambda/register-apps/answer.ts';
import { createHandler } from '../../../lambda/register-apps/handler.ts';
import { createAppRegistry } from '../../../lambda/register-apps/registry-table.ts';
import type { Around } from '../support/fake-table.ts';
import { createFakeTable } from '../support/fake-table.ts';

const setUp = (around?: Around) => {
  const table = createFakeTable(around);
  const answers: { url: string; document: object }[] = [];
  const logged: string[] = [];
  const write = (event: string): void => void logged.push(event);
  const handler = createHandler(() => ({
    registry: createAppRegistry(table),
    answer: (url, document) => {
      answers.push({ url, document });
      return Promise.resolve();
    },
    log: { info: write, warn: write, error: write },
  }));
  return { table, answers, logged, handler };
};

const event = (RequestType: 'Create' | 'Update' | 'Delete', apps: unknown = ['shop', 'desk'], deployment = 'first') =>
  ({
    RequestType,
    ResponseURL: 'https://cloudformation.example/answer',
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Apps',
    PhysicalResourceId: 'physical',
    ResourceType: 'Custom::Apps',
    ResourceProperties: { ServiceToken: 'token', apps, deployment },
  }) as unknown as CloudFormationCustomResourceEvent;

describe('registerApps', () => {
  test('registers every app as not frozen and answers CloudFormation', async () => {
    const { handler, table, answers } = setUp();
    await handler(event('Create'));
    expect([...table.items.values()]).toEqual([
      { pk: 'app#shop', frozen: false },
      { pk: 'app#desk', frozen: false },
      { pk: 'room#state', deployments: ['first'] },
    ]);
    expect(answers).toEqual([
      {
        url: 'https://cloudformation.example/answer',
        document: {
          StackId: 'stack',
          RequestId: 'request',
          LogicalResourceId: 'Apps',
          PhysicalResourceId: 'Apps',
          Status: 'SUCCESS',
        },
      },
    ]);
  });

  test('never touches an app that is there already: a deploy cannot unfreeze', async () => {
    const { handler, table, answers } = setUp();
    const frozen = { pk: 'app#shop', frozen: true, 'messages-per-day-used': 7 };
    table.items.set('app#shop', frozen);
    await handler(event('Update'));
    expect(table.items.get('app#shop')).toEqual(frozen);
    expect(table.items.get('app#desk')).toEqual({ pk: 'app#desk', frozen: false });
    expect(answers[0]?.document).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'physical' });
  });

  test('leaves everything as it is when the resource is deleted', async () => {
    const { handler, table, answers } = setUp();
    await handler(event('Delete', undefined));
    expect(table.items.size).toBe(0);
    expect(answers[0]?.document).toMatchObject({ Status: 'SUCCESS' });
  });

  test('refuses a deployment of a frozen room before anything is changed, and says who can lift that', async () => {
    const { handler, table, answers } = setUp();
    const frozen = { pk: 'room#state', frozen: true, deployments: ['first'] };
    table.items.set('room#state', frozen);
    await handler(event('Update', ['shop'], 'second'));
    expect(answers[0]?.document).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('the room is frozen, so nothing of it is deployed') as string,
    });
    expect([...table.items.values()]).toEqual([frozen]);
  });

  test('lets CloudFormation roll back in a frozen room: a refused deployment must not leave the stack stuck', async () => {
    const { handler, table, answers } = setUp();
    await handler(event('Create', ['shop'], 'first'));
    await handler(event('Update', ['shop'], 'second'));
    table.items.set('room#state', { ...table.items.get('room#state')!, frozen: true });
    await handler(event('Update', ['shop'], 'third'));
    for (const before of ['second', 'first']) await handler(event('Update', ['shop'], before));
    expect(answers.slice(2).map(({ document }) => (document as { Status: string }).Status)).toEqual([
      'FAILED',
      'SUCCESS',
      'SUCCESS',
    ]);
    expect(table.items.get('room#state')).toMatchObject({ frozen: true, deployments: ['second', 'first'] });
  });

  test('an app that comes into a frozen room by a roll back is frozen, too, and so are the countries', async () => {
    const { handler, table } = setUp();
    table.items.set('room#state', { pk: 'room#state', frozen: true, deployments: ['first'], 'frozen-AE': true });
    await handler(event('Update', ['shop'], 'first'));
    const shop = { pk: 'app#shop', frozen: true, frozenByRoom: true, 'frozen-AE': true };
    expect(table.items.get('app#shop')).toEqual(shop);
  });

  test.each([
    ['the ledger cannot be written', ['shop'], (() => Promise.reject(new Error('secret'))) satisfies Around],
    ['apps is not a list', 'shop', undefined],
    ['apps holds something else', [1], undefined],
  ])('fails when %s, answers at once and logs it', async (_when, apps, around) => {
    const { handler, answers, logged } = setUp(around);
    await handler(event('Create', apps));
    expect(answers[0]?.document).toMatchObject({ Status: 'FAILED' });
    expect(JSON.stringify(answers)).not.toContain('secret');
    expect(logged).toEqual(['registration failed']);
  });
});

describe('answerByHttp', () => {
  const serve = async (statuses: number[]) => {
    const seen: { method: string | undefined; type: string | undefined; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        seen.push({ method: request.method, type: request.headers['content-type'], body });
        response.writeHead(statuses.shift() ?? 200).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?signature=x`;
    const close = () => new Promise((resolve) => server.close(resolve));
    return { url, seen, close };
  };

  test('puts the document with an empty content type, and tries again when that fails', async () => {
    const { url, seen, close } = await serve([500, 200]);
    await answerByHttp(url, { Status: 'SUCCESS' });
    expect(seen).toEqual(Array(2).fill({ method: 'PUT', type: '', body: '{"Status":"SUCCESS"}' }));
    await close();
  });

  test('fails when nobody takes the answer, so that Lambda reports it', async () => {
    const { url, seen, close } = await serve([403, 403, 403]);
    await expect(answerByHttp(url, {})).rejects.toThrow('answered 403');
    expect(seen).toHaveLength(3);
    await close();
  });
});
