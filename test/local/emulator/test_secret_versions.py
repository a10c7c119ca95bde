"""Versions and labels of a secret."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from probe import Server, deploy, ref, refusal, resource, secret_with_value, stages

Both = Callable[..., None]
TOKENS = [str(uuid.uuid4()) for _ in range(4)]


def test_a_secret_without_a_value_has_no_version(both: Both) -> None:
    def probe(server: Server) -> None:
        stack = deploy(server, {"Secret": resource("AWS::SecretsManager::Secret")}, {"Secret": ref("Secret")})
        secrets = server.setup("secretsmanager")
        assert stages(server, stack.outputs["Secret"]) == {}, "an empty version"
        read = refusal(lambda: secrets.get_secret_value(SecretId=stack.outputs["Secret"]))
        assert read == "ResourceNotFoundException"
        created = secrets.create_secret(Name=f"probe/{uuid.uuid4()}")["ARN"]
        assert stages(server, created) == {}

    both("secret_versions", probe, "an empty version")


def test_a_token_takes_one_value(both: Both) -> None:
    def probe(server: Server) -> None:
        secrets, secret, token = server.setup("secretsmanager"), secret_with_value(server), TOKENS[0]

        def put(value: str) -> None:
            secrets.put_secret_value(SecretId=secret, ClientRequestToken=token, SecretString=value)

        put("two")
        put("two")
        assert refusal(lambda: put("three")) == "ResourceExistsException", "the value was overwritten"
        assert secrets.get_secret_value(SecretId=secret)["SecretString"] == "two"

    both("secret_versions", probe, "the value was overwritten")


def test_a_label_sits_on_one_version(both: Both) -> None:
    def probe(server: Server) -> None:
        secrets, secret = server.setup("secretsmanager"), secret_with_value(server)
        for token, value in zip(TOKENS[1:3], ("two", "three"), strict=True):
            secrets.put_secret_value(
                SecretId=secret, ClientRequestToken=token, SecretString=value, VersionStages=["AWSPENDING"]
            )
        versions = secrets.list_secret_version_ids(SecretId=secret, IncludeDeprecated=True)["Versions"]
        holders = [version["VersionId"] for version in versions if "AWSPENDING" in version.get("VersionStages", [])]
        assert holders == [TOKENS[2]], f"{len(holders)} versions hold the label"

    both("secret_versions", probe, "2 versions hold the label")


def test_the_previous_label_follows(extended: Server) -> None:
    secrets, secret = extended.setup("secretsmanager"), secret_with_value(extended)
    first = stages(extended, secret)["AWSCURRENT"]
    secrets.put_secret_value(SecretId=secret, ClientRequestToken=TOKENS[0], SecretString="two")
    assert stages(extended, secret) == {"AWSCURRENT": TOKENS[0], "AWSPREVIOUS": first}
    secrets.put_secret_value(
        SecretId=secret,
        ClientRequestToken=TOKENS[1],
        SecretString="three",
        VersionStages=["AWSPENDING", "KEYROOM_STANDBY"],
    )
    secrets.update_secret_version_stage(
        SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=TOKENS[1], RemoveFromVersionId=TOKENS[0]
    )
    assert stages(extended, secret) == {
        "AWSCURRENT": TOKENS[1],
        "AWSPREVIOUS": TOKENS[0],
        "AWSPENDING": TOKENS[1],
        "KEYROOM_STANDBY": TOKENS[1],
    }
    previous = secrets.get_secret_value(SecretId=secret, VersionStage="AWSPREVIOUS")
    assert previous["SecretString"] == "two"


def test_the_first_value_becomes_current(extended: Server) -> None:
    secrets = extended.setup("secretsmanager")
    secret = secrets.create_secret(Name=f"probe/{uuid.uuid4()}")["ARN"]
    secrets.put_secret_value(SecretId=secret, SecretString="first")
    assert secrets.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"] == "first"


def test_the_first_version_becomes_current_under_any_label(both: Both) -> None:
    def probe(server: Server) -> None:
        secrets, token = server.setup("secretsmanager"), TOKENS[0]
        secret = secrets.create_secret(Name=f"probe/{uuid.uuid4()}")["ARN"]
        for version, value in zip(TOKENS[:2], ("first", "second"), strict=True):
            secrets.put_secret_value(
                SecretId=secret, ClientRequestToken=version, SecretString=value, VersionStages=["AWSPENDING"]
            )
        assert stages(server, secret).get("AWSCURRENT") == token, "the first version is not current"
        assert stages(server, secret)["AWSPENDING"] == TOKENS[1]

    both("secret_versions", probe, "the first version is not current")
