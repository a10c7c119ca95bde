"""Metrics of queues and APIs.

On AWS SQS and API Gateway publish metrics of their own, and alarms watch them: messages waiting in a dead letter
queue, the age of the oldest one, errors of an API. The bare server has none, so such an alarm never moves. Here an
API's are recorded with each request; a queue's with each tick of the clock, for queues that an alarm names (AWS
publishes once a minute).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import apigateway_v1, cloudwatch, sqs

from emulator.settings import Settings
from emulator.support import every, scopes

RELIES_ON = (
    "core.responses:request_scope(account_id, region)",
    "services.apigateway_v1:_handle_execute_in_scope(api_id, stage_name, method, path, headers)",
    "services.apigateway_v1:_rest_apis",
    "services.cloudwatch:_alarms",
    "services.cloudwatch:_dims_key(dims)",
    "services.cloudwatch:_metrics",
    "services.cloudwatch:record_metric(namespace, metric_name, value, unit, dimensions)",
    "services.sqs:_queues",
)
ADDS_TYPES = ()

QUEUES, APIS = "AWS/SQS", "AWS/ApiGateway"
KEPT_SECONDS = 3600


def watched_queues() -> Iterator[str]:
    """The names of queues that an alarm of the account and Region at hand looks at."""
    for alarm in cloudwatch._alarms.values():
        stats = [query.get("MetricStat", {}).get("Metric", {}) for query in alarm.get("Metrics") or []]
        for metric in [alarm, *stats]:
            if metric.get("Namespace") == QUEUES:
                yield from (one["Value"] for one in metric.get("Dimensions") or [] if one["Name"] == "QueueName")


def publish_queue(name: str, messages: list[dict[str, Any]], now: float) -> None:
    visible = [message for message in messages if message["visible_at"] <= now]
    dimensions = {"QueueName": name}
    values = {
        "ApproximateNumberOfMessagesVisible": len(visible),
        "ApproximateNumberOfMessagesNotVisible": len(messages) - len(visible),
        "ApproximateAgeOfOldestMessage": max((now - message["sent_at"] for message in messages), default=0),
    }
    for metric, value in values.items():
        key = (QUEUES, metric, cloudwatch._dims_key(dimensions))
        kept = [point for point in cloudwatch._metrics.get(key) or [] if point["Timestamp"] > now - KEPT_SECONDS]
        cloudwatch._metrics[key] = kept
        cloudwatch.record_metric(QUEUES, metric, value, "Count", dimensions)


def tick() -> None:
    now = time.time()
    for account, region in scopes(cloudwatch._alarms):
        with request_scope(account, region):
            names = set(watched_queues())
            for url, queue in sqs._queues.items():
                name = url.rsplit("/", 1)[-1]
                if name in names:
                    publish_queue(name, list(queue["messages"]), now)


def publish_request(api_id: str, stage: str, status: int, milliseconds: float) -> None:
    name = (apigateway_v1._rest_apis.get(api_id) or {}).get("name", "")
    values = {"Count": 1, "4XXError": 400 <= status < 500, "5XXError": status >= 500, "Latency": milliseconds}
    for dimensions in ({"ApiName": name}, {"ApiName": name, "Stage": stage}):
        for metric, value in values.items():
            cloudwatch.record_metric(APIS, metric, float(value), "None", dimensions)


def apply(settings: Settings) -> None:
    handle = apigateway_v1._handle_execute_in_scope

    async def handle_in_scope(api_id: str, stage_name: str, *args: Any) -> Any:
        started = time.time()
        answer = await handle(api_id, stage_name, *args)
        publish_request(api_id, stage_name, answer[0], (time.time() - started) * 1000)
        return answer

    apigateway_v1._handle_execute_in_scope = handle_in_scope
    every(settings.clock_seconds, "queue-metrics", tick)
