"""REST APIs as an app sees them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as SigningKey

from probe import (
    ACCOUNT,
    REGION,
    Answer,
    Credentials,
    Server,
    Stack,
    att,
    deploy,
    document,
    function,
    permission,
    ref,
    resource,
    role,
    statement,
    wait_until,
)

Both = Callable[..., None]
ECHO = "exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });"
AUTHORIZER = """
exports.handler = async (event) => ({ principalId: 'app', usageIdentifierKey: event.headers['x-token'],
  context: { app: 'otp' }, policyDocument: { Version: '2012-10-17', Statement: [
    { Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }] } });
"""
ANYBODY = document(statement("Allow", "execute-api:Invoke", Principal="*"))
PROBLEM = (
    '{"code":"$context.error.responseType","message":$context.error.messageString,'
    '"fix":"$context.error.validationErrorString","requestId":"$context.requestId",'
    '"from":"$context.identity.sourceIp","stage":"$context.stage"}'
)


def uri(function_name: str) -> dict[str, Any]:
    return {
        "Fn::Join": [
            "",
            [
                f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/",
                att(function_name, "Arn"),
                "/invocations",
            ],
        ]
    }


def source(path: str) -> dict[str, Any]:
    return {"Fn::Join": ["", [f"arn:aws:execute-api:{REGION}:{ACCOUNT}:", ref("Api"), path]]}


def api(
    code: str = ECHO,
    method: dict[str, Any] | None = None,
    of_api: dict[str, Any] | None = None,
    of_stage: dict[str, Any] | None = None,
    permitted: bool = True,
    after: tuple[str, ...] = (),
    timeout: int = 29000,
    **more: Any,
) -> dict[str, Any]:
    """POST / of a small API in front of a function, stage `v1`; `more` are further resources."""
    integration = {
        "Type": "AWS_PROXY",
        "IntegrationHttpMethod": "POST",
        "Uri": uri("Function"),
        "TimeoutInMillis": timeout,
    }
    resources = {
        "Role": role(),
        "Function": function(code),
        "Api": resource("AWS::ApiGateway::RestApi", **{"Name": "probe", "Policy": ANYBODY, **(of_api or {})}),
        "Post": resource(
            "AWS::ApiGateway::Method",
            RestApiId=ref("Api"),
            ResourceId=att("Api", "RootResourceId"),
            HttpMethod="POST",
            Integration=integration,
            **{"AuthorizationType": "NONE", **(method or {})},
        ),
        "Deployment": resource("AWS::ApiGateway::Deployment", ["Post", *after], RestApiId=ref("Api")),
        "Stage": resource(
            "AWS::ApiGateway::Stage",
            RestApiId=ref("Api"),
            DeploymentId=ref("Deployment"),
            StageName="v1",
            **(of_stage or {}),
        ),
        **more,
    }
    if permitted:
        resources["Permission"] = permission("Function", "apigateway.amazonaws.com", SourceArn=source("/*/POST/"))
    return resources


def post(stack: Stack, body: Any = None, session: Credentials | None = None, **headers: str) -> Answer:
    url = f"{stack.server.url}/restapis/{stack.outputs['Api']}/v1/_user_request_/"
    sent = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if session:
        request = AWSRequest("POST", url, data=json.dumps(body), headers=sent)
        SigV4Auth(SigningKey(session.key, session.secret, session.token), "execute-api", REGION).add_auth(request)
        sent = dict(request.headers)
    return stack.server.http("POST", url, body, sent)


def deployed(server: Server, **arguments: Any) -> Stack:
    return deploy(server, api(**arguments), {"Api": ref("Api"), "Function": ref("Function")})


def test_the_function_must_permit_the_api(both: Both) -> None:
    def probe(server: Server) -> None:
        assert post(deployed(server)).status == 200
        refused = post(deployed(server, permitted=False))
        assert refused.status == 500, "invoked without permission"
        assert refused.json == {"message": "Internal server error"}

    both("function_policies", probe, "invoked without permission")


def test_a_permission_for_another_path_is_none(extended: Server) -> None:
    elsewhere = permission("Function", "apigateway.amazonaws.com", SourceArn=source("/*/POST/v1/messages"))
    assert post(deployed(extended, permitted=False, Elsewhere=elsewhere)).status == 500


def with_authorizer(permitted: bool = True, policy: Any = ANYBODY, key: str = "k" * 32) -> dict[str, Any]:
    """An API whose authorizer hands over the caller's key for the usage plan."""
    more = {
        "Checks": function(AUTHORIZER),
        "Authorizer": resource(
            "AWS::ApiGateway::Authorizer",
            Name="a",
            RestApiId=ref("Api"),
            Type="REQUEST",
            AuthorizerUri=uri("Checks"),
            AuthorizerResultTtlInSeconds=300,
            IdentitySource="method.request.header.x-token",
        ),
        "Key": resource("AWS::ApiGateway::ApiKey", Enabled=True, Value=key),
        "Plan": resource("AWS::ApiGateway::UsagePlan", ApiStages=[{"ApiId": ref("Api"), "Stage": ref("Stage")}]),
        "Member": resource(
            "AWS::ApiGateway::UsagePlanKey", KeyId=ref("Key"), KeyType="API_KEY", UsagePlanId=ref("Plan")
        ),
    }
    if permitted:
        more["MayCheck"] = permission("Checks", "apigateway.amazonaws.com", SourceArn=source("/authorizers/*"))
    return api(
        method={"AuthorizationType": "CUSTOM", "AuthorizerId": ref("Authorizer"), "ApiKeyRequired": True},
        of_api={"ApiKeySourceType": "AUTHORIZER", "Policy": policy},
        **more,
    )


