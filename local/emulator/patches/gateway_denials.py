"""Denials of a signed caller in the API's own form.

On AWS a caller whose signature is good and whose policies, or the API's, say no gets the gateway response
`ACCESS_DENIED`. The bare server answers before it reaches the API, in the form of its service calls.
"""

from __future__ import annotations

import json
from typing import Any

from ministack import app
from ministack.core.iam_evaluator import AuthError
from ministack.services import apigateway_v1

from emulator.settings import Settings

RELIES_ON = (
    "app:_enforce_execute_api(api_id, stage, method, execute_path, headers, query_params)",
    "core.iam_evaluator:AuthError(code, message)",
    "services.apigateway_v1:_AUTHENTICATION_GATEWAY_ERRORS",
    "services.apigateway_v1:authentication_error_response(api_id, stage_name, error, headers, query_params)",
)
ADDS_TYPES = ()

DENIED = "AccessDeniedException"


def words(body: bytes) -> str | None:
    """The message of a policy's refusal; None for every other answer."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return str(answer.get("message")) if answer.get("__type") == DENIED else None


def apply(settings: Settings) -> None:
    enforce = app._enforce_execute_api

    def enforce_execute_api(
        api_id: str,
        stage: str,
        method: str,
        execute_path: str,
        headers: Any,
        query_params: Any,
        **more: Any,
    ) -> Any:
        refusal = enforce(api_id, stage, method, execute_path, headers, query_params, **more)
        message = words(refusal[2]) if refusal else None
        if message is None:
            return refusal
        error = AuthError(DENIED, message)
        return apigateway_v1.authentication_error_response(api_id, stage, error, headers, query_params) or refusal

    apigateway_v1._AUTHENTICATION_GATEWAY_ERRORS[DENIED] = ("ACCESS_DENIED", DENIED)
    app._enforce_execute_api = enforce_execute_api
