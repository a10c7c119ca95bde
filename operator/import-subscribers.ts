import { randomUUID } from 'node:crypto';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { readSubscribers } from '../lambda/notify/subscribers-contract.ts';
import { secretName } from '../lambda/shared/contract.ts';
import type { EnvironmentConfig } from '../lib/config/environment.ts';
import type { Connection } from './connection.ts';
import { UsageError } from './errors.ts';
import type { Report } from './report.ts';

/**
 * Says where chats and pagers are reached, in place of all that was said before.
 *
 * @param text JSON as `readSubscribers` reads it; it is handed to Secrets Manager and nowhere else.
 * @throws UsageError that says what is wrong with it and never shows a value.
 */
export const importSubscribers = async (
  connect: () => Promise<Connection>,
  { name: environment }: Pick<EnvironmentConfig, 'name'>,
  room: string,
  text: string,
  report: Report,
): Promise<void> => {
  const read = readSubscribers(text);
  if (!read.ok) throw new UsageError(`standard input does not say where chats and pagers are reached: ${read.why}`);
  const { secrets } = await report.step(`act as the importer of room ${room}`, connect);
  const names = read.subscribers.map(({ name, kind, severities }) => `${name} (${kind}: ${severities.join(', ')})`);
  await report.step(
    'put them into their secret',
    () =>
      secrets.send(
        new PutSecretValueCommand({
          SecretId: secretName(environment, room, 'subscribers'),
          SecretString: text,
          ClientRequestToken: randomUUID(),
        }),
      ),
    () => (names.length === 0 ? 'From now on nobody is told there.' : `From now on texts go to ${names.join(', ')}.`),
  );
  report.figure('subscribers', names);
};
