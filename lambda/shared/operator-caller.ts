import { type DoorEvent, isFromBrowser, sessionOf } from './app-door.ts';
import { problem, type Problem } from './problem.ts';

/** Who is at the operator door, by what the gateway verified: the role and the session of the signature, and from where. */
export const operatorOf = (
  event: DoorEvent,
  roles: readonly (string | undefined)[],
): { readonly role: string; readonly session: string; readonly address?: string } | { readonly problem: Problem } => {
  if (isFromBrowser(event)) return { problem: problem('browser-caller') };
  const { userArn, sourceIp: address } = event.requestContext.identity;
  const caller = sessionOf(userArn);
  return caller !== undefined && roles.includes(caller.role)
    ? { ...caller, ...(address !== undefined && { address }) }
    : { problem: problem('not-authorized', NOT_ON_CALL) };
};

const NOT_ON_CALL = {
  detail: 'the caller is neither on call nor an approver of this room',
  fix: "Sign the request as the room's role on-call.",
};
