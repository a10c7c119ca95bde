/**
 * The question where a room stands as `curl` asks it, for whoever has no clone at night.
 *
 * `curl` signs by itself since 7.75. https://curl.se/docs/manpage.html#--aws-sigv4
 *
 * @param assumed ARN of the role to act as
 */
export const statusCurl = (url: string, region: string, assumed: string): string =>
  [
    `# a session of ${assumed}`,
    `eval "$(aws sts assume-role --role-arn ${assumed} --role-session-name "$USER" --query Credentials --output text |`,
    `  awk '{print "export AWS_ACCESS_KEY_ID="$1" AWS_SECRET_ACCESS_KEY="$3" AWS_SESSION_TOKEN="$4}')"`,
    `curl --aws-sigv4 aws:amz:${region}:execute-api --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\`,
    `  -H "x-amz-security-token: $AWS_SESSION_TOKEN" ${url}/v1/status`,
  ].join('\n');
