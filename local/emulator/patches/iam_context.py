"""Condition keys of a request that policies of secrets need.

On AWS `aws:PrincipalArn` of a role session is the ARN of the *role*; `secretsmanager:VersionStage`, `:VersionId` and
`:SecretId` carry what the request names; `aws:ResourceTag/<key>` (and `secretsmanager:ResourceTag/<key>`) carry the
secret's tags, in resource policies as well. On the bare server `aws:PrincipalArn` is the session's ARN, so a Deny to
everybody but a role locks the role out, the service's keys are never present, and tags are looked up only when an
identity policy mentions them.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam, secretsmanager

from emulator.settings import Settings

RELIES_ON = (
    "core.iam_actions:request_tag_context(service, iam_action, body, params)",
    "core.iam_evaluator:_resolve_condition_key(key, ctx)",
    "core.iam_evaluator:_role_name_from_assumed_arn(assumed_arn)",
    "core.iam_evaluator:enforce(access_key_id, iam_action, service, region, resource_arn, service_context)",
    "services.iam:_roles",
    "services.secretsmanager:_resolve(secret_id)",
)
ADDS_TYPES = ()

# The actions whose requests carry the key, from the service's authorization reference.
NAMES_STAGE = {"secretsmanager:GetSecretValue", "secretsmanager:UpdateSecretVersionStage"}


def role_arn(session_arn: str) -> str:
    """The role behind a session's ARN, with the path that the session's ARN leaves out."""
    if ":assumed-role/" not in session_arn:
        return session_arn
    name, account = iam_evaluator._role_name_from_assumed_arn(session_arn), session_arn.split(":")[4]
    role = iam._roles.get_scoped(account, None, name)
    return role["Arn"] if role else f"arn:aws:iam::{account}:role/{name}"


def secret_tags(arn: str) -> dict[str, str]:
    _, secret = secretsmanager._resolve(arn)
    context: dict[str, str] = {}
    for tag in (secret or {}).get("Tags", []):
        context[f"aws:ResourceTag/{tag['Key']}"] = tag.get("Value", "")
        context[f"secretsmanager:ResourceTag/{tag['Key']}"] = tag.get("Value", "")
    return context


def request_keys(iam_action: str, body: bytes) -> dict[str, Any]:
    """What a Secrets Manager request says about itself."""
    try:
        data = json.loads(body or b"{}")
    except ValueError:
        return {}
    context: dict[str, Any] = {}
    _, secret = secretsmanager._resolve(data.get("SecretId"))
    if secret:
        context["secretsmanager:SecretId"] = secret["ARN"]
    if iam_action in NAMES_STAGE:
        for key in ("VersionStage", "VersionId"):
            if data.get(key):
                context[f"secretsmanager:{key}"] = data[key]
    for field, key in (("RotationLambdaARN", "RotationLambdaARN"), ("Name", "Name"), ("KmsKeyId", "KmsKeyId")):
        if data.get(field):
            context[f"secretsmanager:{key}"] = data[field]
    return context


def apply(settings: Settings) -> None:
    tag_context, resolve_key, enforce = (
        iam_actions.request_tag_context,
        iam_evaluator._resolve_condition_key,
        iam_evaluator.enforce,
    )

    def request_tag_context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
        context = tag_context(service, iam_action, body, params)
        return {**context, **request_keys(iam_action, body)} if service == "secretsmanager" else context

    def resolve_condition_key(key: str, ctx: iam_evaluator.EvalContext) -> Any:
        return role_arn(ctx.principal_arn) if key.lower() == "aws:principalarn" else resolve_key(key, ctx)

    def enforce_with_tags(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        if service == "secretsmanager":
            service_context = {**(service_context or {}), **secret_tags(resource_arn)}
        return enforce(access_key_id, iam_action, service, region, resource_arn, service_context)

    iam_actions.request_tag_context = request_tag_context
    iam_evaluator._resolve_condition_key = resolve_condition_key
    iam_evaluator.enforce = enforce_with_tags
