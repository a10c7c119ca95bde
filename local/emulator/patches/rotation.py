"""Rotation drives the function.

AWS creates a version with the request's token, labelled AWSPENDING and possibly empty, then calls the rotation
function four times, under the function's resource policy; a failed rotation is tried again as a whole, with the same
token, and another RotateSecret meanwhile is refused (and makes it try again). With RotateImmediately=false only
testSecret runs, on a version that is then removed. `rate()` and days are followed; cron() is accepted, not driven.
The bare server copies AWSCURRENT to a new version at once and calls nothing.

Not known of AWS and chosen here: the pause between tries, and that a refused call starts a try at once.
"""

from __future__ import annotations

import json
import re
import threading
import time
from typing import Any

from ministack.core.responses import error_response_json, json_response, new_uuid, request_scope
from ministack.services import secretsmanager

from emulator import support
from emulator.settings import Settings

RELIES_ON = (
    "core.iam_evaluator:EvalContext(principal_arn, principal_type, principal_account, action, resource_arn, region)",
    "core.iam_evaluator:evaluate_resource_policy(doc, ctx, service)",
    "core.responses:request_scope(account_id, region)",
    "services.eventbridge:_dispatch_event(event)",
    "services.lambda_svc:_execute_function_with_config_scope(func, event)",
    "services.lambda_svc:_execution_record_for_config(func, config)",
    "services.lambda_svc:_get_func_record_for_ref(function_ref)",
    "services.secretsmanager:_describe_secret(data)",
    "services.secretsmanager:_find_stage_version(secret, stage)",
    "services.secretsmanager:_resolve(secret_id)",
    "services.secretsmanager:_rotate_secret(data)",
    "services.secretsmanager:_secrets",
    "services.secretsmanager:handle_request(method, path, headers, body, query_params)",
)
ADDS_TYPES = ()

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
SERVICE = "secretsmanager.amazonaws.com"

_settings = Settings()
_running: set[str] = set()
_again: set[str] = set()
# Versions that only the test of a new schedule looks at; they are no unfinished rotation.
_tested: set[str] = set()
_lock = threading.Lock()


def interval_seconds(rules: dict[str, Any] | None) -> float | None:
    """The pause between rotations, or None when nothing drives them."""
    rules = rules or {}
    if rules.get("AutomaticallyAfterDays"):
        return float(rules["AutomaticallyAfterDays"]) * _settings.seconds_per_day
    rate = re.fullmatch(r"rate\(\s*(\d+)\s+(hour|day)s?\s*\)", rules.get("ScheduleExpression") or "")
    if not rate:
        return None
    return int(rate[1]) * _settings.seconds_per_day / (24 if rate[2] == "hour" else 1)


def pending_version(secret: dict[str, Any]) -> str | None:
    """The version of an unfinished rotation: AWSPENDING that is not AWSCURRENT."""
    version_id, version = secretsmanager._find_stage_version(secret, "AWSPENDING")
    return version_id if version and "AWSCURRENT" not in version["Stages"] and version_id not in _tested else None


def refuse(code: str, message: str) -> Any:
    return error_response_json(code, message, 400)


def rotate_secret(original: Any, data: dict[str, Any]) -> Any:
    _, secret = secretsmanager._resolve(data.get("SecretId"))
    if not secret or secret.get("DeletedDate") or secret.get("_PrimarySecretArn"):
        return original(data)
    function = data.get("RotationLambdaARN") or secret.get("RotationLambdaARN")
    if not function:
        return refuse("InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.")
    if not support.service_may_invoke(function, SERVICE, secret["ARN"]):
        return refuse(
            "AccessDeniedException",
            "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy "
            f"grants access to the principal {SERVICE}.",
        )
    token = data.get("ClientRequestToken") or new_uuid()
    unfinished = pending_version(secret)
    if unfinished:
        start(secret, unfinished)
        if unfinished != token:
            return refuse(
                "InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted."
            )
    secret["RotationEnabled"] = True
    secret["RotationLambdaARN"] = function
    secret["RotationRules"] = data.get("RotationRules") or secret.get("RotationRules")
    plan_next(secret)
    answer = {"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": token}
    if data.get("RotateImmediately") is False:
        _tested.add(token)
        label_pending(secret, token)
        support.in_background("rotation-test", lambda: test_only(secret, token))
    elif not unfinished and "AWSCURRENT" not in secret["Versions"].get(token, {}).get("Stages", []):
        label_pending(secret, token)
        start(secret, token)
    return json_response(answer)


