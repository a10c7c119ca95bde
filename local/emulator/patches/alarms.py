"""Alarms that evaluate.

AWS evaluates an alarm on its own dimensions, M out of N periods, with a rule for missing data, by metric math, and
again as time passes. The bare server looks at the newest values of every dimension together, alarms on the first
breach, ignores missing data, refuses math from CloudFormation, and never looks again by itself.

Here windows slide (they end now instead of at a full minute), so an alarm may be earlier than on AWS. Anomaly
detection bands are stored and never evaluate.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudwatch
from ministack.services.cloudformation import provisioners

from emulator import metric_math
from emulator.settings import Settings
from emulator.support import Props, every, log, scopes

RELIES_ON = (
    "core.responses:request_scope(account_id, region)",
    "services.cloudformation.provisioners:_cw_metric_alarm_record(name, props)",
    "services.cloudwatch:_alarms",
    "services.cloudwatch:_calc_stats(points)",
    "services.cloudwatch:_dims_from_list(dimensions)",
    "services.cloudwatch:_dims_key(dims)",
    "services.cloudwatch:_dispatch_alarm_actions(alarm, old_state, new_state, reason)",
    "services.cloudwatch:_evaluate_alarm(alarm)",
    "services.cloudwatch:_evaluate_all_alarms()",
    "services.cloudwatch:_evaluate_parent_alarms(child)",
    "services.cloudwatch:_metrics",
    "services.cloudwatch:_put_metric_alarm(params, cbor_data, is_cbor, is_json)",
    "services.cloudwatch:_record_history(alarm_name, old_state, new_state, reason)",
    "services.cloudwatch:_stat_value(stats, stat_name, points)",
)
ADDS_TYPES = ()

BREACHES = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}
# Change functions need values before the first evaluated period.
RUN_UP = 3

# The clock and a request may want to move the same alarm.
_lock = threading.RLock()


def series(metric: dict[str, Any], stat: str, period: float, length: int, now: float) -> metric_math.Series:
    dimensions = cloudwatch._dims_from_list(metric.get("Dimensions") or [])
    points = (
        cloudwatch._metrics.get((metric["Namespace"], metric["MetricName"], cloudwatch._dims_key(dimensions))) or []
    )
    windows: list[list[dict[str, Any]]] = [[] for _ in range(length)]
    for point in points:
        # A metric may speak of moments to come; clocks that differ by less do not count as that.
        if point["Timestamp"] > now + period / 2:
            continue
        age = max(0, int((now - point["Timestamp"]) // period))
        if age < length:
            windows[length - 1 - age].append(point)
    return [
        cloudwatch._stat_value(cloudwatch._calc_stats(window), stat, window) if window else None for window in windows
    ]


def values(alarm: dict[str, Any], now: float) -> metric_math.Series | None:
    """The evaluated series, oldest first; None when it cannot be evaluated here."""
    length = int(alarm.get("EvaluationPeriods", 1))
    if not alarm.get("Metrics"):
        stat = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
        return series(alarm, stat, float(alarm.get("Period", 60)), length, now)
    named: dict[str, metric_math.Series] = {}
    period, returned = 60.0, ""
    for query in alarm["Metrics"]:
        if "MetricStat" in query:
            stat = query["MetricStat"]
            period = float(stat["Period"])
            named[query["Id"]] = series(stat["Metric"], stat["Stat"], period, length + RUN_UP, now)
    expressions = [query for query in alarm["Metrics"] if query.get("Expression")]
    while expressions:
        # An expression may use others, in any order.
        ready = [
            query
            for query in expressions
            if not any(other["Id"] in query["Expression"] for other in expressions if other is not query)
        ]
        for query in ready or expressions[:1]:
            expressions.remove(query)
            try:
                named[query["Id"]] = metric_math.evaluate(query["Expression"], named, period)
            except metric_math.Unsupported:
                return None
    for query in alarm["Metrics"]:
        if str(query.get("ReturnData", True)).lower() != "false":
            returned = query["Id"]
    return named[returned][-length:] if returned in named else None


def state(alarm: dict[str, Any], found: metric_math.Series) -> str:
    breaches = BREACHES.get(alarm.get("ComparisonOperator", ""))
    if breaches is None:
        return alarm["StateValue"]
    present = [value for value in found if value is not None]
    breaching = sum(1 for value in present if breaches(value, alarm.get("Threshold", 0)))
    needed = int(alarm.get("DatapointsToAlarm") or alarm.get("EvaluationPeriods", 1))
    missing = alarm.get("TreatMissingData") or "missing"
    if missing == "breaching":
        breaching += len(found) - len(present)
    if breaching >= needed:
        return "ALARM"
    if missing in ("breaching", "notBreaching") or any(not breaches(value, alarm["Threshold"]) for value in present):
        return "OK"
    if missing == "ignore":
        return alarm["StateValue"]
    return "ALARM" if present else "INSUFFICIENT_DATA"


def evaluate_alarm(alarm: dict[str, Any]) -> None:
    with _lock:
        found = values(alarm, time.time())
        if found is None:
            return
        old, new = alarm["StateValue"], state(alarm, found)
        if old == new:
            return
        reason = f"Threshold Crossed: {found} against {alarm.get('ComparisonOperator')} {alarm.get('Threshold')}"
        alarm.update(StateValue=new, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
        cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def tick() -> None:
    for account, region in scopes(cloudwatch._alarms):
        with request_scope(account, region):
            for alarm in cloudwatch._alarms.values():
                try:
                    evaluate_alarm(alarm)
                except Exception:
                    log.exception("alarm %s", alarm["AlarmName"])


def apply(settings: Settings) -> None:
    record, put = provisioners._cw_metric_alarm_record, cloudwatch._put_metric_alarm

    def alarm_record(name: str, props: Props) -> dict[str, Any]:
        metrics = props.get("Metrics")
        if not metrics:
            return record(name, props)
        placeholders = {"MetricName": "-", "Namespace": "-", "Threshold": props.get("Threshold", 0)}
        alarm = record(name, {**props, "Metrics": None, **placeholders})
        for key in ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period"):
            alarm.pop(key, None)
        return {**alarm, "Metrics": metrics, "ThresholdMetricId": props.get("ThresholdMetricId")}

    def put_metric_alarm(params: Any, cbor_data: Any, is_cbor: bool, is_json: bool = False) -> Any:
        answer = put(params, cbor_data, is_cbor, is_json)
        metrics = (cbor_data or {}).get("Metrics")
        if metrics and answer[0] < 400:
            cloudwatch._alarms[cbor_data["AlarmName"]]["Metrics"] = metrics
        return answer

    provisioners._cw_metric_alarm_record = alarm_record
    cloudwatch._put_metric_alarm = put_metric_alarm
    cloudwatch._evaluate_alarm = evaluate_alarm
    every(settings.clock_seconds, "alarm-clock", tick)
