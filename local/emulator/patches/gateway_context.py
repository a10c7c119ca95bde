"""$context in gateway responses and access logs.

On AWS both see the same variables: request id, method, path, stage, caller, what an authorizer said of it, the error
with the validator's words. The
bare server knows seven in gateway responses, leaves the others as they stand in the template, and writes no access
log. Here they come from one table; an unknown variable becomes empty in a response and `-` in a log, as on AWS.
"""

from __future__ import annotations

import contextvars
import json
import re
import time
from typing import Any

from ministack.core.responses import get_account_id, get_request_client_ip
from ministack.services import apigateway_v1, cloudwatch_logs

from emulator.settings import Settings

RELIES_ON = (
    "services.apigateway_v1:_check_request_validation(method_obj, api_id, request, headers, body, query_params)",
    "services.apigateway_v1:_execute_in_scope(request, api_id, stage_name)",
    "services.apigateway_v1:_gateway_error_response(error, request)",
    "services.apigateway_v1:_gateway_request_value(source, request)",
    "services.apigateway_v1:_handle_execute_in_scope(api_id, stage_name, method, path, headers)",
    "services.apigateway_v1:_iam_caller_identity(headers, query_params)",
    "services.apigateway_v1:_invoke_authorizer_lambda(authorizer, event, account_id, region)",
    "services.apigateway_v1:_json_schema_valid(schema, value, root)",
    "services.apigateway_v1:_model_schema(api_id, model_name)",
    "services.apigateway_v1:_stages_v1",
    "services.cloudwatch_logs:_create_log_group(data)",
    "services.cloudwatch_logs:_create_log_stream(data)",
    "services.cloudwatch_logs:_log_groups",
    "services.cloudwatch_logs:_put_log_events(data)",
)
ADDS_TYPES = ()

_VARIABLE = re.compile(r"\$\{?(context(?:\.\w+)+)\}?")
_seen: contextvars.ContextVar[dict[str, Any] | None] = contextvars.ContextVar("gateway_context", default=None)


def caller(headers: Any, query_params: Any) -> dict[str, Any]:
    known = apigateway_v1._iam_caller_identity(headers, query_params) if headers.get("authorization") else None
    return {key: value for key, value in (known or {}).items() if value}


def complaint(schema: dict[str, Any], value: Any) -> str:
    """The words of the request validator about the first thing it refuses; AWS lists all of them."""
    if schema.get("type") == "object" and not isinstance(value, dict):
        return f"[instance type ({type(value).__name__}) does not match any allowed primitive type]"
    missing = sorted(set(schema.get("required") or []) - set(value if isinstance(value, dict) else []))
    if missing:
        return f"[object has missing required properties ({json.dumps(missing)})]"
    allowed = schema.get("properties") or {}
    extra = sorted(set(value) - set(allowed)) if isinstance(value, dict) else []
    if extra and schema.get("additionalProperties") is False:
        return f"[object instance has properties which are not allowed by the schema: {json.dumps(extra)}]"
    for name, inner in allowed.items():
        if not isinstance(value, dict) or name not in value:
            continue
        if not apigateway_v1._json_schema_valid(inner, value[name], schema):
            return f"[instance at /{name} does not match the schema]"
    return "[instance does not match the schema]"


def table(request: dict[str, Any], method: str, path: str, headers: Any, query_params: Any) -> dict[str, Any]:
    now = time.time()
    values = {
        "requestId": request["request_id"],
        "extendedRequestId": request["request_id"],
        "apiId": request["api_id"],
        "accountId": get_account_id(),
        "httpMethod": method,
        "path": f"/{request['stage_name']}{path}",
        "stage": request["stage_name"],
        "protocol": "HTTP/1.1",
        "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "requestTimeEpoch": str(int(now * 1000)),
        "identity.sourceIp": get_request_client_ip(),
        "identity.userAgent": headers.get("user-agent", ""),
    }
    values.update({f"identity.{key}": value for key, value in caller(headers, query_params).items()})
    return {f"context.{key}": value for key, value in values.items()}


