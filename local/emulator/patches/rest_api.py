"""REST APIs: key source, caller fields, refusals and failures as on AWS.

On AWS `apiKeySource: AUTHORIZER` takes the key from the authorizer's `usageIdentifierKey`; the event names the key, the
peer's address (a client's own X-Forwarded-For cannot change it) and the request id that the caller gets, also to an
authorizer; an explicit
Deny of the resource policy comes before the authorizer; a function that fails or outlasts the integration's timeout
yields a gateway response. The bare server looks for the key in the header, believes X-Forwarded-For, skips the policy
on methods with an authorizer, passes the function's error text on, and waits for ever.
"""

from __future__ import annotations

import asyncio
import contextvars
from typing import Any

from ministack.core import iam_evaluator
from ministack.core.arn import execute_api_arn
from ministack.core.responses import get_request_client_ip
from ministack.services import apigateway_v1

from emulator.settings import Settings

RELIES_ON = (
    "core.arn:execute_api_arn",
    "core.iam_evaluator:evaluate_resource_policy(doc, ctx)",
    "services.apigateway_v1:_api_key_from_request(headers)",
    "services.apigateway_v1:_authorize_request_v1(api_id, stage_name, method_obj, method, request_path, resource)",
    "services.apigateway_v1:_build_lambda_event_v1(api_id, stage_name, stage, resource, request_path, method, headers)",
    "services.apigateway_v1:_execute_in_scope(request, api_id, stage_name, method, path, headers)",
    "services.apigateway_v1:_gw_error(response_type, message)",
    "services.apigateway_v1:_invoke_authorizer_lambda(authorizer, event, account_id, region)",
    "services.apigateway_v1:_invoke_lambda_proxy_v1(integration)",
    "services.apigateway_v1:_lambda_proxy_response(result)",
    "services.apigateway_v1:_resolve_api_key(value)",
    "services.apigateway_v1:_rest_apis",
    "services.apigateway_v1:rest_api_policy_for_arn(resource_arn)",
)
ADDS_TYPES = ()

# Carries the authorizer's key through the server's cache of authorizer results.
HIDDEN = "keyroom.usageIdentifierKey"

_request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
_key_from_authorizer: contextvars.ContextVar[str | None] = contextvars.ContextVar("authorizer_key", default=None)


class FunctionFailed(Exception):
    """The function behind a proxy integration ended in an error."""


def policy_denies(api_id: str, stage: str, method: str, path: str, account: str, region: str) -> bool:
    arn = execute_api_arn(region, account, api_id, stage, method, path)
    policy = (apigateway_v1.rest_api_policy_for_arn(arn) or ("",))[0]
    context = iam_evaluator.EvalContext("*", "Anonymous", "", "execute-api:Invoke", arn, region)
    return bool(policy) and iam_evaluator.evaluate_resource_policy(policy, context).decision == "Deny"


def apply(settings: Settings) -> None:
    authorize, authorizer, key_of = (
        apigateway_v1._authorize_request_v1,
        apigateway_v1._invoke_authorizer_lambda,
        apigateway_v1._api_key_from_request,
    )
    execute, build = apigateway_v1._execute_in_scope, apigateway_v1._build_lambda_event_v1
    proxy, shape = apigateway_v1._invoke_lambda_proxy_v1, apigateway_v1._lambda_proxy_response

    async def execute_in_scope(request: dict[str, Any], *args: Any) -> Any:
        _request_id.set(request["request_id"])
        _key_from_authorizer.set(None)
        answer = await execute(request, *args)
        if isinstance(answer, tuple):
            answer[1].setdefault("x-amzn-requestid", request["request_id"])
        return answer

    async def call_authorizer(definition: Any, event: dict[str, Any], *args: Any) -> Any:
        context = event.get("requestContext")
        if context:
            context["identity"]["sourceIp"] = get_request_client_ip()
            context["requestId"] = _request_id.get()
        result = await authorizer(definition, event, *args)
        body = (result or {}).get("body")
        if isinstance(body, dict) and body.get("usageIdentifierKey"):
            context = {**(body.get("context") or {}), HIDDEN: body["usageIdentifierKey"]}
            result = {**result, "body": {**body, "context": context}}
        return result

    async def authorize_request(
        api_id: str,
        stage_name: str,
        method_obj: dict[str, Any],
        method: str,
        path: str,
        resource: Any,
        headers: Any,
        body: Any,
        query_params: Any,
        path_params: Any,
        stage: Any,
        account: str,
        region: str,
    ) -> Any:
        kind = (method_obj.get("authorizationType") or "NONE").upper()
        if kind in ("CUSTOM", "COGNITO_USER_POOLS") and policy_denies(
            api_id, stage_name, method, path, account, region
        ):
            return apigateway_v1._gw_error(
                "ACCESS_DENIED",
                "User is not authorized to access this resource with an explicit deny in a resource-based policy",
            ), None
        error, context = await authorize(
            api_id,
            stage_name,
            method_obj,
            method,
            path,
            resource,
            headers,
            body,
            query_params,
            path_params,
            stage,
            account,
            region,
        )
        context = dict(context) if context else context
        key = context.pop(HIDDEN, "") if context else ""
        if apigateway_v1._rest_apis.get(api_id, {}).get("apiKeySource") == "AUTHORIZER":
            _key_from_authorizer.set(key)
        return error, context

    def api_key_from_request(headers: Any) -> Any:
        key = _key_from_authorizer.get()
        return key_of(headers) if key is None else key

    def build_event(*args: Any, **kwargs: Any) -> dict[str, Any]:
        event = build(*args, **kwargs)
        peer, context = get_request_client_ip(), event["requestContext"]
        context["identity"]["sourceIp"] = peer
        context["requestId"] = context["extendedRequestId"] = _request_id.get() or context["requestId"]
        given = event["headers"].get("x-forwarded-for")
        forwarded = f"{given}, {peer}" if given else peer
        event["headers"]["x-forwarded-for"] = forwarded
        event["multiValueHeaders"]["x-forwarded-for"] = [forwarded]
        key = apigateway_v1._resolve_api_key(api_key_from_request(event["headers"]))
        if key:
            context["identity"].update(apiKey=key["value"], apiKeyId=key["id"])
        return event

    def proxy_response(result: dict[str, Any]) -> Any:
        response, problem = shape(result)
        if problem:
            raise FunctionFailed
        return response, None

    async def invoke_proxy(integration: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        seconds = int(integration.get("timeoutInMillis") or 29_000) / 1000
        try:
            return await asyncio.wait_for(proxy(integration, *args, **kwargs), seconds)
        except asyncio.TimeoutError:
            return apigateway_v1._gw_error("INTEGRATION_TIMEOUT", "Endpoint request timed out")
        except FunctionFailed:
            return apigateway_v1._gw_error("DEFAULT_5XX", "Internal server error")

    apigateway_v1._execute_in_scope = execute_in_scope
    apigateway_v1._invoke_authorizer_lambda = call_authorizer
    apigateway_v1._authorize_request_v1 = authorize_request
    apigateway_v1._api_key_from_request = api_key_from_request
    apigateway_v1._build_lambda_event_v1 = build_event
    apigateway_v1._lambda_proxy_response = proxy_response
    apigateway_v1._invoke_lambda_proxy_v1 = invoke_proxy
