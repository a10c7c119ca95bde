"""Metrics from logs, alarms, and the trail's events."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any

from probe import (
    NODE_CALL,
    Credentials,
    Server,
    Stack,
    att,
    deploy,
    document,
    function,
    open_queue,
    permission,
    ref,
    refusal,
    resource,
    role,
    run,
    secret_with_value,
    statement,
    wait_until,
)

Both = Callable[..., None]
EMIT = """
exports.handler = async ({ namespace, value }) => console.log(JSON.stringify({
  _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [['Room'], ['Room', 'App']],
    Metrics: [{ Name: 'Sent', Unit: 'Count', StorageResolution: 1 }] }] }, Room: 'r', App: 'a', Sent: value }));
"""


def new_namespace() -> str:
    return f"Probe/{uuid.uuid4().hex[:8]}"


def alarm(namespace: str, **properties: Any) -> dict[str, Any]:
    common = {
        "Namespace": namespace,
        "MetricName": "Sent",
        "Statistic": "Sum",
        "Period": 10,
        "EvaluationPeriods": 1,
        "Threshold": 5,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }
    return resource("AWS::CloudWatch::Alarm", **{**common, **properties})


def math_alarm(namespace: str, expression: str, **properties: Any) -> dict[str, Any]:
    stat = {"Metric": {"Namespace": namespace, "MetricName": "Sent"}, "Period": 10, "Stat": "Sum"}
    return resource(
        "AWS::CloudWatch::Alarm",
        EvaluationPeriods=1,
        Threshold=0.5,
        TreatMissingData="notBreaching",
        ComparisonOperator="GreaterThanThreshold",
        **properties,
        Metrics=[{"Id": "m1", "MetricStat": stat, "ReturnData": False}, {"Id": "e1", "Expression": expression}],
    )


def state_of(server: Server, name: str) -> str:
    return server.setup("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"]


def becomes(server: Server, name: str, state: str) -> None:
    wait_until(lambda: state_of(server, name) == state, server.patience, what=f"{state} of the alarm")


def put(server: Server, namespace: str, value: float, ago: float = 0, **dimensions: str) -> None:
    server.setup("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": "Sent",
                "Value": value,
                "Timestamp": time.time() - ago,
                "Dimensions": [{"Name": name, "Value": text} for name, text in dimensions.items()],
            }
        ],
    )


def watched(server: Server, **alarms: dict[str, Any]) -> dict[str, str]:
    return deploy(server, alarms, {name: ref(name) for name in alarms}).outputs


def emitting(server: Server) -> Stack:
    log = {"Log": resource("AWS::Logs::LogGroup")}
    return deploy(
        server,
        {"Role": role(), **log, "Function": function(EMIT, LoggingConfig={"LogGroup": ref("Log")})},
        {"Function": ref("Function"), "Log": ref("Log")},
    )


def test_embedded_metrics(both: Both) -> None:
    def probe(server: Server) -> None:
        namespace = new_namespace()
        run(server, emitting(server).outputs["Function"], {"namespace": namespace, "value": 7})
        metrics = server.setup("cloudwatch").list_metrics(Namespace=namespace)["Metrics"]
        assert len(metrics) == 2, f"{len(metrics)} metrics"
        found = sorted(sorted(one["Name"] for one in metric["Dimensions"]) for metric in metrics)
        assert found == [["App", "Room"], ["Room"]]

    both("log_metrics", probe, "0 metrics")


def test_metric_filters(both: Both) -> None:
    def probe(server: Server) -> None:
        namespace, stack = new_namespace(), emitting(server)
        server.setup("logs").put_metric_filter(
            logGroupName=stack.outputs["Log"],
            filterName="f",
            filterPattern='{ $.Room = "r" && $.Sent > 5 }',
            metricTransformations=[{"metricName": "Big", "metricNamespace": namespace, "metricValue": "$.Sent"}],
        )
        for value in (3, 7):
            run(server, stack.outputs["Function"], {"namespace": new_namespace(), "value": value})
        now = time.time()
        points = server.setup("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName="Big",
            StartTime=now - 300,
            EndTime=now + 60,
            Period=3600,
            Statistics=["Sum", "SampleCount"],
        )["Datapoints"]
        assert [(point["Sum"], point["SampleCount"]) for point in points] == [(7, 1)], "no data"

    both("log_metrics", probe, "no data")


def test_an_alarm_sees_its_own_dimensions(both: Both) -> None:
    def probe(server: Server) -> None:
        namespace = new_namespace()
        names = watched(
            server,
            Mine=alarm(namespace, Dimensions=[{"Name": "Room", "Value": "mine"}]),
            Other=alarm(namespace, Dimensions=[{"Name": "Room", "Value": "other"}]),
        )
        put(server, namespace, 9, Room="mine")
        becomes(server, names["Mine"], "ALARM")
        assert state_of(server, names["Other"]) != "ALARM", "alarmed on others"

    both("alarms", probe, "alarmed on others")


def test_an_alarm_of_two_out_of_three(both: Both) -> None:
    def probe(server: Server) -> None:
        namespace = new_namespace()
        (name,) = watched(server, A=alarm(namespace, EvaluationPeriods=3, DatapointsToAlarm=2)).values()
        put(server, namespace, 9)
        assert state_of(server, name) != "ALARM", "alarmed on the first breach"
        put(server, namespace, 9, ago=15)
        becomes(server, name, "ALARM")

    both("alarms", probe, "alarmed on the first breach")


def test_missing_data_is_treated_as_told(both: Both) -> None:
    def probe(server: Server) -> None:
        namespace = new_namespace()
        names = watched(server, Quiet=alarm(namespace), Dead=alarm(namespace, TreatMissingData="breaching"))
        becomes(server, names["Dead"], "ALARM")
        becomes(server, names["Quiet"], "OK")

    both("alarms", probe, "for ALARM of the alarm")


def test_an_alarm_ends_as_time_passes(both: Both) -> None:
    def probe(server: Server) -> None:
        namespace = new_namespace()
        (name,) = watched(server, A=alarm(namespace)).values()
        put(server, namespace, 9, ago=8)
        becomes(server, name, "ALARM")
        becomes(server, name, "OK")

    both("alarms", probe, "for OK of the alarm")


def test_an_alarm_by_math(both: Both) -> None:
    def probe(server: Server) -> None:
        namespace = new_namespace()
        (name,) = watched(server, A=math_alarm(namespace, "IF(FILL(m1, 0) * 2 > 10, 1, 0)")).values()
        put(server, namespace, 6)
        becomes(server, name, "ALARM")

    both("alarms", probe, "metric math")


def test_an_alarm_by_rate_of_change(extended: Server) -> None:
    namespace = new_namespace()
    names = watched(
        extended,
        Rise=math_alarm(namespace, "DIFF(FILL(m1, 0)) - 5"),
        Steep=math_alarm(namespace, "RATE(FILL(m1, 0)) - 5"),
    )
    put(extended, namespace, 3, ago=15)
    put(extended, namespace, 9)
    becomes(extended, names["Rise"], "ALARM")
    assert state_of(extended, names["Steep"]) == "OK"


def paging(namespace: str, *services: str) -> dict[str, Any]:
    """An alarm that pages through an encrypted topic into an encrypted queue; the services may use the key."""
    use = statement("Allow", ["kms:GenerateDataKey*", "kms:Decrypt"], Principal={"Service": list(services)})
    send = statement("Allow", "sqs:SendMessage", Principal={"Service": "sns.amazonaws.com"})
    return {
        "Key": resource("AWS::KMS::Key", KeyPolicy=document(use)),
        "Topic": resource("AWS::SNS::Topic", KmsMasterKeyId=ref("Key")),
        "Queue": resource("AWS::SQS::Queue", KmsMasterKeyId=ref("Key")),
        "Policy": resource("AWS::SQS::QueuePolicy", Queues=[ref("Queue")], PolicyDocument=document(send)),
        "Subscription": resource(
            "AWS::SNS::Subscription", TopicArn=ref("Topic"), Protocol="sqs", Endpoint=att("Queue", "Arn")
        ),
        "Alarm": alarm(namespace, Dimensions=[{"Name": "Room", "Value": "r"}], AlarmActions=[ref("Topic")]),
    }


def test_an_alarm_reaches_an_encrypted_queue(both: Both) -> None:
    def probe(server: Server) -> None:
        namespace = new_namespace()
        resources = paging(namespace, "cloudwatch.amazonaws.com", "sns.amazonaws.com")
        stack = deploy(server, resources, {"Queue": ref("Queue")})
        run(server, emitting(server).outputs["Function"], {"namespace": namespace, "value": 7})
        (page,) = receive(server, stack.outputs["Queue"], "the page")
        assert json.loads(page["Message"])["NewStateValue"] == "ALARM"

    both("log_metrics", probe, "waited .* for the page")


def test_a_page_is_lost_when_a_service_may_not_use_the_key(both: Both) -> None:
    def probe(server: Server) -> None:
        for allowed in ("cloudwatch.amazonaws.com", "sns.amazonaws.com"):
            namespace = new_namespace()
            stack = deploy(server, paging(namespace, allowed), {"Queue": ref("Queue"), "Alarm": ref("Alarm")})
            put(server, namespace, 9, Room="r")
            becomes(server, stack.outputs["Alarm"], "ALARM")
            page = server.setup("sqs").receive_message(QueueUrl=stack.outputs["Queue"]).get("Messages")
            assert not page, f"delivered without {allowed} alone"

    both("encrypted_delivery", probe, "delivered without")


NOTE = """
exports.handler = async (event) => console.log('invoked', JSON.stringify(event));
"""


def test_an_alarm_invokes_the_function_that_permits_it(both: Both) -> None:
    def probe(server: Server) -> None:
        namespace = new_namespace()
        watch = {"Dimensions": [{"Name": "Room", "Value": "r"}], "AlarmActions": [att("Function", "Arn")]}
        principal = "lambda.alarms.cloudwatch.amazonaws.com"
        stack = deploy(
            server,
            {
                "Role": role(),
                "Log": resource("AWS::Logs::LogGroup"),
                "Function": function(NOTE, LoggingConfig={"LogGroup": ref("Log")}),
                "Permission": permission("Function", principal, SourceArn=att("Permitted", "Arn")),
                "Permitted": alarm(namespace, AlarmDescription="page: the key", **watch),
                "Other": alarm(namespace, **watch),
            },
            {"Log": ref("Log"), **{name: ref(name) for name in ("Permitted", "Other")}},
        )
        put(server, namespace, 9, Room="r")
        for name in ("Permitted", "Other"):
            becomes(server, stack.outputs[name], "ALARM")
        (line,) = wait_until(
            lambda: server.setup("logs").filter_log_events(logGroupName=stack.outputs["Log"], filterPattern="invoked")[
                "events"
            ],
            server.patience,
            what="the invocation",
        )
        event = json.loads(line["message"].split("invoked ")[1])
        assert event["source"] == "aws.cloudwatch"
        assert event["alarmArn"].endswith(f":alarm:{stack.outputs['Permitted']}")
        data = event["alarmData"]
        assert (data["alarmName"], data["state"]["value"]) == (stack.outputs["Permitted"], "ALARM")
        assert data["previousState"]["value"] in ("OK", "INSUFFICIENT_DATA")
        assert data["configuration"]["description"] == "page: the key"
        (watched,) = data["configuration"]["metrics"]
        stat = watched["metricStat"]
        assert stat["metric"] == {"namespace": namespace, "name": "Sent", "dimensions": {"Room": "r"}}
        assert (stat["period"], stat["stat"], watched["returnData"]) == (10, "Sum", True)

    both("alarm_functions", probe, "waited .* for the invocation")


def test_eventbridge_needs_the_queues_policy(both: Both) -> None:
    def probe(server: Server) -> None:
        source = f"probe/{uuid.uuid4().hex}"
        rule = resource(
            "AWS::Events::Rule",
            EventPattern={"source": [source]},
            Targets=[{"Id": "open", "Arn": att("Open", "Arn")}, {"Id": "closed", "Arn": att("Closed", "Arn")}],
        )
        allow = statement(
            "Allow",
            "sqs:SendMessage",
            Principal={"Service": "events.amazonaws.com"},
            Condition={"ArnEquals": {"aws:SourceArn": att("Rule", "Arn")}},
        )
        stack = deploy(
            server,
            {
                "Open": resource("AWS::SQS::Queue"),
                "Closed": resource("AWS::SQS::Queue"),
                "Rule": rule,
                "Policy": resource("AWS::SQS::QueuePolicy", Queues=[ref("Open")], PolicyDocument=document(allow)),
            },
            {"Open": ref("Open"), "Closed": ref("Closed")},
        )
        server.setup("events").put_events(Entries=[{"Source": source, "DetailType": "x", "Detail": "{}"}])
        receive(server, stack.outputs["Open"], "the event")
        messages = server.setup("sqs").receive_message(QueueUrl=stack.outputs["Closed"]).get("Messages")
        assert not messages, "delivered without permission"

    both("encrypted_delivery", probe, "delivered without permission")


def receive(server: Server, queue: str, what: str) -> list[dict[str, Any]]:
    sqs = server.setup("sqs")
    return wait_until(
        lambda: [
            json.loads(message["Body"])
            for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        ],
        server.patience,
        what=what,
    )


def test_an_alarm_on_a_dead_letter_queue(both: Both) -> None:
    def probe(server: Server) -> None:
        dimensions = [{"Name": "QueueName", "Value": att("Dead", "QueueName")}]
        watch = alarm(
            "AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Statistic="Maximum",
            Threshold=0,
            Dimensions=dimensions,
        )
        stack = deploy(
            server, {"Dead": resource("AWS::SQS::Queue"), "Alarm": watch}, {"Dead": ref("Dead"), "Alarm": ref("Alarm")}
        )
        server.setup("sqs").send_message(QueueUrl=stack.outputs["Dead"], MessageBody="x")
        becomes(server, stack.outputs["Alarm"], "ALARM")

    both("service_metrics", probe, "for ALARM of the alarm")


READER = (
    NODE_CALL
    + """
