"""events:source and events:detail-type.

On AWS a request that puts events carries their sources and detail types, so a policy can hold a role to events of its
own kind. On the bare server the keys are absent, so that a role that is held to them may put none. Requests whose
events differ carry all values; how AWS compares those is not documented, and no function here makes such a request.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core import iam_actions

from emulator.settings import Settings

RELIES_ON = ("core.iam_actions:request_tag_context(service, iam_action, body, params)",)
ADDS_TYPES = ()

KEYS = {"events:source": "Source", "events:detail-type": "DetailType"}


def event_keys(body: bytes) -> dict[str, Any]:
    try:
        entries = [entry for entry in json.loads(body)["Entries"] if isinstance(entry, dict)]
    except (ValueError, KeyError, TypeError):
        # A malformed request; the service refuses it.
        return {}
    values = {key: list(dict.fromkeys(str(entry.get(field, "")) for entry in entries)) for key, field in KEYS.items()}
    return {key: found[0] if len(found) == 1 else found for key, found in values.items()}


def apply(settings: Settings) -> None:
    context_of = iam_actions.request_tag_context

    def request_tag_context(service: str, iam_action: str, body: bytes, params: dict) -> dict:
        context = context_of(service, iam_action, body, params)
        return {**context, **event_keys(body)} if iam_action == "events:PutEvents" else context

    iam_actions.request_tag_context = request_tag_context
