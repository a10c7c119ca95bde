import { iso } from '../shared/clock.ts';
import type { OptOut } from '../shared/opt-outs.ts';
import type { OptOutReport } from './contract.ts';
import type { RecipientPorts } from './ports.ts';

/** Where a recipient stands after a command, and whether that is new. */
export interface OptOutStanding {
  readonly optOut: OptOutReport | null;
  readonly changed: boolean;
}

/** Sends the recipient nothing more. One who opted out already did so since then. @throws AwsError */
export const optOut = async (ports: RecipientPorts, numberHash: string): Promise<OptOutStanding> => {
  const entered: OptOut = { since: ports.clock.now(), source: 'operator' };
  const changed = await ports.optOuts.add(numberHash, entered);
  return { changed, optOut: changed ? reportOf(entered) : await standing(ports, numberHash) };
};

/** Sends to the recipient again. What they told the provider itself is not known here. @throws AwsError */
export const liftOptOut = async ({ optOuts, clock }: RecipientPorts, numberHash: string): Promise<OptOutStanding> => ({
  changed: await optOuts.lift(numberHash, clock.now()),
  optOut: null,
});

/** Says whether the recipient opted out. @throws AwsError */
export const checkOptOut = async (ports: RecipientPorts, numberHash: string): Promise<OptOutStanding> => ({
  changed: false,
  optOut: await standing(ports, numberHash),
});

const standing = async ({ optOuts }: RecipientPorts, numberHash: string): Promise<OptOutReport | null> => {
  const found = await optOuts.find(numberHash);
  return found === undefined ? null : reportOf(found);
};

/** An opt-out as people are told of it. */
export const reportOf = ({ since, source }: OptOut): OptOutReport => ({ since: iso(since), source });
