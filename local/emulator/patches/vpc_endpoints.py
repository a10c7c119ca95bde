"""Calls through a VPC endpoint.

On AWS a call from a function inside a VPC goes through the endpoint for its service, if there is one: then
`aws:SourceVpce` and `aws:SourceVpc` are present and the endpoint's own policy must allow it as well. The bare server
knows neither. Modelled from configuration, since there is no traffic: the caller's key tells the function, its
VpcConfig the VPC, and an interface endpoint with private DNS (or a gateway endpoint on the subnet's route table)
carries the call.
"""

from __future__ import annotations

from typing import Any

from ministack.core import iam_evaluator, lambda_runtime
from ministack.core.responses import get_account_id
from ministack.services import ec2, lambda_svc

from emulator.settings import Settings

RELIES_ON = (
    "core.iam_evaluator:EvalContext(principal_arn, principal_type, principal_account, action, resource_arn, region)",
    "core.iam_evaluator:EvalResult(decision, principal_arn)",
    "core.iam_evaluator:enforce(access_key_id, iam_action, service, region, resource_arn, service_context)",
    "core.iam_evaluator:evaluate_resource_policy(doc, ctx)",
    "core.iam_evaluator:resolve_principal(access_key_id, account_id)",
    "core.lambda_runtime:execution_credentials(config)",
    "services.ec2:_route_tables",
    "services.ec2:_subnets",
    "services.ec2:_vpc_endpoints",
    "services.lambda_svc:execution_credentials(config)",
)
ADDS_TYPES = ()

# Endpoint names of services whose name here differs.
ENDPOINT_NAMES = {"apigateway": "execute-api", "cloudwatch": "monitoring"}

_functions: dict[str, dict[str, Any]] = {}


def endpoint_for(function: dict[str, Any], service: str, region: str) -> dict[str, Any] | None:
    """The endpoint that carries a function's calls to a service."""
    subnets = (function.get("VpcConfig") or {}).get("SubnetIds") or []
    vpcs = {subnet["VpcId"] for subnet in map(ec2._subnets.get, subnets) if subnet}
    name = f"com.amazonaws.{region}.{ENDPOINT_NAMES.get(service, service)}"
    for endpoint in ec2._vpc_endpoints.values():
        if endpoint["ServiceName"] != name or endpoint["VpcId"] not in vpcs:
            continue
        interface = endpoint["VpcEndpointType"] == "Interface"
        private_dns = str(endpoint.get("PrivateDnsEnabled")).lower() == "true"
        if private_dns if interface else on_route_table(endpoint, subnets):
            return endpoint
    return None


def endpoint_of_key(access_key_id: str, service: str, region: str) -> dict[str, Any] | None:
    """The endpoint that carries a caller's calls, when the caller is a function."""
    function = _functions.get(access_key_id)
    return endpoint_for(function, service, region) if function else None


def on_route_table(endpoint: dict[str, Any], subnets: list[str]) -> bool:
    return any(
        association.get("SubnetId") in subnets
        for table in endpoint.get("RouteTableIds", [])
        for association in (ec2._route_tables.get(table) or {}).get("Associations", [])
    )


def refused_by(
    endpoint: dict[str, Any], access_key_id: str, action: str, region: str, resource_arn: str, context: dict[str, Any]
) -> iam_evaluator.EvalResult | None:
    """The refusal of an endpoint's policy; without a policy everything passes, as with AWS's default one."""
    if not endpoint.get("PolicyDocument"):
        return None
    caller = iam_evaluator.resolve_principal(access_key_id, get_account_id())
    if isinstance(caller, iam_evaluator.AuthError):
        return None
    evaluated = iam_evaluator.evaluate_resource_policy(
        endpoint["PolicyDocument"],
        iam_evaluator.EvalContext(
            principal_arn=caller.arn,
            principal_type=caller.type,
            principal_account=caller.account,
            action=action,
            resource_arn=resource_arn,
            region=region,
            principal_keys=caller.keys,
            service_context={key.lower(): value for key, value in context.items()},
        ),
    )
    if evaluated.decision == "Allow":
        return None
    return iam_evaluator.EvalResult("ImplicitDeny", caller.arn, reason="the VPC endpoint policy does not allow it")


def apply(settings: Settings) -> None:
    credentials, enforce = lambda_runtime.execution_credentials, iam_evaluator.enforce

    def execution_credentials(config: dict[str, Any]) -> dict[str, str]:
        issued = credentials(config)
        _functions[issued["AWS_ACCESS_KEY_ID"]] = config
        return issued

    def enforce_through_endpoint(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        endpoint = endpoint_of_key(access_key_id, service, region)
        if not endpoint:
            return enforce(access_key_id, iam_action, service, region, resource_arn, service_context)
        context = {
            **(service_context or {}),
            "aws:SourceVpce": endpoint["VpcEndpointId"],
            "aws:SourceVpc": endpoint["VpcId"],
        }
        return enforce(access_key_id, iam_action, service, region, resource_arn, context) or refused_by(
            endpoint, access_key_id, iam_action, region, resource_arn, context
        )

    # The worker pool and the other executors look the function up under their own names.
    lambda_runtime.execution_credentials = lambda_svc.execution_credentials = execution_credentials
    iam_evaluator.enforce = enforce_through_endpoint
