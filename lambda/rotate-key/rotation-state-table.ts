import { isAwsError } from '../shared/aws/aws-error.ts';
import type { DynamoDb, Written } from '../shared/aws/dynamodb.ts';
import type { Clock } from '../shared/clock.ts';
import { RotationError } from './errors.ts';
import type { RotationState, RotationStateStore } from './ports.ts';

/** The one item only this function writes: its role is limited to leading keys that begin with `rotation#`. */
const PK = 'rotation#sending';

const NOTHING_YET: RotationState = { revision: 0, claim: null, keys: [], managing: [] };

/** Calls in all. Three of the longest and their pauses fit into the function's 120 s beside everything else. */
const MAX_ATTEMPTS = 3;
const PAUSE_MS = 250;

/**
 * The rotation's memory as an item of the ledger table, guarded by a revision number.
 *
 * Reads are repeated. So are writes, because the revision lets only one of them through: whether an earlier one was it
 * is told by the stored revision and content.
 */
export const createRotationStateStore = (
  table: Pick<DynamoDb, 'getItem' | 'putItem'>,
  clock: Pick<Clock, 'wait'>,
): RotationStateStore => {
  const repeated = <T>(call: () => Promise<T>): Promise<T> => repeatedly(clock, call);
  const stored = () => repeated(() => table.getItem(PK));
  return {
    read: async () => {
      const item = await stored();
      if (typeof item?.revision !== 'number' || typeof item.state !== 'string') return NOTHING_YET;
      const document = JSON.parse(item.state) as Omit<RotationState, 'revision'>;
      return { ...NOTHING_YET, ...document, revision: item.revision };
    },
    write: async (next, basedOn) => {
      // As text: the shape is this function's own business, and nothing queries it.
      const item = { pk: PK, revision: basedOn.revision + 1, state: JSON.stringify({ ...next, revision: undefined }) };
      const only =
        basedOn.revision === 0
          ? { condition: 'attribute_not_exists(pk)' }
          : { condition: 'revision = :revision', values: { ':revision': basedOn.revision } };
      const isOurs = (found: Awaited<ReturnType<typeof stored>>): boolean =>
        found?.revision === item.revision && found.state === item.state;
      const earlier = { inDoubt: false };
      const put = async (): Promise<Written> => {
        try {
          return await table.putItem(item, only);
        } catch (error: unknown) {
          earlier.inDoubt ||= isAwsError(error) && error.effect === 'unknown';
          throw error;
        }
      };
      let written: Written;
      try {
        written = await repeated(put);
      } catch (error: unknown) {
        // The last answer was lost, too, and what is stored is the only one left to tell.
        if (earlier.inDoubt && isOurs(await stored())) return;
        throw error;
      }
      if (written.kind === 'written' || (earlier.inDoubt && isOurs(await stored()))) return;
      throw new RotationError('state-changed');
    },
  };
};

/** @throws RotationError for what AWS refused, or did not answer to the last attempt */
const repeatedly = async <T>(clock: Pick<Clock, 'wait'>, call: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error: unknown) {
      if (!isAwsError(error)) throw error;
      if (error.code === 'AccessDeniedException') {
        throw new RotationError('ledger-access-denied', undefined, { cause: error });
      }
      if (!error.retryable) throw error;
      if (attempt === MAX_ATTEMPTS) throw new RotationError('aws-unavailable', error.code, { cause: error });
    }
    await clock.wait(PAUSE_MS * attempt);
  }
};
