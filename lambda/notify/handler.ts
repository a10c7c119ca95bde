import type { SNSEvent } from 'aws-lambda';
import { guarded } from '../shared/guarded.ts';
import { readChange } from './use-cases/alarm-change.ts';
import type { NotifyPorts } from './ports.ts';
import { realPorts } from './real-ports.ts';
import { tell } from './use-cases/tell.ts';

/**
 * Adds the text to alarms: what it means, how bad it is, what to type. The alarm itself has reached people without it.
 *
 * Triggered by the topics of pages and of tickets. A duplicate or late trigger is harmless: what was told is remembered,
 * each delivery by itself. A failed run is repeated twice by Lambda, and tells only those who were not told.
 *
 * 1. Read what CloudWatch published; anything else is left alone.
 * 2. Decide whether people know already.
 * 3. Ask how things stand, write the text, deliver it to everybody side by side.
 *
 * @param ports made at the first alarm, so that importing this file reads no environment
 */
export const createHandler = (ports: () => NotifyPorts) =>
  guarded(async ({ Records: records }: Pick<SNSEvent, 'Records'>): Promise<void> => {
    const { place, log } = ports();
    for (const { Sns: published } of records) {
      const change = readChange(published.Message, `keyroom-${place.environment}-${place.room}-`);
      if (change) await tell(ports(), change);
      else log.info('not a change of an alarm');
    }
  });

export const handler = createHandler(realPorts());
