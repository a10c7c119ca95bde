"""Properties that CloudFormation drops without a word.

On AWS they take effect; the bare server accepts the template and ignores them: a function's
`ReservedConcurrentExecutions` and `VpcConfig`, a table's `TimeToLiveSpecification` and point-in-time recovery, an
API's `ApiKeySourceType` and `DisableExecuteApiEndpoint`, a method's `RequestValidatorId` (and the validator itself), a
stage's `AccessLogSetting`, a log group's `DataProtectionPolicy`, a bucket's object lock, a topic's key. Each is handed
to the server's own function for it after the handler has run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import apigateway_v1, cloudwatch_logs, dynamodb, lambda_svc, s3, sns
from ministack.services.cloudformation import provisioners

from emulator.settings import Settings
from emulator.support import Created, Props, add_type

RELIES_ON = (
    "services.apigateway_v1:_create_request_validator(api_id, data)",
    "services.apigateway_v1:_delete_request_validator(api_id, validator_id)",
    "services.apigateway_v1:_request_validators",
    "services.apigateway_v1:_resources",
    "services.apigateway_v1:_rest_apis",
    "services.apigateway_v1:_stages_v1",
    "services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "services.cloudwatch_logs:_log_groups",
    "services.dynamodb:_pitr_settings",
    "services.dynamodb:_ttl_settings",
    "services.dynamodb:_update_ttl(data)",
    "services.lambda_svc:_functions",
    "services.lambda_svc:_vpc_config_with_id(request_config)",
    "services.lambda_svc:invalidate_worker",
    "services.s3:_bucket_object_lock",
    "services.s3:_bucket_versioning",
    "services.sns:_topics",
)
ADDS_TYPES = ()


def as_bool(value: Any) -> bool:
    return str(value).lower() == "true"


def function(name: str, props: Props) -> None:
    record = lambda_svc._functions[name]
    reserved = props.get("ReservedConcurrentExecutions")
    record["concurrency"] = None if reserved is None else int(reserved)
    record["config"]["VpcConfig"] = lambda_svc._vpc_config_with_id(props.get("VpcConfig"))


def table(name: str, props: Props) -> None:
    ttl = props.get("TimeToLiveSpecification")
    if ttl:
        dynamodb._update_ttl(
            {
                "TableName": name,
                "TimeToLiveSpecification": {
                    "Enabled": as_bool(ttl.get("Enabled")),
                    "AttributeName": ttl.get("AttributeName"),
                },
            }
        )
    else:
        dynamodb._ttl_settings.pop(name, None)
    recovery = props.get("PointInTimeRecoverySpecification") or {}
    dynamodb._pitr_settings[name] = as_bool(recovery.get("PointInTimeRecoveryEnabled"))


def rest_api(api_id: str, props: Props) -> None:
    api = apigateway_v1._rest_apis[api_id]
    api["apiKeySource"] = props.get("ApiKeySourceType", "HEADER")
    api["disableExecuteApiEndpoint"] = as_bool(props.get("DisableExecuteApiEndpoint", False))


def method(physical_id: str, props: Props) -> None:
    resource = apigateway_v1._resources[props["RestApiId"]][props["ResourceId"]]
    resource["resourceMethods"][props["HttpMethod"]]["requestValidatorId"] = props.get("RequestValidatorId")


def stage(name: str, props: Props) -> None:
    setting = props.get("AccessLogSetting")
    record = apigateway_v1._stages_v1[props["RestApiId"]][name]
    record.pop("accessLogSettings", None)
    if setting:
        record["accessLogSettings"] = {
            "destinationArn": setting.get("DestinationArn", ""),
            "format": setting.get("Format", ""),
        }


def log_group(name: str, props: Props) -> None:
    group = cloudwatch_logs._log_groups[name]
    group["dataProtectionPolicy"] = props.get("DataProtectionPolicy")


def bucket(name: str, props: Props) -> None:
    if not as_bool(props.get("ObjectLockEnabled", False)):
        return
    retention = ((props.get("ObjectLockConfiguration") or {}).get("Rule") or {}).get("DefaultRetention")
    numbers = {key: int(retention[key]) for key in ("Days", "Years") if key in (retention or {})}
    # Object lock turns versioning on.
    s3._bucket_versioning[name] = "Enabled"
    s3._bucket_object_lock[name] = {
        "enabled": True,
        "default_retention": {"Mode": retention["Mode"], **numbers} if retention else None,
    }


def topic(arn: str, props: Props) -> None:
    attributes = sns._topics[arn]["attributes"]
    attributes.pop("KmsMasterKeyId", None)
    if props.get("KmsMasterKeyId"):
        attributes["KmsMasterKeyId"] = props["KmsMasterKeyId"]


def create_validator(logical_id: str, props: Props, stack_name: str) -> Created:
    api_id = props["RestApiId"]
    before = set(apigateway_v1._request_validators.get(api_id, {}))
    apigateway_v1._create_request_validator(
        api_id,
        {
            "name": props.get("Name", logical_id),
            "validateRequestBody": as_bool(props.get("ValidateRequestBody", False)),
            "validateRequestParameters": as_bool(props.get("ValidateRequestParameters", False)),
        },
    )
    (created,) = set(apigateway_v1._request_validators[api_id]) - before
    return created, {"RequestValidatorId": created}


def update_validator(physical_id: str, old: Props, new: Props, stack_name: str) -> Created:
    validator = apigateway_v1._request_validators[new["RestApiId"]][physical_id]
    validator["validateRequestBody"] = as_bool(new.get("ValidateRequestBody", False))
    validator["validateRequestParameters"] = as_bool(new.get("ValidateRequestParameters", False))
    return physical_id, {"RequestValidatorId": physical_id}


def then(resource_type: str, effect: Callable[[str, Props], None]) -> None:
    """Run an effect after a type's own create and update."""
    handlers = provisioners._RESOURCE_HANDLERS[resource_type]
    create, update = handlers["create"], handlers["update"]

    def created(logical_id: str, props: Props, stack_name: str) -> Created:
        done = create(logical_id, props, stack_name)
        effect(done[0], props)
        return done

    def updated(physical_id: str, old: Props, new: Props, *rest: Any) -> Created:
        done = update(physical_id, old, new, *rest)
        effect(done[0], new)
        return done

    handlers.update(create=created, update=updated)


def apply(settings: Settings) -> None:
    then("AWS::Lambda::Function", function)
    then("AWS::DynamoDB::Table", table)
    then("AWS::ApiGateway::RestApi", rest_api)
    then("AWS::ApiGateway::Method", method)
    then("AWS::ApiGateway::Stage", stage)
    then("AWS::Logs::LogGroup", log_group)
    then("AWS::S3::Bucket", bucket)
    then("AWS::SNS::Topic", topic)
    del provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RequestValidator"]
    add_type(
        "AWS::ApiGateway::RequestValidator",
        create_validator,
        lambda validator, props: apigateway_v1._delete_request_validator(props["RestApiId"], validator),
        update_validator,
    )
