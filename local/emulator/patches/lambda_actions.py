"""The action behind a call of Lambda's own API.

On AWS reading and changing an event source mapping, and reading and deleting a function's reserved concurrency, are
actions of their own. The bare server takes a read of a mapping for `ListEventSourceMappings` and a read or a deletion
of a concurrency for `PutFunctionConcurrency`, and lets everybody change a mapping.
"""

from __future__ import annotations

from ministack.core import iam_actions

from emulator.settings import Settings

RELIES_ON = ("core.iam_actions:_lambda_action(method, path)",)
ADDS_TYPES = ()

MAPPING = {
    "GET": "GetEventSourceMapping",
    "PUT": "UpdateEventSourceMapping",
    "DELETE": "DeleteEventSourceMapping",
}
CONCURRENCY = {
    "GET": "GetFunctionConcurrency",
    "PUT": "PutFunctionConcurrency",
    "DELETE": "DeleteFunctionConcurrency",
}


def own_action(method: str, path: str) -> str | None:
    """The action of the calls that the bare server names wrongly."""
    parts = [part for part in path.split("/") if part]
    if len(parts) > 2 and parts[1] == "event-source-mappings":
        return MAPPING.get(method)
    if parts[-1:] == ["concurrency"]:
        return CONCURRENCY.get(method)
    return None


def apply(settings: Settings) -> None:
    action_of = iam_actions._lambda_action

    def lambda_action(method: str, path: str) -> str | None:
        return own_action(method, path) or action_of(method, path)

    iam_actions._lambda_action = lambda_action
