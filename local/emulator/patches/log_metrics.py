"""Metrics from logs: embedded metric format and metric filters.

On AWS a log event in embedded metric format becomes one data point for each of its metrics and dimension sets, and a
metric filter adds one for each event it matches. The bare server stores both and makes no metric of them.
"""

from __future__ import annotations

import json
import time
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs

from emulator import log_patterns
from emulator.settings import Settings
from emulator.support import log

RELIES_ON = (
    "services.cloudwatch:_evaluate_all_alarms()",
    "services.cloudwatch:_store_datum(namespace, name, dims, ts, unit, value, values, counts, stat_values)",
    "services.cloudwatch_logs:_fanout_to_subscription_filters(group_name, stream_name, events)",
    "services.cloudwatch_logs:_metric_filters",
)
ADDS_TYPES = ()


def embedded(message: str) -> int:
    """Store the metrics of an event in embedded metric format; how many data points that made."""
    if '"CloudWatchMetrics"' not in message:
        return 0
    try:
        record = json.loads(message)
        directives, stamp = record["_aws"]["CloudWatchMetrics"], record["_aws"].get("Timestamp")
    except (ValueError, KeyError, TypeError):
        return 0
    stored = 0
    when = stamp / 1000 if isinstance(stamp, (int, float)) else time.time()
    for directive in directives:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(record[name]) for name in names if name in record}
            for metric in directive.get("Metrics", []):
                value = record.get(metric["Name"])
                if value is None:
                    continue
                many = value if isinstance(value, list) else None
                cloudwatch._store_datum(
                    directive["Namespace"],
                    metric["Name"],
                    dimensions,
                    when,
                    metric.get("Unit", "None"),
                    None if many else value,
                    many,
                    None,
                    None,
                )
                stored += 1
    return stored


def filtered(group: str, message: str) -> int:
    stored = 0
    for (of_group, _name), metric_filter in cloudwatch_logs._metric_filters.items():
        if of_group != group or not log_patterns.matches(metric_filter["filterPattern"], message):
            continue
        for transformation in metric_filter["metricTransformations"]:
            value = resolve(transformation["metricValue"], message)
            dimensions = {
                name: str(resolve(selector, message))
                for name, selector in (transformation.get("dimensions") or {}).items()
            }
            try:
                number = float(value)
            except (TypeError, ValueError):
                continue
            cloudwatch._store_datum(
                transformation["metricNamespace"],
                transformation["metricName"],
                dimensions,
                time.time(),
                transformation.get("unit", "None"),
                number,
                None,
                None,
                None,
            )
            stored += 1
    return stored


def resolve(text: Any, message: str) -> Any:
    """A literal, or what a selector names in a JSON event."""
    if not str(text).startswith("$"):
        return text
    try:
        return log_patterns.value_at(json.loads(message), text)
    except ValueError:
        return None


def apply(settings: Settings) -> None:
    forward = cloudwatch_logs._fanout_to_subscription_filters

    def measure_and_forward(group_name: str, stream_name: str, events: list[dict[str, Any]]) -> None:
        try:
            messages = [event.get("message", "") for event in events]
            if sum(embedded(message) + filtered(group_name, message) for message in messages):
                cloudwatch._evaluate_all_alarms()
        except Exception:
            # Ingestion must go on, as it does on AWS for events that cannot be read.
            log.exception("metrics of log group %s", group_name)
        forward(group_name, stream_name, events)

    cloudwatch_logs._fanout_to_subscription_filters = measure_and_forward
