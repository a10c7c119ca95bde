"""The key behind a secret.

On AWS reading a value needs `kms:Decrypt` and writing one `kms:GenerateDataKey` on the secret's customer key (creating
a secret needs both: the key is tried out), by identity policy and key policy, with `kms:ViaService`,
`kms:CallerAccount` and the encryption context
(`SecretARN`, `SecretVersionId`) present; a disabled key stops both. The bare server asks the key for nothing.
"""

from __future__ import annotations

import contextvars
import json
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import error_response_json, get_account_id
from ministack.services import kms, secretsmanager

from emulator.settings import Settings

RELIES_ON = (
    "core.iam_actions:access_denied_response(service, action, principal_arn)",
    "core.iam_actions:request_tag_context(service, iam_action, body, params)",
    "core.iam_evaluator:EvalResult(decision, principal_arn)",
    "core.iam_evaluator:enforce(access_key_id, iam_action, service, region, resource_arn, service_context)",
    "services.kms:_resolve_key(key_id_or_arn)",
    "services.secretsmanager:_find_stage_version(secret, stage)",
    "services.secretsmanager:_get_secret_value(data)",
    "services.secretsmanager:_put_secret_value(data)",
    "services.secretsmanager:_resolve(secret_id)",
)
ADDS_TYPES = ()

NEEDS = {
    "secretsmanager:GetSecretValue": ("kms:Decrypt",),
    # Decrypt only when a version that exists already is written again, to compare; not modelled.
    "secretsmanager:PutSecretValue": ("kms:GenerateDataKey",),
    "secretsmanager:UpdateSecret": ("kms:GenerateDataKey",),
    "secretsmanager:CreateSecret": ("kms:GenerateDataKey", "kms:Decrypt"),
}
VALUES = ("SecretString", "SecretBinary")
REFUSED = "Access to KMS is not allowed"
# Internal hint from the request to the check: whether it carries a value.
WRITES = "keyroom:writesvalue"

_refused_by_key: contextvars.ContextVar[bool] = contextvars.ContextVar("refused_by_key", default=False)


def customer_key(key_id: str | None) -> dict[str, Any] | None:
    return kms._resolve_key(key_id) if key_id and "alias/aws/" not in key_id else None


def encryption_context(iam_action: str, arn: str, secret: dict[str, Any] | None, given: dict[str, Any]) -> Any:
    """The encryption context of the calls to the key, or None when the request makes none."""
    context = {"SecretARN": arn if secret else f"{arn}-000000"}
    if iam_action == "secretsmanager:GetSecretValue":
        version = (
            given.get("secretsmanager:VersionId")
            or secretsmanager._find_stage_version(
                secret or {"Versions": {}}, given.get("secretsmanager:VersionStage", "AWSCURRENT")
            )[0]
        )
        # Nothing to decrypt: the service answers that there is no such value.
        return {**context, "SecretVersionId": version} if version else None
    if not given.get(WRITES):
        # A key named without a value is tried out once.
        return (
            {**context, "SecretVersionId": "RequestToValidateKeyAccess"}
            if given.get("secretsmanager:KmsKeyId")
            else None
        )
    return context


def apply(settings: Settings) -> None:
    enforce, denied, tag_context = (
        iam_evaluator.enforce,
        iam_actions.access_denied_response,
        iam_actions.request_tag_context,
    )
    get_value, put_value = secretsmanager._get_secret_value, secretsmanager._put_secret_value

    def request_tag_context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
        context = tag_context(service, iam_action, body, params)
        if service == "secretsmanager" and any(json.loads(body or b"{}").get(key) for key in VALUES):
            return {**context, WRITES: "true"}
        return context

    def enforce_key(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        refusal = enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        if refusal or iam_action not in NEEDS:
            return refusal
        given = service_context or {}
        _, secret = secretsmanager._resolve(resource_arn)
        key = customer_key(given.get("secretsmanager:KmsKeyId") or (secret or {}).get("KmsKeyId"))
        encryption = encryption_context(iam_action, resource_arn, secret, given) if key else None
        if not key or not encryption:
            return None
        context = {
            "kms:ViaService": f"secretsmanager.{region}.amazonaws.com",
            "kms:CallerAccount": get_account_id(),
            "kms:EncryptionContextKeys": list(encryption),
            **{f"kms:EncryptionContext:{name}": value for name, value in encryption.items()},
        }
        for action in NEEDS[iam_action]:
            refusal = enforce(access_key_id, action, "kms", region, key["Arn"], context)
            if refusal:
                _refused_by_key.set(True)
                return iam_evaluator.EvalResult("ImplicitDeny", getattr(refusal, "principal_arn", ""), reason=REFUSED)
        return None

    def access_denied_response(*args: Any, **kwargs: Any) -> Any:
        if _refused_by_key.get():
            _refused_by_key.set(False)
            kwargs["message"] = REFUSED
        return denied(*args, **kwargs)

    def unusable(data: dict[str, Any], code: str, verb: str) -> Any:
        _, secret = secretsmanager._resolve(data.get("SecretId"))
        key = customer_key((secret or {}).get("KmsKeyId"))
        if key and key.get("KeyState", "Enabled") != "Enabled":
            return error_response_json(
                code, f"Secrets Manager can't {verb} the protected secret text using the provided KMS key.", 400
            )
        return None

    iam_evaluator.enforce = enforce_key
    iam_actions.access_denied_response = access_denied_response
    iam_actions.request_tag_context = request_tag_context
    secretsmanager._get_secret_value = lambda data: unusable(data, "DecryptionFailure", "decrypt") or get_value(data)
    secretsmanager._put_secret_value = lambda data: unusable(data, "EncryptionFailure", "encrypt") or put_value(data)
