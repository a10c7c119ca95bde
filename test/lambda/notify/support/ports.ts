import { createNotices } from '../../../../lambda/notify/notice-table.ts';
import type { Delivered, NotifyPorts, Recipient } from '../../../../lambda/notify/ports.ts';
import type { AlarmChange } from '../../../../lambda/notify/use-cases/alarm-change.ts';
import type { Page } from '../../../../lambda/notify/use-cases/page.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { createFakeTable } from '../../support/fake-table.ts';

export const AT = Date.parse('2026-11-24T03:12:05.000Z');

export const change = (overrides: Partial<AlarmChange> = {}): AlarmChange => ({
  name: 'keyroom-production-otp-volume-ceiling',
  alarm: 'volume-ceiling',
  severity: 'page',
  summary: 'messages flow at more than 300 a minute',
  runbook: 'docs/runbook.md#more-messages-than-the-ceiling',
  state: 'ALARM',
  at: AT,
  ...overrides,
});

export const PLACE: NotifyPorts['place'] = {
  environment: 'production',
  room: 'otp',
  region: 'eu-central-1',
  door: {
    url: 'https://door.example/operator',
    roleArn: 'arn:aws:iam::111111111111:role/keyroom-production-otp-on-call',
  },
};

/** Somebody who keeps what they got, and answers as told. */
export const recipient = (
  name: string,
  answer: () => Delivered | Promise<Delivered> = () => ({ ok: true }),
  severities: Recipient['severities'] = ['page', 'ticket'],
) => {
  const got: Page[] = [];
  return {
    name,
    severities,
    got,
    deliver: async (page: Page) => {
      const result = await answer();
      if (result.ok) got.push(page);
      return result;
    },
  };
};

/** People without an e-mail. */
const NOBODY: Recipient = { name: 'nobody', severities: [], deliver: () => Promise.resolve({ ok: true }) };

/** Ports in memory; what was counted and logged is kept. */
export const createPorts = (all: readonly Recipient[], overrides: Partial<NotifyPorts> = {}) => {
  const clock = createFakeClock(AT + 5000);
  const table = createFakeTable();
  const counted: object[] = [];
  const logged: unknown[] = [];
  const write = (...line: unknown[]): void => void logged.push(line);
  const ports: NotifyPorts = {
    place: PLACE,
    runbook: {
      'volume-ceiling': {
        words: 'cut the app off',
        command: 'npm run keyroom -- freeze <room> -e <env> --app <app>',
        undo: 'npm run keyroom -- unfreeze <room> -e <env> --app <app>',
      },
    },
    owners: {},
    clock,
    log: { info: write, warn: write, error: write },
    metrics: { emit: (values) => void counted.push(values) },
    notices: createNotices(table, clock),
    situation: () => Promise.reject(new Error('nobody knows')),
    recipients: () => Promise.resolve({ mail: NOBODY, chats: all, missing: null }),
    ...overrides,
  };
  return { ports, clock, table, counted, logged };
};
