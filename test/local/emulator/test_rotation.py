"""Rotation drives the function, under the function's own permissions."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from probe import (
    NODE_CALL,
    Server,
    att,
    deploy,
    function,
    open_queue,
    permission,
    ref,
    refusal,
    resource,
    role,
    secret_with_value,
    stages,
    statement,
    wait_until,
)

Both = Callable[..., None]

# Follows the service's contract; the tag `fail` of the secret names a step that must fail, and every step it is called
# for is added to the tag `steps`.
ROTATE = (
    NODE_CALL
    + """
exports.handler = async ({ Step, SecretId, ClientRequestToken }) => {
  const { body: secret } = await secrets('DescribeSecret', { SecretId });
  const tags = Object.fromEntries((secret.Tags || []).map((tag) => [tag.Key, tag.Value]));
  const labels = (secret.VersionIdsToStages || {})[ClientRequestToken] || [];
  const steps = `${tags.steps || ''} ${Step}:${labels}`.trim();
  await secrets('TagResource', { SecretId, Tags: [{ Key: 'steps', Value: steps }] });
  if (!secret.RotationEnabled) throw new Error('rotation is off');
  if (tags.fail === Step) throw new Error('told to fail');
  if (Step === 'createSecret') {
    const VersionStages = ['AWSPENDING'], SecretString = `value of ${ClientRequestToken}`;
    await secrets('PutSecretValue', { SecretId, ClientRequestToken, SecretString, VersionStages });
  }
  if (Step === 'finishSecret') {
    const current = Object.entries(secret.VersionIdsToStages).find(([, found]) => found.includes('AWSCURRENT'));
    const { status, body } = await secrets('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT',
      MoveToVersionId: ClientRequestToken, ...(current && { RemoveFromVersionId: current[0] }) });
    if (status !== 200) throw new Error(JSON.stringify(body));
    await secrets('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSPENDING',
      RemoveFromVersionId: ClientRequestToken });
  }
};
"""
)
ALL_STEPS = ["createSecret:AWSPENDING", "setSecret:AWSPENDING", "testSecret:AWSPENDING", "finishSecret:AWSPENDING"]


@dataclass
class Room:
    server: Server
    secret: str
    function: str

    def __post_init__(self) -> None:
        self.api = self.server.setup("secretsmanager")

    def rotate(self, token: str | None = None, **rest: Any) -> str:
        arguments = {"RotationLambdaARN": self.function, "RotationRules": {"AutomaticallyAfterDays": 1000}, **rest}
        token = token or str(uuid.uuid4())
        self.api.rotate_secret(SecretId=self.secret, ClientRequestToken=token, **arguments)
        return token

    def fail_at(self, step: str) -> None:
        self.api.tag_resource(SecretId=self.secret, Tags=[{"Key": "fail", "Value": step}])

    def tags(self) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.api.describe_secret(SecretId=self.secret).get("Tags", [])}

    def dates(self) -> dict[str, Any] | None:
        found = self.api.describe_secret(SecretId=self.secret)
        return found if "LastRotatedDate" in found else None

    def steps(self) -> list[str]:
        return self.tags().get("steps", "").split()

    def current(self, token: str) -> bool:
        return stages(self.server, self.secret).get("AWSCURRENT") == token

    def finished(self, token: str) -> None:
        wait_until(lambda: self.current(token), self.server.patience, what=f"the rotation, steps {self.steps()}")


def room(server: Server, permitted: bool = True, value: bool = True) -> Room:
    allowed = statement("Allow", ["secretsmanager:*"], "*")
    resources = {"Role": role(allowed), "Function": function(ROTATE)}
    if permitted:
        resources["Permission"] = permission("Function", "secretsmanager.amazonaws.com", SourceAccount="000000000000")
    stack = deploy(server, resources, {"Function": att("Function", "Arn")})
    secret = (
        secret_with_value(server)
        if value
        else server.setup("secretsmanager").create_secret(Name=f"probe/{uuid.uuid4()}")["ARN"]
    )
    return Room(server, secret, stack.outputs["Function"])


def test_four_steps_under_the_functions_own_role(both: Both) -> None:
    def probe(server: Server) -> None:
        one = room(server)
        first = stages(server, one.secret)["AWSCURRENT"]
        token = one.rotate()
        wait_until(lambda: one.steps() == ALL_STEPS, server.patience, what="the four steps")
        one.finished(token)
        assert stages(server, one.secret) == {"AWSCURRENT": token, "AWSPREVIOUS": first}
        assert one.api.get_secret_value(SecretId=one.secret)["SecretString"] == f"value of {token}"
        # The service notes the end a moment after the function's last call.
        dates = wait_until(one.dates, server.patience, what="the dates")
        assert dates["LastRotatedDate"] < dates["NextRotationDate"]

    both("rotation", probe, "waited .* s for the four steps")


def test_the_first_rotation_of_an_empty_secret(extended: Server) -> None:
    one = room(extended, value=False)
    one.finished(one.rotate())


def test_no_permission_no_rotation(both: Both) -> None:
    def probe(server: Server) -> None:
        assert refusal(lambda: room(server, permitted=False).rotate()) == "AccessDeniedException", "it rotated"

    both("rotation", probe, "it rotated")


def test_a_permission_for_another_secret_is_none(extended: Server) -> None:
    resources = {
        "Role": role(),
        "Function": function(ROTATE),
        "Permission": permission(
            "Function",
            "secretsmanager.amazonaws.com",
            SourceArn="arn:aws:secretsmanager:us-east-1:000000000000:secret:other-aaaaaa",
        ),
    }
    stack = deploy(extended, resources, {"Function": att("Function", "Arn")})
    one = Room(extended, secret_with_value(extended), stack.outputs["Function"])
    assert refusal(one.rotate) == "AccessDeniedException"


def test_a_failed_rotation_is_pending_until_the_same_version_is_done(both: Both) -> None:
    def probe(server: Server) -> None:
        one = room(server)
        first = stages(server, one.secret)["AWSCURRENT"]
        one.fail_at("testSecret")
        token = one.rotate()
        wait_until(lambda: len(one.steps()) == 3, server.patience, what="three steps")
        assert stages(server, one.secret) == {"AWSCURRENT": first, "AWSPENDING": token}
        one.fail_at("-")
        assert refusal(one.rotate) == "InvalidRequestException"
        one.finished(token)
        assert one.api.get_secret_value(SecretId=one.secret)["SecretString"] == f"value of {token}"

    both("rotation", probe, "three steps")


def test_the_same_token_tries_again(extended: Server) -> None:
    one = room(extended)
    one.fail_at("setSecret")
    token = one.rotate()
    wait_until(lambda: len(one.steps()) == 2, 5, what="two steps")
    one.fail_at("-")
    wait_until(lambda: refusal(lambda: one.rotate(token)) is None, 5, what="the call to be taken")
    one.finished(token)


def test_only_a_test_when_not_immediate(both: Both) -> None:
    def probe(server: Server) -> None:
        one = room(server, value=False)
        one.rotate(RotateImmediately=False)
        wait_until(one.steps, server.patience, what="the test step")
        assert one.steps() == ["testSecret:AWSPENDING"]
        wait_until(lambda: not stages(server, one.secret), server.patience, what="the label to go")
        assert one.api.describe_secret(SecretId=one.secret)["RotationEnabled"]

    both("rotation", probe, "waited .* s for the test step")


def test_the_schedule_rotates(both: Both) -> None:
    def probe(server: Server) -> None:
        one = room(server)
        # A twelfth of a day, in the shortened day of this server.
        one.rotate(RotateImmediately=False, RotationRules={"ScheduleExpression": "rate(6 hours)"})
        first = stages(server, one.secret)["AWSCURRENT"]
        wait_until(lambda: stages(server, one.secret)["AWSCURRENT"] != first, server.patience, what="the schedule")
        assert "finishSecret:AWSPENDING" in one.steps(), "no step ran"
        one.api.cancel_rotate_secret(SecretId=one.secret)

    both("rotation", probe, "waited .* for the schedule|no step ran")


def test_cancelling_turns_rotation_off(both: Both) -> None:
    def probe(server: Server) -> None:
        one = room(server)
        one.finished(one.rotate())
        one.api.cancel_rotate_secret(SecretId=one.secret)
        found = one.api.describe_secret(SecretId=one.secret)
        assert not found["RotationEnabled"]
        assert "NextRotationDate" not in found

    both("rotation", probe, "CancelRotateSecret")


def test_without_a_function_there_is_nothing_to_rotate(both: Both) -> None:
    def probe(server: Server) -> None:
        secret = secret_with_value(server)
        call = refusal(lambda: server.setup("secretsmanager").rotate_secret(SecretId=secret))
        assert call == "InvalidRequestException", "it rotated"

    both("rotation", probe, "it rotated")


def test_the_outcome_reaches_eventbridge(both: Both) -> None:
    def probe(server: Server) -> None:
        pattern = {"source": ["aws.secretsmanager"], "detail": {"eventName": ["RotationSucceeded"]}}
        stack = deploy(
            server,
            {
                **open_queue(),
                "Rule": resource(
                    "AWS::Events::Rule", EventPattern=pattern, Targets=[{"Id": "queue", "Arn": att("Queue", "Arn")}]
                ),
            },
            {"Queue": ref("Queue")},
        )
        one = room(server)
        one.rotate()
        queue = server.setup("sqs")

        def received() -> list[str]:
            messages = queue.receive_message(QueueUrl=stack.outputs["Queue"]).get("Messages", [])
            return [json.loads(message["Body"])["detail"]["additionalEventData"]["SecretId"] for message in messages]

        assert wait_until(received, server.patience, what="the event") == [one.secret]

    both("rotation", probe, "waited .* s for the event")
