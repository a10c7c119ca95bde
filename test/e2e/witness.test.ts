import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createDynamoDb } from '../../lambda/shared/aws/dynamodb.ts';
import { DUE_INDEX } from '../../lambda/shared/contract.ts';
import { type Sighting, SIGHTINGS_SHARD } from '../../lambda/shared/sighting.ts';
import { ADMINISTRATOR_ROLE_ARN } from '../../local/system/identities.ts';
import { asIdentity } from '../../local/system/sessions.ts';
import { asAdministrator } from './support/administrator.ts';
import { eventually } from './support/eventually.ts';
import { openStage } from './support/stage.ts';
import { scheduled } from './support/sweep.ts';

describe('the witness over a room', () => {
  const stage = openStage();
  const { region, awsEndpointUrl: endpoint } = stage.state;

  const table = async () =>
    createDynamoDb({ ...(await asAdministrator(stage)), tableName: stage.room('playground').tableName });
  const sightings = async (since: number): Promise<readonly Sighting[]> => {
    const ledger = await table();
    const found = await ledger.queryIndex(DUE_INDEX.name, 100, {
      condition: `${DUE_INDEX.shard} = :shard AND ${DUE_INDEX.at} >= :since`,
      values: { ':shard': SIGHTINGS_SHARD, ':since': since },
    });
    return (await ledger.getItems(found.map(({ pk }) => pk as string))) as unknown as Sighting[];
  };

  test('sees an administrator who is refused a secret, and one who reads the decoy', async () => {
    const since = Math.floor(Date.now() / 1000) * 1000;
    const credentials = asIdentity(await stage.session(ADMINISTRATOR_ROLE_ARN));
    const secrets = new SecretsManagerClient({ region, endpoint, credentials });
    const read = (kind: string) =>
      secrets.send(
        new GetSecretValueCommand({ SecretId: `keyroom/local/playground/${kind}`, VersionStage: 'AWSCURRENT' }),
      );
    await expect(read('pepper')).rejects.toThrow(/not authorized/);
    expect((await read('api-key')).SecretString).toHaveLength(64);
    const [decoy, secret] = await eventually(10_000, async () => {
      const seen = [...(await sightings(since))].sort((a, b) => (a.kind < b.kind ? -1 : 1));
      return seen.length >= 2 ? seen : undefined;
    });
    expect(secret).toMatchObject({ kind: 'secret', on: 'pepper', what: 'GetSecretValue', isRefused: true });
    expect(decoy).toMatchObject({
      kind: 'decoy',
      isRefused: false,
      by: expect.stringContaining('assumed-role') as string,
    });
  });

  test('tries its own decoy, is refused, and sees that come back', async () => {
    const probe = await scheduled(stage, 'playground', 'TripwiresWitness', { action: 'probe' });
    const before = Date.now();
    await probe();
    const ledger = await table();
    const heard = await eventually(10_000, async () => {
      const at = (await ledger.getItem('seen-state#probe'))?.at;
      return typeof at === 'number' && at >= before ? at : undefined;
    });
    expect(heard).toBeGreaterThanOrEqual(before);
  });
});