def test_the_key_comes_from_the_authorizer(both: Both) -> None:
    def probe(server: Server) -> None:
        key = f"{server.port:032}"
        stack = deploy(server, with_authorizer(key=key), {"Api": ref("Api")})
        assert post(stack, x_token=key).status == 200, "the key was not taken"
        for _cached in range(2):
            event = post(stack, x_token=key).json
            assert event["requestContext"]["identity"]["apiKey"] == key
            assert event["requestContext"]["authorizer"] == {"app": "otp", "principalId": "app"}
        assert post(stack, x_token="unknown").status == 403
        assert post(stack, x_token="unknown", x_api_key=key).status == 403

    both("rest_api", probe, "the key was not taken")


def test_the_authorizer_must_permit_the_api(both: Both) -> None:
    def probe(server: Server) -> None:
        stack = deploy(server, with_authorizer(permitted=False, key=f"p{server.port:031}"), {"Api": ref("Api")})
        assert post(stack, x_token="any").status == 500, "invoked without permission"

    both("function_policies", probe, "invoked without permission")


REFUSING = """
exports.handler = async (event) => ({ principalId: 'app', context: { detail: event.requestContext.identity.sourceIp,
  request: event.requestContext.requestId }, policyDocument: { Version: '2012-10-17', Statement: [
    { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: event.methodArn }] } });
"""


def test_an_authorizer_sees_the_peer_and_its_words_reach_the_caller(both: Both) -> None:
    def probe(server: Server) -> None:
        template = '{"said":"$context.authorizer.detail","by":"$context.authorizer.request","id":"$context.requestId"}'
        more = {
            **with_authorizer(key=f"s{server.port:031}"),
            "Checks": function(REFUSING),
            "Refused": resource(
                "AWS::ApiGateway::GatewayResponse",
                RestApiId=ref("Api"),
                ResponseType="ACCESS_DENIED",
                ResponseTemplates={"application/json": template},
            ),
        }
        more["Deployment"]["DependsOn"] = ["Post", "Refused"]
        refused = post(deploy(server, more, {"Api": ref("Api")}), x_token="any", x_forwarded_for="203.0.113.9")
        assert refused.status == 403
        assert refused.json["said"] == "127.0.0.1", f"said {refused.json['said']}"
        assert refused.json["by"] == refused.json["id"]

    both("gateway_context", probe, "said \\$context")


