"""Versions of a secret: none without a value, and a token cannot be used for two values.

AWS creates no version for a secret without a value. PutSecretValue with the token of an existing version is a no-op
for the same value, fills a version that has none yet (RotateSecret creates such a one), and is refused with
ResourceExistsException for another value; the first version of a secret takes AWSCURRENT beside the labels given; a
label sits on one version at a time, and AWSPREVIOUS follows when AWSCURRENT moves. The bare server creates an empty
AWSCURRENT, which a first version under other labels leaves in place, overwrites a version's value and may leave a label
on two versions.
"""

from __future__ import annotations

import time
from typing import Any

from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

from emulator.settings import Settings
from emulator.support import Created, Props

RELIES_ON = (
    "services.cloudformation.provisioners:_sm_secret_create(logical_id, props, stack_name)",
    "services.secretsmanager:_add_stage(secret, version_id, stage)",
    "services.secretsmanager:_emit_secret_label_updated(secret, label, version_id)",
    "services.secretsmanager:_find_stage_version(secret, stage)",
    "services.secretsmanager:_put_secret_value(data)",
    "services.secretsmanager:_remove_stage_everywhere(secret, stage, except_version_id)",
    "services.secretsmanager:_resolve(secret_id)",
    "services.secretsmanager:_secrets",
    "services.secretsmanager:_store_new_secret(name, secret_string, secret_binary)",
    "services.secretsmanager:_sync_replicas(secret)",
)
ADDS_TYPES = ()

TOO_MANY = 100


def move_label(secret: dict[str, Any], label: str, version_id: str) -> None:
    """Put a label on a version, off every other one, with AWSPREVIOUS following AWSCURRENT."""
    held_by, _ = secretsmanager._find_stage_version(secret, label)
    secretsmanager._remove_stage_everywhere(secret, label, except_version_id=version_id)
    secretsmanager._add_stage(secret, version_id, label)
    if label == "AWSCURRENT" and held_by and held_by != version_id:
        move_label(secret, "AWSPREVIOUS", held_by)
    if held_by != version_id and label not in ("AWSPENDING", "AWSPREVIOUS"):
        secretsmanager._emit_secret_label_updated(secret, label, version_id)


def put_secret_value(original: Any, data: dict[str, Any]) -> Any:
    _, secret = secretsmanager._resolve(data.get("SecretId"))
    if not secret or secret.get("DeletedDate") or secret.get("_PrimarySecretArn"):
        return original(data)
    token = data.get("ClientRequestToken") or new_uuid()
    value = {key: data.get(key) for key in ("SecretString", "SecretBinary")}
    if not any(value.values()):
        return error_response_json("InvalidParameterException", "You must provide SecretString or SecretBinary.", 400)
    version = secret["Versions"].get(token)
    stored = {key: version.get(key) for key in value} if version else {}
    if any(stored.values()) and stored != value:
        return error_response_json(
            "ResourceExistsException",
            f"A resource with the ID {token} already exists: you can't use ClientRequestToken {token} because that "
            "value is already in use for a version of this secret.",
            400,
        )
    if not any(stored.values()):
        if version is None and len(secret["Versions"]) >= TOO_MANY:
            return error_response_json("LimitExceededException", "The secret has too many versions.", 400)
        now = int(time.time())
        is_first = not secret["Versions"]
        secret["Versions"].setdefault(token, {"CreatedDate": now, "Stages": []}).update(value)
        for label in data.get("VersionStages") or ["AWSCURRENT"]:
            move_label(secret, label, token)
        if is_first:
            move_label(secret, "AWSCURRENT", token)
        secret["LastChangedDate"] = now
        secretsmanager._sync_replicas(secret)
    return json_response(
        {
            "ARN": secret["ARN"],
            "Name": secret["Name"],
            "VersionId": token,
            "VersionStages": list(secret["Versions"][token]["Stages"]),
        }
    )


def drop_empty_versions(secret: dict[str, Any]) -> None:
    for version_id, version in list(secret["Versions"].items()):
        if not version.get("SecretString") and not version.get("SecretBinary"):
            del secret["Versions"][version_id]


def apply(settings: Settings) -> None:
    put, store, create = (
        secretsmanager._put_secret_value,
        secretsmanager._store_new_secret,
        provisioners._sm_secret_create,
    )

    def store_new_secret(name: str, *args: Any, **kwargs: Any) -> Any:
        stored = store(name, *args, **kwargs)
        drop_empty_versions(secretsmanager._secrets[name])
        return stored

    def create_from_template(logical_id: str, props: Props, stack_name: str) -> Created:
        name, attributes = create(logical_id, props, stack_name)
        drop_empty_versions(secretsmanager._secrets[name])
        return name, attributes

    secretsmanager._put_secret_value = lambda data: put_secret_value(put, data)
    secretsmanager._store_new_secret = store_new_secret
    provisioners._sm_secret_create = create_from_template
