"""Event sources are read under the function's role.

On AWS Lambda polls a queue or a stream with the permissions of the function's role, the key of an encrypted queue
included; without them nothing arrives. The bare server reads every source without asking. Here a mapping whose role
may not read is passed over until it may, and the server's log says so once.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from ministack.core import iam_evaluator, lambda_runtime
from ministack.core.responses import request_scope
from ministack.services import lambda_svc

from emulator.settings import Settings
from emulator.support import log

RELIES_ON = (
    "core.iam_evaluator:enforce(access_key_id, iam_action, service, region, resource_arn, service_context)",
    "core.iam_evaluator:pin_request_origin(source_ip, secure_transport)",
    "core.lambda_runtime:execution_credentials(config)",
    "core.responses:request_scope(account_id, region)",
    "services.lambda_svc:_get_func_record_for_qualifier(name, qualifier)",
    "services.lambda_svc:_iter_all_esms()",
)
ADDS_TYPES = ()

READS = {
    "sqs": ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"),
    "dynamodb": ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
}
# A poller asks several times a second; policies may change under it.
REMEMBERED_SECONDS = 1

_answers: dict[str, tuple[float, str | None]] = {}


def missing_action(mapping: dict[str, Any], region: str) -> str | None:
    """The first action that the role of a mapping's function lacks on the source."""
    source = mapping.get("EventSourceArn", "")
    service = source.split(":")[2] if source.count(":") > 2 else ""
    _, config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if not config or service not in READS:
        return None
    key = lambda_runtime.execution_credentials(config)["AWS_ACCESS_KEY_ID"]
    for action in READS[service]:
        if iam_evaluator.enforce(key, action, service, region, source):
            return action
    return None


def remembered(mapping: dict[str, Any], region: str) -> str | None:
    known = _answers.get(mapping["UUID"])
    if known and time.monotonic() - known[0] < REMEMBERED_SECONDS:
        return known[1]
    missing = missing_action(mapping, region)
    if missing and (known is None or known[1] != missing):
        log.warning("the role of %s lacks %s, its source is not read", mapping["FunctionName"], missing)
    _answers[mapping["UUID"]] = (time.monotonic(), missing)
    return missing


def apply(settings: Settings) -> None:
    mappings = lambda_svc._iter_all_esms

    def readable_mappings() -> Iterator[tuple[str, str, dict[str, Any]]]:
        for account, region, mapping in mappings():
            with request_scope(account, region):
                # Lambda polls over TLS, so a queue that refuses everything else lets it.
                iam_evaluator.pin_request_origin("", True)
                missing = remembered(mapping, region)
            if not missing:
                yield account, region, mapping

    lambda_svc._iter_all_esms = readable_mappings
