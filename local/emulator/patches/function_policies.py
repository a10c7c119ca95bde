"""Services may only invoke functions whose resource policy lets them.

On AWS API Gateway (methods and authorizers), SNS and EventBridge need a permission on the function, conditioned on
where the call comes from. The bare server lets them all through. A refusal looks as on AWS: the API answers 500, a
notification or event is dropped.
"""

from __future__ import annotations

from typing import Any

from ministack.services import apigateway_v1, eventbridge, sns

from emulator.settings import Settings
from emulator.support import log, service_may_invoke

RELIES_ON = (
    "core.iam_evaluator:evaluate_resource_policy(doc, ctx, service)",
    "services.apigateway_v1:_call_lambda_raw(function_ref, event)",
    "services.apigateway_v1:_extract_lambda_ref_from_integration_uri(uri)",
    "services.apigateway_v1:_invoke_authorizer_lambda(authorizer, event, account_id, region)",
    "services.eventbridge:_invoke_target(target, event, rule, view)",
    "services.lambda_svc:_get_func_record_for_ref(function_ref)",
    "services.sns:_deliver_to_lambda(endpoint, envelope, topic_arn)",
)
ADDS_TYPES = ()


def refused(function: str, service: str, source: str) -> bool:
    if service_may_invoke(function, service, source):
        return False
    log.warning("%s is not permitted to invoke %s for %s", service, function, source)
    return True


def apply(settings: Settings) -> None:
    call, authorize = apigateway_v1._call_lambda_raw, apigateway_v1._invoke_authorizer_lambda
    notify, target = sns._deliver_to_lambda, eventbridge._invoke_target

    async def call_lambda(
        function_ref: str, event: dict[str, Any], *, account_id: Any = None, region: Any = None
    ) -> Any:
        at = event.get("requestContext") or {}
        source = (
            f"arn:aws:execute-api:{region}:{account_id}:{at.get('apiId')}/{at.get('stage')}/"
            f"{at.get('httpMethod')}{at.get('resourcePath')}"
        )
        if refused(function_ref, "apigateway.amazonaws.com", source):
            return None, "not permitted"
        return await call(function_ref, event, account_id=account_id, region=region)

    async def call_authorizer(authorizer: dict[str, Any], event: dict[str, Any], account_id: str, region: str) -> Any:
        function = apigateway_v1._extract_lambda_ref_from_integration_uri(authorizer.get("authorizerUri", ""))
        api = event["methodArn"].split(":")[5].split("/")[0]
        source = f"arn:aws:execute-api:{region}:{account_id}:{api}/authorizers/{authorizer['id']}"
        # With credentials the authorizer is called under that role instead.
        if not authorizer.get("authorizerCredentials") and refused(function, "apigateway.amazonaws.com", source):
            return None
        return await authorize(authorizer, event, account_id, region)

    def deliver_to_lambda(endpoint: str, envelope: str, topic_arn: str, *rest: Any) -> None:
        if not refused(endpoint, "sns.amazonaws.com", topic_arn):
            notify(endpoint, envelope, topic_arn, *rest)

    def invoke_target(to: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None) -> None:
        arn, source = to.get("Arn", ""), rule.get("Arn", "")
        # Scheduler brings its own schedules here; it calls under the schedule's role.
        if ":lambda:" in arn and ":rule/" in source and refused(arn, "events.amazonaws.com", source):
            return
        target(to, event, rule, view)

    apigateway_v1._call_lambda_raw = call_lambda
    apigateway_v1._invoke_authorizer_lambda = call_authorizer
    sns._deliver_to_lambda = deliver_to_lambda
    eventbridge._invoke_target = invoke_target
