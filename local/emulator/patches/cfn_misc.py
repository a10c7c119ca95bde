"""CloudFormation types with an API here but no handler, and types that are only recorded.

AWS deploys composite alarms, trails, WAF associations, inline queue and topic policies, groups, SSM documents, saved
queries, anomaly detectors and logging configurations from a template. The bare server refuses each of them before it
creates anything. The first five act through the server's own services; the others have no effect here at all.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import cloudtrail, cloudwatch, iam, waf
from ministack.services.cloudformation import provisioners

from emulator.settings import Settings
from emulator.support import Created, Props, add_type, check_response, hex_id, local_arn, record_only

RELIES_ON = (
    "services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "services.cloudformation.provisioners:_physical_name(stack_name, logical_id)",
    "services.cloudformation.provisioners:_sns_topic_policy_create(logical_id, props, stack_name)",
    "services.cloudformation.provisioners:_sns_topic_policy_delete(physical_id, props)",
    "services.cloudformation.provisioners:_sqs_queue_policy_create(logical_id, props, stack_name)",
    "services.cloudformation.provisioners:_sqs_queue_policy_delete(physical_id, props)",
    "services.cloudtrail:_create_trail(body)",
    "services.cloudtrail:_delete_trail(body)",
    "services.cloudtrail:_start_logging(body)",
    "services.cloudwatch:_delete_alarms(params, cbor_data, is_cbor, is_json)",
    "services.cloudwatch:_put_composite_alarm(params, cbor_data, is_cbor, is_json)",
    "services.iam:_create_group(p)",
    "services.iam:_delete_group(p)",
    "services.iam:_group_inline_policies",
    "services.iam:_groups",
    "services.waf:_associate_web_acl(data)",
    "services.waf:_disassociate_web_acl(data)",
)
ADDS_TYPES = (
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::CloudTrail::Trail",
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::IAM::Group",
    "AWS::Logs::QueryDefinition",
    "AWS::SNS::TopicInlinePolicy",
    "AWS::SQS::QueueInlinePolicy",
    "AWS::SSM::Document",
    "AWS::WAFv2::LoggingConfiguration",
    "AWS::WAFv2::WebACLAssociation",
)


def named(key: str, logical_id: str, props: Props, stack_name: str) -> str:
    # An update passes the physical id on; without a name of its own the resource keeps it.
    generated = logical_id if logical_id.startswith(f"{stack_name}-") else None
    return props.get(key) or generated or provisioners._physical_name(stack_name, logical_id)


def create_composite_alarm(logical_id: str, props: Props, stack_name: str) -> Created:
    name = named("AlarmName", logical_id, props, stack_name)
    request = {**props, "AlarmName": name, "ActionsEnabled": str(props.get("ActionsEnabled", True)).lower() != "false"}
    check_response("AWS::CloudWatch::CompositeAlarm", cloudwatch._put_composite_alarm({}, request, False, True))
    return name, {"Arn": local_arn("cloudwatch", f"alarm:{name}")}


def delete_composite_alarm(physical_id: str, props: Props) -> None:
    cloudwatch._delete_alarms({}, {"AlarmNames": [physical_id]}, False, True)


def create_trail(logical_id: str, props: Props, stack_name: str) -> Created:
    name = named("TrailName", logical_id, props, stack_name)
    body = {**props, "Name": name, "KmsKeyId": props.get("KMSKeyId", "")}
    check_response("AWS::CloudTrail::Trail", cloudtrail._create_trail(body))
    if str(props.get("IsLogging", True)).lower() != "false":
        cloudtrail._start_logging({"Name": name})
    return name, {"Arn": local_arn("cloudtrail", f"trail/{name}"), "SnsTopicArn": ""}


def update_trail(physical_id: str, old: Props, new: Props, stack_name: str) -> Created:
    cloudtrail._delete_trail({"Name": physical_id})
    return create_trail(physical_id, {**new, "TrailName": physical_id}, stack_name)


def create_association(logical_id: str, props: Props, stack_name: str) -> Created:
    check_response("AWS::WAFv2::WebACLAssociation", waf._associate_web_acl(props))
    return f"{props['WebACLArn']}|{props['ResourceArn']}", {}


def create_group(logical_id: str, props: Props, stack_name: str) -> Created:
    name = named("GroupName", logical_id, props, stack_name)
    if name not in iam._groups:
        check_response("AWS::IAM::Group", iam._create_group({"GroupName": name, "Path": props.get("Path", "/")}))
    group = iam._groups[name]
    group["AttachedPolicies"] = list(props.get("ManagedPolicyArns") or [])
    inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in props.get("Policies") or []}
    iam._group_inline_policies[name] = {
        policy: document if isinstance(document, str) else json.dumps(document) for policy, document in inline.items()
    }
    return name, {"Arn": group["Arn"]}


def add_inline_policy(resource_type: str, member: str, members: str, create: Any, delete: Any) -> None:
    def plural(props: Props) -> Props:
        return {**props, members: [props.get(member)]}

    add_type(
        resource_type,
        lambda logical_id, props, stack_name: create(logical_id, plural(props), stack_name),
        lambda physical_id, props: delete(physical_id, plural(props)),
        lambda physical_id, old, new, stack_name: (physical_id, create(physical_id, plural(new), stack_name)[1]),
    )


def apply(settings: Settings) -> None:
    add_type("AWS::CloudWatch::CompositeAlarm", create_composite_alarm, delete_composite_alarm)
    add_type(
        "AWS::CloudTrail::Trail",
        create_trail,
        lambda name, props: cloudtrail._delete_trail({"Name": name}),
        update_trail,
    )
    add_type(
        "AWS::WAFv2::WebACLAssociation", create_association, lambda physical_id, props: waf._disassociate_web_acl(props)
    )
    add_type("AWS::IAM::Group", create_group, lambda name, props: iam._delete_group({"GroupName": name}))
    add_inline_policy(
        "AWS::SQS::QueueInlinePolicy",
        "Queue",
        "Queues",
        provisioners._sqs_queue_policy_create,
        provisioners._sqs_queue_policy_delete,
    )
    add_inline_policy(
        "AWS::SNS::TopicInlinePolicy",
        "TopicArn",
        "Topics",
        provisioners._sns_topic_policy_create,
        provisioners._sns_topic_policy_delete,
    )

    record_only("AWS::SSM::Document", lambda logical_id, props, stack: (named("Name", logical_id, props, stack), {}))
    record_only("AWS::WAFv2::LoggingConfiguration", lambda logical_id, props, stack: (props["ResourceArn"], {}))
    for resource_type, attribute in {
        "AWS::ApplicationAutoScaling::ScalableTarget": "Id",
        "AWS::CloudWatch::AnomalyDetector": "Id",
        "AWS::Logs::QueryDefinition": "QueryDefinitionId",
    }.items():

        def identify(logical_id: str, props: Props, stack: str, attribute: str = attribute) -> Created:
            found = hex_id(logical_id.lower()[:20])
            return found, {attribute: found}

        record_only(resource_type, identify)
