import {
  DescribeSecretCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { FROZEN_TAG } from '../shared/contract.ts';
import { NotHeldError } from './function-brake.ts';
import type { Brake } from './ports.ts';

/** {@link Brake} by the secret's tag: its policy refuses every read by those who send while the tag is there. */
export const createSecretBrake = (client: Pick<SecretsManagerClient, 'send'>, secretArn: string): Brake => {
  const isFrozen = async (): Promise<boolean> => {
    const { Tags = [] } = await client.send(new DescribeSecretCommand({ SecretId: secretArn }));
    return Tags.some(({ Key, Value }) => Key === FROZEN_TAG && Value === 'true');
  };
  return {
    stop: async () => {
      await client.send(new TagResourceCommand({ SecretId: secretArn, Tags: [{ Key: FROZEN_TAG, Value: 'true' }] }));
      if (!(await isFrozen())) throw new NotHeldError('the secret does not bear the tag');
      return 'the key can no longer be read by whoever sends: the secret bears the tag';
    },
    release: async () => {
      await client.send(new UntagResourceCommand({ SecretId: secretArn, TagKeys: [FROZEN_TAG] }));
      if (await isFrozen()) throw new NotHeldError('the secret still bears the tag');
      return 'the key can be read again: the secret does not bear the tag';
    },
  };
};