exports.handler = async ({ secret }) => (await secrets('GetSecretValue', { SecretId: secret })).status;
"""
)


def tripwire(server: Server, name: str, all_events: bool) -> str:
    state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS" if all_events else "ENABLED"
    pattern = {
        "source": ["aws.secretsmanager"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {"eventName": [name]},
    }
    return deploy(
        server,
        {
            **open_queue(),
            "Rule": resource(
                "AWS::Events::Rule",
                State=state,
                EventPattern=pattern,
                Targets=[{"Id": "queue", "Arn": att("Queue", "Arn")}],
            ),
        },
        {"Queue": ref("Queue")},
    ).outputs["Queue"]


def session(server: Server, *statements: dict[str, Any]) -> tuple[str, Credentials]:
    arn = deploy(server, {"Role": role(*statements)}, {"Arn": att("Role", "Arn")}).outputs["Arn"]
    return arn, server.assume(arn, "somebody")


def test_a_write_reaches_an_ordinary_rule(both: Both) -> None:
    def probe(server: Server) -> None:
        queue, secret = tripwire(server, "TagResource", all_events=False), secret_with_value(server)
        arn, caller = session(server, statement("Allow", "secretsmanager:*"))
        server.acting_as("secretsmanager", caller).tag_resource(SecretId=secret, Tags=[{"Key": "k", "Value": "v"}])
        (event,) = receive(server, queue, "the event")
        detail = event["detail"]
        assert detail["userIdentity"]["type"] == "AssumedRole"
        assert detail["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == arn
        assert detail["requestParameters"]["secretId"] == secret
        assert (detail["readOnly"], detail["sourceIPAddress"]) == (False, "127.0.0.1")

    both("trail_events", probe, "waited .* for the event")


def test_a_read_reaches_only_a_rule_for_all_events(both: Both) -> None:
    def probe(server: Server) -> None:
        ordinary, tripped = (tripwire(server, "GetSecretValue", all_events) for all_events in (False, True))
        secret, (_, caller) = secret_with_value(server), session(server, statement("Allow", "secretsmanager:*"))
        server.acting_as("secretsmanager", caller).get_secret_value(SecretId=secret)
        (event,) = receive(server, tripped, "the event")
        assert "errorCode" not in event["detail"]
        assert not server.setup("sqs").receive_message(QueueUrl=ordinary).get("Messages")

    both("trail_events", probe, "waited .* for the event")


def test_a_refused_read_is_an_event_too(both: Both) -> None:
    def probe(server: Server) -> None:
        queue, secret = tripwire(server, "GetSecretValue", all_events=True), secret_with_value(server)
        _, caller = session(server)
        secrets = server.acting_as("secretsmanager", caller)
        assert refusal(lambda: secrets.get_secret_value(SecretId=secret)) == "AccessDeniedException"
        (event,) = receive(server, queue, "the event")
        assert event["detail"]["errorCode"] == "AccessDenied"

    both("trail_events", probe, "waited .* for the event")


def test_a_value_never_enters_the_trail(extended: Server) -> None:
    queue, secret = tripwire(extended, "PutSecretValue", all_events=False), secret_with_value(extended)
    extended.setup("secretsmanager").put_secret_value(SecretId=secret, SecretString="canary-4711")
    assert "canary" not in json.dumps(receive(extended, queue, "the event"))
    events = extended.setup("cloudtrail").lookup_events(MaxResults=50)["Events"]
    assert "canary" not in json.dumps(events, default=str)
