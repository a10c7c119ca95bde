"""Alarms invoke functions.

On AWS an alarm's action may be a function: CloudWatch invokes it asynchronously, as the principal
lambda.alarms.cloudwatch.amazonaws.com, when the function's resource policy lets this alarm. The bare server tells SNS
topics alone, and drops every other action. A refusal looks as on AWS: nothing happens.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
"""

from __future__ import annotations

import time
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, lambda_svc

from emulator.patches.function_policies import refused
from emulator.settings import Settings

RELIES_ON = (
    "services.cloudwatch:_dispatch_alarm_actions(alarm, old_state, new_state, reason)",
    "services.lambda_svc:_execution_record_for_config(func, config)",
    "services.lambda_svc:_get_func_record_for_ref(function_ref)",
    "services.lambda_svc:invoke_async_with_retry(func, event)",
)
ADDS_TYPES = ()

PRINCIPAL = "lambda.alarms.cloudwatch.amazonaws.com"
ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}


def metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    """What the alarm watches, as its event spells it."""
    queries = alarm.get("Metrics") or [
        {
            "Id": "m1",
            "MetricStat": {
                "Metric": {name: alarm.get(name) for name in ("Namespace", "MetricName", "Dimensions")},
                "Period": alarm.get("Period", 60),
                "Stat": alarm.get("ExtendedStatistic") or alarm.get("Statistic"),
            },
        }
    ]
    return [metric(query) for query in queries]


def metric(query: dict[str, Any]) -> dict[str, Any]:
    returned = {"id": query["Id"], "returnData": str(query.get("ReturnData", True)).lower() != "false"}
    if "MetricStat" not in query:
        return {**returned, "expression": query.get("Expression")}
    stat = query["MetricStat"]
    watched = stat["Metric"]
    dimensions = {one["Name"]: one["Value"] for one in watched.get("Dimensions") or []}
    name = {"namespace": watched["Namespace"], "name": watched["MetricName"], "dimensions": dimensions}
    return {**returned, "metricStat": {"metric": name, "period": int(stat["Period"]), "stat": stat["Stat"]}}


def event_of(alarm: dict[str, Any], old_state: str, new_state: str, reason: str) -> dict[str, Any]:
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000+0000", time.gmtime())
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm["AlarmArn"],
        "accountId": get_account_id(),
        "time": now,
        "region": get_region(),
        "alarmData": {
            "alarmName": alarm["AlarmName"],
            "state": {"value": new_state, "reason": reason, "timestamp": now},
            # Why and since when is not kept here.
            "previousState": {"value": old_state},
            "configuration": {"description": alarm.get("AlarmDescription") or "", "metrics": metrics(alarm)},
        },
    }


def apply(settings: Settings) -> None:
    dispatch = cloudwatch._dispatch_alarm_actions

    def dispatch_actions(alarm: dict[str, Any], old_state: str, new_state: str, reason: str) -> None:
        dispatch(alarm, old_state, new_state, reason)
        if not alarm.get("ActionsEnabled", True):
            return
        for arn in alarm.get(ACTIONS.get(new_state, "")) or []:
            if ":lambda:" not in arn or refused(arn, PRINCIPAL, alarm["AlarmArn"]):
                continue
            func, config, _name = lambda_svc._get_func_record_for_ref(arn)
            record = lambda_svc._execution_record_for_config(func, config)
            lambda_svc.invoke_async_with_retry(record, event_of(alarm, old_state, new_state, reason))

    cloudwatch._dispatch_alarm_actions = dispatch_actions
