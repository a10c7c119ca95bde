"""The parts without a server: metric math, log patterns, the decision of an alarm."""

from __future__ import annotations

from typing import Any

import pytest

from emulator import log_patterns, metric_math
from emulator.patches import alarms

SERIES: dict[str, metric_math.Series] = {"m1": [1.0, None, 4.0], "m2": [2.0, 3.0, 0.0]}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 + m2", [3, None, 4]),
        ("(m1 - 1) * 2 / 2", [0, None, 3]),
        ("m1 / m2", [0.5, None, None]),
        ("100 * m2 ^ 2", [400, 900, 0]),
        ("m2 >= 2", [1, 1, 0]),
        ("m2 > 1 AND m2 < 3", [1, 0, 0]),
        ("m2 == 0 || m2 == 3", [0, 1, 1]),
        ("FILL(m1, 0)", [1, 0, 4]),
        ("FILL(m1, REPEAT)", [1, 1, 4]),
        ("FILL(m1, m2)", [1, 3, 4]),
        ("DIFF(m2)", [None, 1, -3]),
        ("RATE(m2)", [None, 0.1, -0.3]),
        ("IF(m2 > 0, FILL(m1, 9), 7)", [1, 9, 7]),
        ("SUM([m1, m2])", [3, 3, 4]),
        ("SUM(METRICS())", [3, 3, 4]),
        ("MAX([m1, m2])", [2, 3, 4]),
        ("MIN(m2)", [0, 0, 0]),
        ("AVG(m1)", [2.5, 2.5, 2.5]),
        ("ABS(-m2)", [2, 3, 0]),
        ("PERIOD(m1)", [10, 10, 10]),
    ],
)
def test_metric_math(expression: str, expected: list[float | None]) -> None:
    assert metric_math.evaluate(expression, SERIES, period=10) == pytest.approx(expected)


@pytest.mark.parametrize("expression", ["ANOMALY_DETECTION_BAND(m1, 2)", "unknown + 1", "m1 +", "__import__('os')"])
def test_metric_math_fails_when_it_does_not_know_the_expression(expression: str) -> None:
    with pytest.raises(metric_math.Unsupported):
        metric_math.evaluate(expression, SERIES, period=10)


@pytest.mark.parametrize(
    ("pattern", "message", "matches"),
    [
        ("", "anything", True),
        ("ERROR", "an ERROR here", True),
        ("ERROR", "an error here", False),
        ('"two words"', "not two  words", False),
        ("ERROR -ignore", "ERROR ignore", False),
        ("?WARN ?ERROR", "a WARN", True),
        ("?WARN ?ERROR", "nothing", False),
        ('{ $.level = "ERROR" }', '{"level": "ERROR"}', True),
        ('{ $.level != "ERROR" }', '{"level": "ERROR"}', False),
        ('{ $.a.b[1] > 5 && $.c = "x*" }', '{"a": {"b": [1, 6]}, "c": "xyz"}', True),
        ("{ ($.status = 500) || ($.status = 403) }", '{"status": 403}', True),
        ("{ $.flag IS TRUE }", '{"flag": true}', True),
        ("{ $.gone NOT EXISTS }", "{}", True),
        ('{ $.level = "ERROR" }', "no json", False),
    ],
)
def test_log_patterns(pattern: str, message: str, matches: bool) -> None:
    assert log_patterns.matches(pattern, message) is matches


@pytest.mark.parametrize(
    ("treat_missing", "values", "expected"),
    [
        ("missing", [1, 9, 9], "ALARM"),
        ("missing", [1, 1, 9], "OK"),
        ("missing", [None, None, None], "INSUFFICIENT_DATA"),
        ("missing", [None, None, 9], "ALARM"),
        ("missing", [None, None, 1], "OK"),
        ("notBreaching", [None, None, 9], "OK"),
        ("notBreaching", [None, None, None], "OK"),
        ("breaching", [None, None, 1], "ALARM"),
        ("breaching", [None, 1, 1], "OK"),
        ("ignore", [None, None, None], "was"),
        ("ignore", [None, None, 9], "was"),
        ("ignore", [9, None, 9], "ALARM"),
    ],
)
def test_an_alarm_of_two_out_of_three(treat_missing: str, values: list[Any], expected: str) -> None:
    alarm = {
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 5,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "TreatMissingData": treat_missing,
        "StateValue": "was",
    }
    assert alarms.state(alarm, values) == expected


def test_what_is_still_to_come_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now, metric = 1000.0, {"Namespace": "N", "MetricName": "M", "Dimensions": []}
    points = [{"Timestamp": now + ahead, "Value": 1} for ahead in (-15, -5, 2, 8, 60)]
    monkeypatch.setattr(alarms.cloudwatch, "_metrics", {("N", "M", alarms.cloudwatch._dims_key({})): points})
    monkeypatch.setattr(alarms.cloudwatch, "_calc_stats", len)
    monkeypatch.setattr(alarms.cloudwatch, "_stat_value", lambda stats, stat, window: stats)
    assert alarms.series(metric, "Sum", 10.0, 2, now) == [1, 2]