def write_access_log(stage: dict[str, Any], values: dict[str, Any]) -> None:
    setting = stage.get("accessLogSettings") or {}
    if ":log-group:" not in setting.get("destinationArn", ""):
        return
    group = setting["destinationArn"].split(":log-group:", 1)[1].removesuffix(":*")
    stream = f"{values['context.apiId']}_{values['context.stage']}"
    if group not in cloudwatch_logs._log_groups:
        cloudwatch_logs._create_log_group({"logGroupName": group})
    if stream not in cloudwatch_logs._log_groups[group]["streams"]:
        cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    line = _VARIABLE.sub(lambda found: str(values.get(found[1]) or "-"), setting["format"])
    cloudwatch_logs._put_log_events(
        {
            "logGroupName": group,
            "logStreamName": stream,
            "logEvents": [{"timestamp": int(time.time() * 1000), "message": line}],
        }
    )


def apply(settings: Settings) -> None:
    handle, render, execute, validate = (
        apigateway_v1._handle_execute_in_scope,
        apigateway_v1._gateway_error_response,
        apigateway_v1._execute_in_scope,
        apigateway_v1._check_request_validation,
    )
    value_of, authorize = apigateway_v1._gateway_request_value, apigateway_v1._invoke_authorizer_lambda

    async def invoke_authorizer(*args: Any) -> Any:
        result = await authorize(*args)
        body, values = (result or {}).get("body"), _seen.get()
        if isinstance(body, dict) and values is not None:
            said = {**(body.get("context") or {}), "principalId": body.get("principalId")}
            values.update({f"context.authorizer.{key}": value for key, value in said.items() if value is not None})
        return result

    async def handle_in_scope(
        api_id: str, stage_name: str, method: str, path: str, headers: Any, body: Any, query_params: Any, *owner: str
    ) -> Any:
        values: dict[str, Any] = {}
        token, started = _seen.set(values), time.time()
        try:
            answer = await handle(api_id, stage_name, method, path, headers, body, query_params, *owner)
        finally:
            _seen.reset(token)
        stage = apigateway_v1._stages_v1.get(api_id, {}).get(stage_name)
        if stage and values:
            values.update(
                {
                    "context.status": answer[0],
                    "context.responseLength": len(answer[2] or b""),
                    "context.responseLatency": int((time.time() - started) * 1000),
                }
            )
            write_access_log(stage, values)
        return answer

    async def execute_in_scope(
        request: dict[str, Any],
        api_id: str,
        stage_name: str,
        method: str,
        path: str,
        headers: Any,
        body: Any,
        query_params: Any,
        *owner: str,
    ) -> Any:
        values = _seen.get()
        if values is not None:
            values.update(table(request, method, path, headers, query_params))
        answer = await execute(request, api_id, stage_name, method, path, headers, body, query_params, *owner)
        if values is not None:
            values["context.resourcePath"] = request["resource_path"]
        return answer

    def check_validation(
        method_obj: dict[str, Any], api_id: str, request: Any, headers: Any, body: Any, query_params: Any
    ) -> Any:
        error, values = validate(method_obj, api_id, request, headers, body, query_params), _seen.get()
        if error is not None and values is not None:
            values["context.error.validationErrorString"] = error.message
            if error.response_type == "BAD_REQUEST_BODY":
                model = (method_obj.get("requestModels") or {}).get("application/json")
                try:
                    words = complaint(apigateway_v1._model_schema(api_id, model) or {}, json.loads(body))
                except ValueError:
                    words = "Can not parse JSON"
                values["context.error.validationErrorString"] = words
        return error

    def error_response(error: Any, request: dict[str, Any]) -> Any:
        values = _seen.get()
        if values is None:
            values = table(request, "", "", request["headers"], request["query_params"])
        values["context.error.message"] = error.message or ""
        values["context.error.messageString"] = json.dumps(error.message)
        values["context.error.responseType"] = error.response_type
        status, headers, body = render(error, request)
        # A mapped header replaces the default one however it is spelt.
        spelt = {name.lower(): name for name in headers}
        headers = {name: value for name, value in headers.items() if spelt[name.lower()] == name}
        # Values may hold quotes, and templates put them between quotes.
        rest = _VARIABLE.sub(lambda found: json.dumps(str(values.get(found[1]) or ""))[1:-1], body.decode())
        return status, headers, rest.encode()

    def request_value(source: str, request: dict[str, Any]) -> Any:
        values = _seen.get() or {}
        return str(values[source]) if source in values else value_of(source, request)

    apigateway_v1._invoke_authorizer_lambda = invoke_authorizer
    apigateway_v1._handle_execute_in_scope = handle_in_scope
    apigateway_v1._execute_in_scope = execute_in_scope
    apigateway_v1._check_request_validation = check_validation
    apigateway_v1._gateway_error_response = error_response
    apigateway_v1._gateway_request_value = request_value
