import type { Stack } from 'aws-cdk-lib';
import type { IncidentResponse } from '../constructs/incident-response.ts';
import type { NotifyFunctionProps } from '../constructs/notify-function.ts';
import type { OnCall } from '../constructs/on-call.ts';
import { PageTexts } from '../constructs/page-texts.ts';
import type { RoomMetrics } from '../constructs/room-metrics.ts';
import type { Importer } from './keep-key.ts';
import type { RoomStackProps, SharedProps } from './shared.ts';

/** Of the other parts of a room, what people are told of. */
interface ToTell {
  readonly onCall: OnCall;
  readonly metrics: RoomMetrics;
  readonly incident: IncidentResponse | undefined;
  readonly importer?: Importer | undefined;
}

/** What adds the text to alarms, and who may say where it goes beside e-mail. */
export const tellPeople = (
  stack: Stack,
  { room }: RoomStackProps,
  shared: SharedProps & Pick<NotifyFunctionProps, 'encryptionKey' | 'situation'>,
  { onCall, metrics, incident, importer }: ToTell,
): PageTexts => {
  const texts = new PageTexts(stack, 'PageTexts', {
    notifying: { ...shared, door: incident && { url: incident.url, role: incident.onCall } },
    onCall,
    metrics,
    readers: room.onCall,
    subscribers: importer && shared,
  });
  if (importer) texts.subscribers?.grantImport(importer);
  return texts;
};
