import type { Stack } from 'aws-cdk-lib';
import * as names from '../config/names.ts';
import { Drill, type DrillProps } from '../constructs/drill.ts';
import { IncidentResponse, type IncidentResponseProps } from '../constructs/incident-response.ts';
import { type Guards, output, type RoomStackProps } from './shared.ts';

/** What is stopped, where the situation is read, and whose pages are tried. */
interface Answering {
  readonly braking: Omit<IncidentResponseProps['braking'], 'drill'>;
  readonly situation: IncidentResponseProps['situation'];
  readonly drilling: DrillProps;
}

/** The door for whoever is on call, where the configuration names somebody. */
export const answerIncidents = (
  stack: Stack,
  { config, roomName, room }: RoomStackProps,
  guards: Guards,
  { drilling, braking, situation }: Answering,
): IncidentResponse | undefined => {
  if (!room.responders?.length) return undefined;
  const incident = new IncidentResponse(stack, 'Incident', {
    braking: { ...braking, drill: new Drill(stack, 'Drill', drilling) },
    situation,
    door: { ...guards, apiName: `keyroom-${config.name}-${roomName}-on-call` },
    onCall: { roleName: names.onCallRoleName(config.name, roomName), trustedPrincipals: room.responders },
    ...(room.unfreezeApprovers?.length && {
      approver: {
        roleName: names.approverRoleName(config.name, roomName),
        trustedPrincipals: room.unfreezeApprovers,
      },
    }),
  });
  output(stack, 'OperatorApiUrl', incident.url, 'Door of whoever is on call; add /v1/jobs');
  output(stack, 'OnCallRoleArn', incident.onCall.roleArn, 'Role of whoever is on call');
  return incident;
};
