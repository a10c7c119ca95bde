"""CloudTrail's events reach EventBridge.

On AWS every management call, refused ones included, becomes an "AWS API Call via CloudTrail" event that names the role
behind a session, the caller's address and the endpoint it came through. Calls that only read reach rules in the state
ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS alone. The bare server records allowed calls as those of an IAM user
named after the access key, delivers none, and such a rule never fires.
"""

from __future__ import annotations

import contextvars
import json
import time
from typing import Any

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, get_request_client_ip, new_uuid
from ministack.services import cloudtrail, eventbridge

from emulator.patches import iam_context, vpc_endpoints
from emulator.settings import Settings
from emulator.support import log

RELIES_ON = (
    "app:_dispatch_service_request(method, path, headers, body, query_params, request_id)",
    "app:_maybe_record_cloudtrail(service, method, path, headers, body, query_params, request_id, region)",
    "app:_routing_params(method, path, headers, body, query_params)",
    "app:detect_service(method, path, headers, query_params)",
    "core.iam_evaluator:resolve_caller_identity(access_key_id)",
    "core.responses:get_request_client_ip()",
    "services.cloudtrail:_get_event_queue()",
    "services.cloudtrail:record_event",
    "services.eventbridge:_dispatch_event(event, view)",
    "services.eventbridge:_invoke_target(target, event, rule, view)",
    "services.eventbridge:_matches_pattern_view(pattern_str, view)",
    "services.eventbridge:_pattern_event_view(event)",
    "services.eventbridge:_rules",
    "services.eventbridge:_targets",
)
ADDS_TYPES = ()

ALL_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
# Data events, which AWS does not deliver to EventBridge as management events.
DATA_SERVICES = {"s3", "logs", "cloudwatch", "monitoring"}
DATA_EVENTS = {
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "TransactGetItems",
    "TransactWriteItems",
    "UpdateItem",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "DeleteMessageBatch",
    "ReceiveMessage",
    "SendMessage",
    "SendMessageBatch",
    "Publish",
    "PublishBatch",
    "Invoke",
    "PutEvents",
}
HIDDEN = {"secretString", "secretBinary", "plaintext"}

_recorded: contextvars.ContextVar[list[dict[str, Any]] | None] = contextvars.ContextVar("recorded", default=None)


def identity(access_key: str) -> dict[str, Any]:
    caller = iam_evaluator.resolve_caller_identity(access_key) or {}
    arn, account = caller.get("userArn", ""), get_account_id()
    common = {"principalId": caller.get("userId", ""), "arn": arn, "accountId": account, "accessKeyId": access_key}
    if ":assumed-role/" not in arn:
        name = arn.rsplit("/", 1)[-1]
        return {**common, "type": "Root"} if arn.endswith(":root") else {**common, "type": "IAMUser", "userName": name}
    role = iam_context.role_arn(arn)
    issuer = {"type": "Role", "arn": role, "accountId": account, "userName": role.rsplit("/", 1)[-1]}
    return {**common, "type": "AssumedRole", "sessionContext": {"sessionIssuer": issuer}}


def complete(record: dict[str, Any], service: str, status: int, body: Any) -> dict[str, Any]:
    """The event as CloudTrail writes it, from the server's record of the call."""
    event = json.loads(record["CloudTrailEvent"])
    parameters = {key[:1].lower() + key[1:]: value for key, value in (event["requestParameters"] or {}).items()}
    event["requestParameters"] = {key: value for key, value in parameters.items() if key not in HIDDEN}
    event["userIdentity"] = identity(record["AccessKeyId"])
    event["sourceIPAddress"] = get_request_client_ip()
    event["readOnly"] = record["ReadOnly"] == "true"
    event["managementEvent"], event["eventCategory"] = True, "Management"
    endpoint = vpc_endpoints.endpoint_of_key(record["AccessKeyId"], service, get_region())
    if endpoint:
        event["vpcEndpointId"] = endpoint["VpcEndpointId"]
    if status >= 400:
        try:
            problem = json.loads(body)
        except (TypeError, ValueError):
            problem = {}
        code = str(problem.get("__type", "Error")).rsplit("#", 1)[-1]
        # CloudTrail spells a refusal without the suffix of the JSON protocols.
        event["errorCode"] = "AccessDenied" if code == "AccessDeniedException" else code
        event["errorMessage"] = problem.get("message") or problem.get("Message", "")
    record["CloudTrailEvent"] = json.dumps(event)
    record["Username"] = event["userIdentity"]["arn"].rsplit("/", 1)[-1]
    return event


def deliver(event: dict[str, Any], only: str) -> None:
    """Hand an event to the rules in one state."""
    view = eventbridge._pattern_event_view(event)
    for key, rule in eventbridge._rules.items():
        if rule.get("State") != only or rule.get("EventBusName", "default") != event.get("EventBusName", "default"):
            continue
        if rule.get("EventPattern") and eventbridge._matches_pattern_view(rule["EventPattern"], view, f"rule {key}"):
            for target in eventbridge._targets.get(key, []):
                eventbridge._invoke_target(target, event, rule, view)


def publish(detail: dict[str, Any], service: str) -> None:
    if detail["eventName"] in DATA_EVENTS or service in DATA_SERVICES:
        return
    event = {
        "EventId": new_uuid(),
        "Source": f"aws.{service}",
        "DetailType": "AWS API Call via CloudTrail",
        "Detail": json.dumps(detail),
        "EventBusName": "default",
        "Resources": [],
        "Account": get_account_id(),
        "Region": get_region(),
        "Time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    if detail["readOnly"]:
        deliver(event, ALL_EVENTS)
    else:
        eventbridge._dispatch_event(event)


def apply(settings: Settings) -> None:
    request, record, dispatch = app._dispatch_service_request, cloudtrail.record_event, eventbridge._dispatch_event

    def record_event(*args: Any, **kwargs: Any) -> None:
        record(*args, **kwargs)
        noted = _recorded.get()
        if noted is not None:
            noted.append(cloudtrail._get_event_queue()[-1])

    async def dispatch_request(
        method: str, path: str, headers: Any, body: bytes, query_params: Any, request_id: str
    ) -> Any:
        noted: list[dict[str, Any]] = []
        token = _recorded.set(noted)
        try:
            answer = await request(method, path, headers, body, query_params, request_id)
            routing = app._routing_params(method, path, headers, body, query_params)
            service = app.detect_service(method, path, headers, routing)
            if not noted and answer[0] >= 400:
                # The server records only what got as far as the service.
                app._maybe_record_cloudtrail(
                    service, method, path, headers, body, query_params, request_id, get_region()
                )
        finally:
            _recorded.reset(token)
        try:
            for one in noted:
                publish(complete(one, service, answer[0], answer[2]), service)
        except Exception:
            log.exception("trail event of %s %s", service, path)
        return answer

    def dispatch_event(event: dict[str, Any], view: Any = None) -> None:
        dispatch(event, view)
        deliver(event, ALL_EVENTS)

    app._dispatch_service_request = dispatch_request
    cloudtrail.record_event = record_event
    eventbridge._dispatch_event = dispatch_event
