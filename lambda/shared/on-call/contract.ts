/** What is asked for at the operator door, as far as writing it down goes. */
export interface DoorCommand {
  readonly command: string;
  readonly arguments?: Readonly<Record<string, string>>;
  readonly reason?: string;
}

/** A key that no other command has, made by the shell that runs the command. */
export const KEY_BY_SHELL = '$(date +%s)';

/**
 * A command as `curl` sends it, for whoever has no clone at night: any shell with a session of the on-call role, such as
 * CloudShell.
 *
 * `curl` signs by itself since 7.75. https://curl.se/docs/manpage.html#--aws-sigv4
 *
 * @param assumed ARN of the role to act as
 * @param key the idempotency key: {@link KEY_BY_SHELL} for a text that may be run more than once
 */
export const curlOf = (url: string, region: string, assumed: string, request: DoorCommand, key: string): string =>
  [
    ...sessionOf(assumed),
    `# the command; then ask for the job that it answers with: the same without -d, at ${url}/v1/jobs/<id>`,
    `${signedBy(region)} -H 'content-type: application/json' \\`,
    `  -H "idempotency-key: ${key}" -d '${JSON.stringify(request)}' ${url}/v1/jobs`,
  ].join('\n');

/** The question where a room stands, in the same way. @param assumed ARN of the role to act as */
export const statusCurl = (url: string, region: string, assumed: string): string =>
  [...sessionOf(assumed), `${signedBy(region)} ${url}/v1/status`].join('\n');

/** In the caller's own name, as the audit shows it: a shell in the console has one user for everybody. */
const sessionOf = (assumed: string): readonly string[] => [
  `# a session of ${assumed}`,
  `me="$(aws sts get-caller-identity --query Arn --output text | sed 's|.*[/:]||')"`,
  `eval "$(aws sts assume-role --role-arn ${assumed} --role-session-name "$me" --query Credentials --output text |`,
  `  awk '{print "export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$3" AWS_SESSION_TOKEN="$4}')"`,
];

const signedBy = (region: string): string =>
  [
    `curl --aws-sigv4 aws:amz:${region}:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\`,
    `  -H "x-amz-security-token: $AWS_SESSION_TOKEN"`,
  ].join('\n');
