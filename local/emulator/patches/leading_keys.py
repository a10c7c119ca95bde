"""dynamodb:LeadingKeys.

On AWS a request to a table carries the partition keys it touches, so a policy can keep a role out of others'
partitions. On the bare server the key is absent, which `ForAllValues` takes for permission. Requests by expression
(Query) are read as far as an equality with a placeholder goes; Scan carries none, as on AWS. A transaction carries
all its keys at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from ministack.core import iam_actions
from ministack.services import dynamodb

from emulator.settings import Settings

RELIES_ON = (
    "core.iam_actions:dynamodb_service_context(body)",
    "services.dynamodb:_normalize_table_name",
    "services.dynamodb:_tables",
)
ADDS_TYPES = ()


def attribute_text(value: Any) -> str | None:
    return str(next(iter(value.values()))) if isinstance(value, dict) and value else None


def of_item(table_name: str | None, item: dict[str, Any]) -> Iterator[str]:
    table = dynamodb._tables.get(dynamodb._normalize_table_name(table_name)) if table_name else None
    text = attribute_text(item.get((table or {}).get("pk_name") or ""))
    if text is not None:
        yield text


def of_query(data: dict[str, Any]) -> Iterator[str]:
    table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName"))) or {}
    index = next(
        (one for one in table.get("GlobalSecondaryIndexes") or [] if one.get("IndexName") == data.get("IndexName")),
        table,
    )
    hash_key = next((key["AttributeName"] for key in index.get("KeySchema", []) if key["KeyType"] == "HASH"), None)
    names = data.get("ExpressionAttributeNames") or {}
    for name, placeholder in re.findall(r"([\w#.-]+)\s*=\s*(:\w+)", data.get("KeyConditionExpression") or ""):
        text = attribute_text((data.get("ExpressionAttributeValues") or {}).get(placeholder))
        if names.get(name, name) == hash_key and text is not None:
            yield text


def leading_keys(data: dict[str, Any]) -> Iterator[str]:
    """The partition keys a request names."""
    if data.get("KeyConditionExpression"):
        yield from of_query(data)
    for item in (data.get("Key"), data.get("Item")):
        if isinstance(item, dict):
            yield from of_item(data.get("TableName"), item)
    for part in data.get("TransactItems") or []:
        for operation in part.values():
            yield from leading_keys(operation)
    batch = data.get("RequestItems")
    for table, requests in batch.items() if isinstance(batch, dict) else ():
        items = (
            requests.get("Keys", [])
            if isinstance(requests, dict)
            else [
                request.get("PutRequest", {}).get("Item") or request.get("DeleteRequest", {}).get("Key", {})
                for request in requests
            ]
        )
        for item in items:
            yield from of_item(table, item)


def apply(settings: Settings) -> None:
    context_of = iam_actions.dynamodb_service_context

    def dynamodb_service_context(body: bytes) -> dict[str, Any]:
        context = context_of(body)
        try:
            keys = list(dict.fromkeys(leading_keys(json.loads(body or b"{}"))))
        except (ValueError, AttributeError, TypeError):
            # A malformed request; the service refuses it.
            return context
        return {**context, "dynamodb:LeadingKeys": keys} if keys else context

    iam_actions.dynamodb_service_context = dynamodb_service_context