def test_a_denied_network_is_denied_before_the_authorizer(both: Both) -> None:
    def probe(server: Server) -> None:
        here = statement(
            "Deny", "execute-api:Invoke", Principal="*", Condition={"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}
        )
        key = f"n{server.port:031}"
        policy = document(statement("Allow", "execute-api:Invoke", Principal="*"), here)
        stack = deploy(server, with_authorizer(policy=policy, key=key), {"Api": ref("Api")})
        refused = post(stack, x_token=key)
        assert "explicit deny in a resource-based policy" in refused.text, f"let through: {refused.status}"
        assert refused.status == 403

    both("rest_api", probe, "let through")


def test_the_source_address_is_the_peers(both: Both) -> None:
    def probe(server: Server) -> None:
        event = post(deployed(server), x_forwarded_for="203.0.113.9").json
        seen = event["requestContext"]["identity"]["sourceIp"]
        assert seen == "127.0.0.1", f"believed {seen}"
        assert event["headers"]["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"

    both("rest_api", probe, "believed 203")


def test_caller_and_function_get_the_same_request_id(both: Both) -> None:
    def probe(server: Server) -> None:
        answer = post(deployed(server))
        given = {name.lower(): value for name, value in answer.headers.items()}.get("x-amzn-requestid")
        assert given == answer.json["requestContext"]["requestId"], "different ids"

    both("rest_api", probe, "different ids")


def test_who_called_an_iam_method(extended: Server) -> None:
    stack = deployed(extended, method={"AuthorizationType": "AWS_IAM"})
    allowed = deploy(extended, {"Role": role(statement("Allow", "execute-api:Invoke"))}, {"Arn": att("Role", "Arn")})
    session = extended.assume(allowed.outputs["Arn"], "app")
    answer = post(stack, {"a": 1}, session, user_agent="probe/1")
    assert answer.status == 200, answer
    identity = answer.json["requestContext"]["identity"]
    assert identity["userArn"].startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/")
    assert identity["caller"].endswith(":app")
    assert (identity["accountId"], identity["sourceIp"], identity["userAgent"]) == (ACCOUNT, "127.0.0.1", "probe/1")
    assert post(stack, {"a": 1}).status == 403


def test_the_resource_policy_names_the_callers(extended: Server) -> None:
    allowed = statement("Allow", "execute-api:Invoke")
    roles = deploy(
        extended, {"In": role(), "Out": role(allowed)}, {"In": att("In", "Arn"), "Out": att("Out", "Arn")}
    ).outputs
    policy = document(
        statement("Allow", "execute-api:Invoke", Principal={"AWS": roles["In"]}),
        statement(
            "Deny",
            "execute-api:Invoke",
            Principal="*",
            Condition={"StringNotEquals": {"aws:PrincipalArn": roles["In"]}},
        ),
    )
    stack = deployed(extended, method={"AuthorizationType": "AWS_IAM"}, of_api={"Policy": policy})
    answers = {name: post(stack, {}, extended.assume(arn)).status for name, arn in roles.items()}
    assert answers == {"In": 200, "Out": 403}


VALIDATED: dict[str, Any] = {
    "Model": resource(
        "AWS::ApiGateway::Model",
        RestApiId=ref("Api"),
        ContentType="application/json",
        Name="Message",
        Schema={"type": "object", "required": ["to"], "properties": {"to": {"type": "string"}}},
    ),
    "Validator": resource(
        "AWS::ApiGateway::RequestValidator",
        RestApiId=ref("Api"),
        Name="all",
        ValidateRequestBody=True,
        ValidateRequestParameters=True,
    ),
    "Refused": resource(
        "AWS::ApiGateway::GatewayResponse",
        RestApiId=ref("Api"),
        ResponseType="DEFAULT_4XX",
        ResponseTemplates={"application/json": PROBLEM},
        ResponseParameters={
            "gatewayresponse.header.content-type": "'application/problem+json'",
            "gatewayresponse.header.x-path": "context.path",
        },
    ),
    "Failed": resource(
        "AWS::ApiGateway::GatewayResponse",
        RestApiId=ref("Api"),
        ResponseType="DEFAULT_5XX",
        ResponseTemplates={"application/json": PROBLEM},
    ),
}
VALIDATING = {
    "RequestValidatorId": ref("Validator"),
    "RequestModels": {"application/json": ref("Model")},
    "RequestParameters": {"method.request.header.Idempotency-Key": True},
}


def validated(server: Server, code: str = ECHO, **rest: Any) -> Stack:
    return deployed(server, code=code, method=VALIDATING, after=("Refused", "Failed"), **VALIDATED, **rest)


def test_validators_validate(both: Both) -> None:
    def probe(server: Server) -> None:
        stack = validated(server)
        assert post(stack, {"to": "x"}, idempotency_key="k").status == 200
        assert post(stack, {"from": "x"}, idempotency_key="k").status == 400, "an invalid body passed"
        assert post(stack, {"to": 1}, idempotency_key="k").json["fix"] == "[instance at /to does not match the schema]"
        missing = post(stack, {"to": "x"}).json
        assert missing["code"] == "BAD_REQUEST_PARAMETERS"
        assert "Idempotency-Key" in missing["message"]

    both("cfn_dropped_properties", probe, "an invalid body passed")


def test_gateway_responses_know_the_context(both: Both) -> None:
    def probe(server: Server) -> None:
        # A refusal that both servers make: no such method.
        stack = deploy(server, api(after=("Refused",), Refused=VALIDATED["Refused"]), {"Api": ref("Api")})
        url = f"{server.url}/restapis/{stack.outputs['Api']}/v1/_user_request_/nowhere"
        problem = server.http("GET", url).json
        assert problem["from"] == "127.0.0.1", f"left as it stands: {problem['from']}"
        assert (problem["code"], problem["stage"], problem["fix"]) == ("MISSING_AUTHENTICATION_TOKEN", "v1", "")

    both("gateway_context", probe, "left as it stands")


def test_a_denied_caller_gets_the_apis_form(both: Both) -> None:
    def probe(server: Server) -> None:
        stack = deploy(
            server,
            api(after=("Refused",), method={"AuthorizationType": "AWS_IAM"}, Refused=VALIDATED["Refused"]),
            {"Api": ref("Api")},
        )
        denied = deploy(server, {"Out": role(statement("Deny", "execute-api:Invoke"))}, {"Arn": att("Out", "Arn")})
        answer = post(stack, {}, server.assume(denied.outputs["Arn"]))
        assert "code" in answer.json, f"the form of a service call: {answer.json}"
        assert (answer.status, answer.json["code"]) == (403, "ACCESS_DENIED")

    both("gateway_denials", probe, "the form of a service call")


def test_the_validators_words(extended: Server) -> None:
    refused = post(validated(extended), {"from": "x"}, idempotency_key="k")
    assert refused.json["fix"] == '[object has missing required properties (["to"])]'
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["x-path"] == "/v1/"


def test_a_failing_function_says_nothing(both: Both) -> None:
    def probe(server: Server) -> None:
        refused = post(deployed(server, code="exports.handler = async () => { throw new Error('the secret'); }"))
        assert "the secret" not in refused.text, "the error came out"
        assert refused.status >= 500

    both("rest_api", probe, "the error came out")


def test_a_failing_function_has_the_apis_form(extended: Server) -> None:
    stack = validated(extended, code="exports.handler = async () => { throw new Error('x'); }")
    problem = post(stack, {"to": "x"}, idempotency_key="k").json
    assert (problem["code"], problem["message"]) == ("DEFAULT_5XX", "Internal server error")


def test_the_integrations_timeout(both: Both) -> None:
    def probe(server: Server) -> None:
        code = "exports.handler = () => new Promise((done) => setTimeout(done, 1500, { statusCode: 200 }));"
        assert post(deployed(server, code=code, timeout=200)).status == 504, "it waited"

    both("rest_api", probe, "it waited")


def test_the_stages_throttle(extended: Server) -> None:
    stack = deployed(
        extended,
        of_stage={
            "MethodSettings": [
                {"HttpMethod": "*", "ResourcePath": "/*", "ThrottlingRateLimit": 0.1, "ThrottlingBurstLimit": 2}
            ]
        },
    )
    assert [post(stack).status for _ in range(3)] == [200, 200, 429]


def test_access_log(both: Both) -> None:
    def probe(server: Server) -> None:
        form = '{"id":"$context.requestId","path":"$context.resourcePath","status":$context.status,"who":"$context.x"}'
        setting = {"DestinationArn": att("Log", "Arn"), "Format": form}
        stack = deploy(
            server,
            api(of_stage={"AccessLogSetting": setting}, Log=resource("AWS::Logs::LogGroup")),
            {"Api": ref("Api"), "Log": ref("Log")},
        )
        answer = post(stack)
        logs = server.setup("logs")
        found = wait_until(
            lambda: logs.filter_log_events(logGroupName=stack.outputs["Log"])["events"],
            server.patience,
            what="the access log",
        )
        written = json.loads(found[0]["message"])
        assert written == {"id": answer.json["requestContext"]["requestId"], "path": "/", "status": 200, "who": "-"}

    both("gateway_context", probe, "waited .* for the access log")


def test_metrics_of_an_api(both: Both) -> None:
    def probe(server: Server) -> None:
        name = f"api-{uuid.uuid4().hex}"
        post(deployed(server, of_api={"Name": name}, code="exports.handler = async () => ({ statusCode: 404 });"))
        metrics = server.setup("cloudwatch").list_metrics(Namespace="AWS/ApiGateway", MetricName="4XXError")["Metrics"]
        found = [one["Dimensions"] for one in metrics if {"Name": "ApiName", "Value": name} in one["Dimensions"]]
        assert len(found) == 2, f"{len(found)} metrics"

    both("service_metrics", probe, "0 metrics")