def label_pending(secret: dict[str, Any], token: str) -> None:
    empty = {"SecretString": None, "SecretBinary": None, "CreatedDate": int(time.time()), "Stages": []}
    secret["Versions"].setdefault(token, empty)
    for version_id, version in secret["Versions"].items():
        stages = [label for label in version["Stages"] if label != "AWSPENDING"]
        version["Stages"] = [*stages, "AWSPENDING"] if version_id == token else stages


def plan_next(secret: dict[str, Any]) -> None:
    interval = interval_seconds(secret.get("RotationRules"))
    if interval is None or not secret["RotationEnabled"]:
        secret.pop("NextRotationDate", None)
    else:
        secret["NextRotationDate"] = time.time() + interval


def call_step(secret: dict[str, Any], token: str, step: str) -> bool:
    function = secret.get("RotationLambdaARN") or ""
    if not support.service_may_invoke(function, SERVICE, secret["ARN"]):
        return False
    event = {"Step": step, "SecretId": secret["ARN"], "ClientRequestToken": token, "RotationToken": new_uuid()}
    return not support.invoke(function, event).get("error")


def test_only(secret: dict[str, Any], token: str) -> None:
    passed = call_step(secret, token, "testSecret")
    secret["Versions"].pop(token, None)
    _tested.discard(token)
    emit(secret, "TestRotationSucceeded" if passed else "TestRotationFailed")


def start(secret: dict[str, Any], token: str) -> None:
    """Begin or repeat a rotation, one at a time per secret; asked during a try, try once more if that one fails."""
    arn = secret["ARN"]
    with _lock:
        if arn in _running:
            _again.add(arn)
            return
        _running.add(arn)

    def work() -> None:
        while True:
            try:
                rotate(secret, token)
            finally:
                with _lock:
                    repeat = arn in _again and pending_version(secret) == token
                    _again.discard(arn)
                    if not repeat:
                        _running.discard(arn)
            if not repeat:
                return

    support.in_background("rotation", work)


def rotate(secret: dict[str, Any], token: str) -> None:
    emit(secret, "RotationStarted")
    for attempt in range(_settings.rotation_retries + 1):
        if attempt:
            time.sleep(_settings.rotation_retry_seconds)
        # A cancelled rotation stops between two steps.
        if all(secret["RotationEnabled"] and call_step(secret, token, step) for step in STEPS):
            break
    plan_next(secret)
    if pending_version(secret):
        emit(secret, "RotationFailed")
        return
    secret["LastRotatedDate"] = time.time()
    emit(secret, "RotationSucceeded")


def emit(secret: dict[str, Any], name: str) -> None:
    support.emit_service_event(SERVICE, name, {"SecretId": secret["ARN"]})


def cancel_rotate_secret(data: dict[str, Any]) -> Any:
    _, secret = secretsmanager._resolve(data.get("SecretId"))
    if not secret:
        return refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    secret["RotationEnabled"] = False
    secret.pop("NextRotationDate", None)
    version_id, _ = secretsmanager._find_stage_version(secret, "AWSPENDING")
    answer = {"ARN": secret["ARN"], "Name": secret["Name"], **({"VersionId": version_id} if version_id else {})}
    return json_response(answer)


def follow_schedules() -> None:
    now = time.time()
    for (account, region, _name), secret in secretsmanager._secrets.all_items():
        due = secret.get("NextRotationDate")
        if not (secret.get("RotationEnabled") and due and due <= now) or secret.get("DeletedDate"):
            continue
        with request_scope(account, region):
            token = pending_version(secret) or new_uuid()
            plan_next(secret)
            label_pending(secret, token)
            start(secret, token)


def apply(settings: Settings) -> None:
    global _settings
    _settings = settings
    original, describe, handle = (
        secretsmanager._rotate_secret,
        secretsmanager._describe_secret,
        secretsmanager.handle_request,
    )

    def describe_secret(data: dict[str, Any]) -> Any:
        status, headers, body = describe(data)
        _, secret = secretsmanager._resolve(data.get("SecretId"))
        if status >= 400 or not secret:
            return status, headers, body
        dates = {key: secret[key] for key in ("LastRotatedDate", "NextRotationDate") if secret.get(key)}
        return json_response({**json.loads(body), **dates})

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query_params: Any) -> Any:
        if headers.get("x-amz-target", "").endswith(".CancelRotateSecret"):
            return cancel_rotate_secret(json.loads(body or b"{}"))
        return await handle(method, path, headers, body, query_params)

    secretsmanager._rotate_secret = lambda data: rotate_secret(original, data)
    secretsmanager._describe_secret = describe_secret
    secretsmanager.handle_request = handle_request
    support.every(min(settings.clock_seconds, 1), "rotation-schedule", follow_schedules)
