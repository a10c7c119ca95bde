"""Deliveries between services, and the keys of encrypted queues and topics.

On AWS EventBridge needs the queue's or topic's policy, CloudWatch the topic's; and when a queue or topic is encrypted
with a customer key, whoever sends needs that key as well: a service by the key policy, a caller by its own policies.
Where it is missing the message is lost in silence, which for an alarm means that nobody is paged. The bare server
checks only SNS against the queue's policy and asks no key.

Not modelled: `kms:ViaService` for callers of SNS through other services, and the key behind a table.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, eventbridge, kms, sns, sqs

from emulator.settings import Settings
from emulator.support import log

RELIES_ON = (
    "core.iam_evaluator:enforce(access_key_id, iam_action, service, region, resource_arn, service_context)",
    "core.iam_evaluator:evaluate_resource_policy(doc, ctx, service)",
    "services.cloudwatch:_dispatch_alarm_actions(alarm, old_state, new_state, reason)",
    "services.eventbridge:_invoke_target(target, event, rule, view)",
    "services.kms:_resolve_key(key_id_or_arn)",
    "services.kms:key_policy_for_arn(resource_arn)",
    "services.sns:_deliver_to_sqs(endpoint, envelope, raw, raw_message)",
    "services.sns:_topic_by_arn_any_scope(topic_arn)",
    "services.sns:topic_policy_allows(topic_arn, service, source_arn, source_account)",
    "services.sqs:_queue_by_arn",
    "services.sqs:queue_policy_allows(queue_arn, service, source_arn, source_account)",
)
ADDS_TYPES = ()

SEND = ("kms:GenerateDataKey", "kms:Decrypt")
NEEDS = {"sqs:SendMessage": SEND, "sqs:ReceiveMessage": ("kms:Decrypt",), "sns:Publish": SEND}
ACTION_LISTS = ("AlarmActions", "OKActions", "InsufficientDataActions")


def key_of(arn: str) -> str | None:
    """The customer or AWS managed key that encrypts a queue or topic."""
    found = sqs._queue_by_arn(arn) if ":sqs:" in arn else sns._topic_by_arn_any_scope(arn)
    return ((found or {}).get("attributes") or {}).get("KmsMasterKeyId") or None


def service_may_use(key_id: str, service: str, source: str) -> bool:
    key = kms._resolve_key(key_id)
    if not key:
        return False  # An AWS managed key admits no service, and nobody can change its policy.
    policy = (kms.key_policy_for_arn(key["Arn"]) or ("",))[0]
    for action in SEND:
        context = iam_evaluator.EvalContext(
            principal_arn=service,
            principal_type="Service",
            principal_account="",
            action=action,
            resource_arn=key["Arn"],
            region=get_region(),
            service_context={"aws:sourcearn": source, "aws:sourceaccount": get_account_id()},
        )
        if iam_evaluator.evaluate_resource_policy(policy, context, service=service).decision != "Allow":
            return False
    return True


def lost(service: str, source: str, arn: str, check_policy: bool = True) -> bool:
    """Whether a service's delivery to a queue or topic fails, said in the server's log."""
    allows = sqs.queue_policy_allows if ":sqs:" in arn else sns.topic_policy_allows
    if check_policy and not allows(arn, service, source, get_account_id()):
        log.warning("%s may not deliver to %s by its policy", service, arn)
        return True
    key = key_of(arn)
    if key and not service_may_use(key, service, source):
        log.warning("%s may not deliver to %s by the policy of its key", service, arn)
        return True
    return False


def apply(settings: Settings) -> None:
    target, notify = eventbridge._invoke_target, sns._deliver_to_sqs
    act, enforce = cloudwatch._dispatch_alarm_actions, iam_evaluator.enforce

    def invoke_target(to: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        arn, source = to.get("Arn", ""), rule.get("Arn", "")
        if ":rule/" in source and (":sqs:" in arn or ":sns:" in arn) and lost("events.amazonaws.com", source, arn):
            return
        target(to, event, rule, view)

    def deliver_to_sqs(endpoint: str, *args: Any, **kwargs: Any) -> None:
        # The server checks the queue's policy itself.
        if not lost("sns.amazonaws.com", kwargs.get("topic_arn", ""), endpoint, check_policy=False):
            notify(endpoint, *args, **kwargs)

    def dispatch_actions(alarm: dict[str, Any], *args: Any) -> None:
        heard = {
            name: [
                arn
                for arn in alarm.get(name) or []
                if ":sns:" not in arn or not lost("cloudwatch.amazonaws.com", alarm["AlarmArn"], arn)
            ]
            for name in ACTION_LISTS
        }
        act({**alarm, **heard}, *args)

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
        key = kms._resolve_key(key_of(resource_arn))
        if not key:
            return None
        context = {"kms:ViaService": f"{service}.{region}.amazonaws.com", "kms:CallerAccount": get_account_id()}
        checks = (enforce(access_key_id, action, "kms", region, key["Arn"], context) for action in NEEDS[iam_action])
        return next((found for found in checks if found), None)

    eventbridge._invoke_target = invoke_target
    sns._deliver_to_sqs = deliver_to_sqs
    cloudwatch._dispatch_alarm_actions = dispatch_actions
    iam_evaluator.enforce = enforce_key
