"""Rotation schedules and resource policies of secrets.

AWS turns `AWS::SecretsManager::RotationSchedule` into RotateSecret (rotating at once unless
`RotateImmediatelyOnUpdate` is false) and `AWS::SecretsManager::ResourcePolicy` into PutResourcePolicy. The bare server
refuses both types. Ref of either is the secret's ARN.
"""

from __future__ import annotations

import json

from ministack.services import secretsmanager

from emulator.settings import Settings
from emulator.support import Created, Props, add_type, check_response

RELIES_ON = (
    "services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "services.secretsmanager:_delete_resource_policy(data)",
    "services.secretsmanager:_put_resource_policy(data)",
    "services.secretsmanager:_resolve(secret_id)",
    "services.secretsmanager:_rotate_secret(data)",
)
ADDS_TYPES = ("AWS::SecretsManager::ResourcePolicy", "AWS::SecretsManager::RotationSchedule")

SCHEDULE, POLICY = "AWS::SecretsManager::RotationSchedule", "AWS::SecretsManager::ResourcePolicy"


def secret_arn(props: Props) -> str:
    _, secret = secretsmanager._resolve(props.get("SecretId", ""))
    if not secret:
        raise ValueError(f"Secrets Manager can't find the specified secret: {props.get('SecretId')!r}")
    return secret["ARN"]


def create_schedule(logical_id: str, props: Props, stack_name: str) -> Created:
    arn = secret_arn(props)
    if props.get("HostedRotationLambda"):
        raise ValueError(f"{SCHEDULE}: HostedRotationLambda is not modelled, give a RotationLambdaARN")
    rules = dict(props.get("RotationRules") or {})
    if "AutomaticallyAfterDays" in rules:
        rules["AutomaticallyAfterDays"] = int(rules["AutomaticallyAfterDays"])
    immediately = str(props.get("RotateImmediatelyOnUpdate", True)).lower() != "false"
    check_response(
        SCHEDULE,
        secretsmanager._rotate_secret(
            {
                "SecretId": arn,
                "RotationLambdaARN": props.get("RotationLambdaARN"),
                "RotationRules": rules,
                "RotateImmediately": immediately,
            }
        ),
    )
    return arn, {"Id": arn}


def delete_schedule(physical_id: str, props: Props) -> None:
    _, secret = secretsmanager._resolve(physical_id)
    if secret:
        secret.update(RotationEnabled=False, RotationLambdaARN=None, RotationRules=None)
        secret.pop("NextRotationDate", None)


def create_policy(logical_id: str, props: Props, stack_name: str) -> Created:
    arn = secret_arn(props)
    policy = props.get("ResourcePolicy")
    text = policy if isinstance(policy, str) else json.dumps(policy)
    check_response(POLICY, secretsmanager._put_resource_policy({"SecretId": arn, "ResourcePolicy": text}))
    return arn, {"Id": arn}


def delete_policy(physical_id: str, props: Props) -> None:
    _, secret = secretsmanager._resolve(physical_id)
    if secret:
        secretsmanager._delete_resource_policy({"SecretId": physical_id})


def apply(settings: Settings) -> None:
    add_type(SCHEDULE, create_schedule, delete_schedule)
    add_type(POLICY, create_policy, delete_policy)
