import { readFileSync } from 'node:fs';
import { systemClock } from '../../../lambda/shared/clock.ts';
import { createHttp } from '../../../lambda/shared/http.ts';
import type { Stage } from '../../../local/demo/stage.ts';
import { ADMINISTRATOR_ROLE_ARN } from '../../../local/system/identities.ts';
import type { SessionCredentials } from '../../../local/system/state-file.ts';

/** What a room's own callers of AWS are made with, as somebody who may do almost anything in the account. */
export const asAdministrator = async (stage: Stage) => asHolderOf(stage, await stage.session(ADMINISTRATOR_ROLE_ARN));

/** The same as whoever holds these credentials. */
export const asHolderOf = (
  stage: Stage,
  {
    accessKeyId,
    secretAccessKey,
    sessionToken,
  }: Pick<SessionCredentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>,
) => ({
  environment: {
    AWS_REGION: stage.state.region,
    AWS_ENDPOINT_URL: stage.state.awsEndpointUrl,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  },
  http: createHttp({ ca: readFileSync(stage.state.ca, 'utf8') }),
  clock: systemClock,
});
