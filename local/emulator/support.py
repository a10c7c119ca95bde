"""What several patches share: CloudFormation handlers, service permissions, background work."""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge, lambda_svc
from ministack.services.cloudformation import provisioners

RELIES_ON = (
    "core.iam_evaluator:EvalContext(principal_arn, principal_type, principal_account, action, resource_arn, region)",
    "core.iam_evaluator:evaluate_resource_policy(doc, ctx, service)",
    "core.responses:request_scope(account_id, region)",
    "services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "services.cloudformation.provisioners:_delete_predecessor(delete_fn)",
    "services.eventbridge:_dispatch_event(event)",
    "services.lambda_svc:_execute_function_with_config_scope(func, event)",
    "services.lambda_svc:_execution_record_for_config(func, config)",
    "services.lambda_svc:_func_arn(name)",
    "services.lambda_svc:_get_func_record_for_ref(function_ref)",
)
ADDS_TYPES = ()

log = logging.getLogger("emulator")

Props = dict[str, Any]
Created = tuple[str, dict[str, Any]]


def hex_id(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:17]}"


def local_arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{get_region()}:{get_account_id()}:{resource}"


def check_response(resource_type: str, response: tuple[int, Any, Any]) -> None:
    """Fail the CloudFormation operation when a service's own function answered with an error."""
    if response[0] >= 400:
        raise ValueError(f"{resource_type} failed: {response[2]!r}")


def add_type(
    resource_type: str,
    create: Callable[[str, Props, str], Created],
    delete: Callable[[str, Props], None],
    update: Callable[[str, Props, Props, str], Created] | None = None,
) -> None:
    """Teach CloudFormation a type. Without `update`, a change replaces the resource, new before old."""

    def replace(physical_id: str, old: Props, new: Props, stack_name: str, logical_id: str | None = None) -> Created:
        created = create(logical_id or physical_id, new, stack_name)
        if created[0] != physical_id:
            provisioners._delete_predecessor(delete, physical_id, old)
        return created

    handlers: dict[str, Any] = {"create": create, "delete": delete, "update": update or replace}
    if update is None:
        handlers["update_with_logical_id"] = True
    provisioners._RESOURCE_HANDLERS[resource_type] = handlers


def record_only(resource_type: str, identify: Callable[[str, Props, str], Created]) -> None:
    """Teach CloudFormation a type that has no effect here: it is accepted, kept in the stack and gets its Ref."""

    def update(physical_id: str, old: Props, new: Props, stack_name: str, logical_id: str | None = None) -> Created:
        _, attributes = identify(logical_id or physical_id, new, stack_name)
        return physical_id, {**attributes, **({"Id": physical_id} if "Id" in attributes else {})}

    add_type(resource_type, identify, lambda physical_id, props: None)
    provisioners._RESOURCE_HANDLERS[resource_type]["update"] = update


def service_may_invoke(function_arn: str, service: str, source_arn: str) -> bool:
    """Whether a function's resource policy lets an AWS service invoke it on behalf of one of our resources."""
    func, _config, name = lambda_svc._get_func_record_for_ref(function_arn)
    if not func:
        return False
    unqualified = lambda_svc._func_arn(name)
    for resource in {unqualified, function_arn}:
        context = iam_evaluator.EvalContext(
            principal_arn=service,
            principal_type="Service",
            principal_account="",
            region=get_region(),
            action="lambda:InvokeFunction",
            resource_arn=resource,
            service_context={
                "aws:sourcearn": source_arn,
                "aws:sourceaccount": get_account_id(),
                "aws:principalservicename": service,
                "aws:principalisawsservice": "true",
            },
        )
        decision = iam_evaluator.evaluate_resource_policy(func["policy"], context, service=service).decision
        if decision != "ImplicitDeny":
            return decision == "Allow"
    return False


def invoke(function_arn: str, event: dict[str, Any]) -> dict[str, Any]:
    """Run a function to its end on this thread; a worker thread only, or the server would wait for itself."""
    func, config, _name = lambda_svc._get_func_record_for_ref(function_arn)
    if not func or not config:
        return {"error": True, "body": {"errorMessage": f"no such function: {function_arn}"}}
    record = lambda_svc._execution_record_for_config(func, config)
    return lambda_svc._execute_function_with_config_scope(record, event)


def emit_service_event(service: str, name: str, data: dict[str, Any]) -> None:
    """An event about what a service did by itself, as CloudTrail hands it to EventBridge."""
    now, account, region = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), get_account_id(), get_region()
    detail = {
        "eventVersion": "1.08",
        "eventTime": now,
        "eventSource": service,
        "eventName": name,
        "eventType": "AwsServiceEvent",
        "awsRegion": region,
        "recipientAccountId": account,
        "readOnly": False,
        "userIdentity": {"accountId": account, "invokedBy": service},
        "additionalEventData": data,
    }
    eventbridge._dispatch_event(
        {
            "EventId": str(uuid.uuid4()),
            "Source": f"aws.{service.split('.')[0]}",
            "Time": now,
            "Resources": [],
            "DetailType": "AWS Service Event via CloudTrail",
            "Detail": json.dumps(detail),
            "EventBusName": "default",
            "Account": account,
            "Region": region,
        }
    )


def in_background(name: str, work: Callable[[], None]) -> None:
    """Run work on a thread of its own, in the account and Region of the request at hand."""
    account, region = get_account_id(), get_region()

    def run() -> None:
        with request_scope(account, region):
            try:
                work()
            except Exception:
                log.exception("%s failed", name)

    threading.Thread(target=run, name=name, daemon=True).start()


def every(seconds: float, name: str, work: Callable[[], None]) -> None:
    """Run work again and again for as long as the server lives."""

    def run() -> None:
        while True:
            time.sleep(seconds)
            try:
                work()
            except Exception:
                log.exception("%s failed", name)

    threading.Thread(target=run, name=name, daemon=True).start()


def scopes(store: Any) -> set[tuple[str, str]]:
    """The accounts and Regions that have something in one of the server's stores."""
    return {(key[0], key[1]) for key in list(store.to_dict())}
