"""Types, references and properties that templates rely on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from probe import (
    ACCOUNT,
    Credentials,
    Server,
    att,
    deploy,
    document,
    function,
    permission,
    ref,
    refusal,
    resource,
    role,
    statement,
)
from probe import template as as_template

Both = Callable[..., None]
REFUSED = "Unrecognized resource types"
VPC = {"Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")}
SUBNET = {"Subnet": resource("AWS::EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.1.0/24")}
GROUP = {"Group": resource("AWS::EC2::SecurityGroup", GroupDescription="probe", VpcId=ref("Vpc"))}
NOTHING = "exports.handler = async () => null"


def test_elastic_ip_and_nat_gateway(both: Both) -> None:
    def probe(server: Server) -> None:
        address = {"AllocationId": att("Address", "AllocationId")}
        resources = {
            **VPC,
            **SUBNET,
            "Address": resource("AWS::EC2::EIP", Domain="vpc", Tags=[{"Key": "Name", "Value": "egress"}]),
            "Nat": resource("AWS::EC2::NatGateway", SubnetId=ref("Subnet"), **address),
        }
        stack = deploy(
            server, resources, {"Address": ref("Address"), "Id": att("Address", "AllocationId"), "Nat": ref("Nat")}
        )
        ec2 = server.setup("ec2")
        (address,) = ec2.describe_addresses(AllocationIds=[stack.outputs["Id"]])["Addresses"]
        assert address["PublicIp"] == stack.outputs["Address"]
        (nat,) = ec2.describe_nat_gateways(NatGatewayIds=[stack.outputs["Nat"]])["NatGateways"]
        assert nat["State"] == "available"
        stack.delete()
        assert not ec2.describe_addresses(AllocationIds=[stack.outputs["Id"]])["Addresses"]

    both("cfn_network", probe, REFUSED)


def test_the_address_survives_an_update(extended: Server) -> None:
    resources = {"Address": resource("AWS::EC2::EIP", Domain="vpc")}
    stack = deploy(extended, resources, {"Address": ref("Address")})
    before = stack.outputs["Address"]
    tagged = {"Address": resource("AWS::EC2::EIP", Domain="vpc", Tags=[{"Key": "a", "Value": "b"}])}
    stack.update(as_template(tagged, {"Address": ref("Address")}))
    assert stack.outputs["Address"] == before


def test_single_security_group_rules(both: Both) -> None:
    def probe(server: Server) -> None:
        rule = {"GroupId": att("Group", "GroupId"), "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
        resources = {
            **VPC,
            **GROUP,
            "In": resource("AWS::EC2::SecurityGroupIngress", **rule, CidrIp="10.0.0.0/16"),
            "Out": resource("AWS::EC2::SecurityGroupEgress", **rule, CidrIp="0.0.0.0/0"),
        }
        stack = deploy(server, resources, {"Group": att("Group", "GroupId")})
        (group,) = server.setup("ec2").describe_security_groups(GroupIds=[stack.outputs["Group"]])["SecurityGroups"]
        assert [rule["FromPort"] for rule in group["IpPermissions"]] == [443]
        assert 443 in [rule.get("FromPort") for rule in group["IpPermissionsEgress"]]
        stack.update(as_template({**VPC, **GROUP}, {"Group": att("Group", "GroupId")}))
        (group,) = server.setup("ec2").describe_security_groups(GroupIds=[stack.outputs["Group"]])["SecurityGroups"]
        assert group["IpPermissions"] == []

    both("cfn_network", probe, REFUSED)


def test_vpc_offers_its_range(both: Both) -> None:
    def probe(server: Server) -> None:
        assert deploy(server, VPC, {"Range": att("Vpc", "CidrBlock")}).outputs == {"Range": "10.0.0.0/16"}

    both("cfn_network", probe, "CidrBlock")


def test_flow_logs_and_dns_firewall(both: Both) -> None:
    def probe(server: Server) -> None:
        kind = "AWS::Route53Resolver::"
        resources = {
            **VPC,
            "Flow": resource(
                "AWS::EC2::FlowLog", ResourceId=ref("Vpc"), ResourceType="VPC", TrafficType="ALL", LogGroupName="flow"
            ),
            "Domains": resource(f"{kind}FirewallDomainList", Domains=["api.example.com."]),
            "Rules": resource(
                f"{kind}FirewallRuleGroup",
                FirewallRules=[{"Action": "ALLOW", "Priority": 1, "FirewallDomainListId": att("Domains", "Id")}],
            ),
            "Attached": resource(
                f"{kind}FirewallRuleGroupAssociation",
                FirewallRuleGroupId=att("Rules", "Id"),
                Priority=101,
                VpcId=ref("Vpc"),
            ),
            "Log": resource(f"{kind}ResolverQueryLoggingConfig", DestinationArn="arn:aws:s3:::x"),
            "Logged": resource(
                f"{kind}ResolverQueryLoggingConfigAssociation",
                ResourceId=ref("Vpc"),
                ResolverQueryLogConfigId=ref("Log"),
            ),
        }
        stack = deploy(server, resources, {"Rules": att("Rules", "Id"), "Flow": ref("Flow")})
        assert stack.outputs["Rules"].startswith("rslvr-frg-")
        (flow,) = server.setup("ec2").describe_flow_logs(FlowLogIds=[stack.outputs["Flow"]])["FlowLogs"]
        assert flow["TrafficType"] == "ALL"
        stack.delete()

    both("cfn_network", probe, REFUSED)


def test_ref_of_a_secret_is_its_arn(both: Both) -> None:
    def probe(server: Server) -> None:
        secret = resource("AWS::SecretsManager::Secret", SecretString="value")
        stack = deploy(server, {"Secret": secret}, {"Ref": ref("Secret")})
        arn = server.setup("secretsmanager").describe_secret(SecretId=stack.outputs["Ref"])["ARN"]
        assert stack.outputs["Ref"] == arn, "Ref is the name"
        described = resource("AWS::SecretsManager::Secret", SecretString="value", Description="changed")
        stack.update(as_template({"Secret": described}, {"Ref": ref("Secret")}))
        assert stack.outputs["Ref"] == arn
        assert server.setup("secretsmanager").describe_secret(SecretId=arn)["Description"] == "changed"
        stack.delete()
        gone = refusal(lambda: server.setup("secretsmanager").describe_secret(SecretId=arn))
        assert gone == "ResourceNotFoundException"

    both("cfn_secret_ref", probe, "Ref is the name")


def test_resource_policy_of_a_secret(both: Both) -> None:
    def probe(server: Server) -> None:
        def resources(action: str) -> dict[str, Any]:
            policy = document(statement("Deny", action, Principal="*"))
            return {
                "Secret": resource("AWS::SecretsManager::Secret"),
                "Policy": resource(
                    "AWS::SecretsManager::ResourcePolicy", SecretId=ref("Secret"), ResourcePolicy=policy
                ),
            }

        outputs = {"Secret": ref("Secret")}
        stack = deploy(server, resources("secretsmanager:GetSecretValue"), outputs)
        secrets = server.setup("secretsmanager")

        def policy() -> str:
            return secrets.get_resource_policy(SecretId=stack.outputs["Secret"]).get("ResourcePolicy", "")

        assert "GetSecretValue" in policy()
        stack.update(as_template(resources("secretsmanager:PutSecretValue"), outputs))
        assert "PutSecretValue" in policy()
        stack.update(as_template({"Secret": resource("AWS::SecretsManager::Secret")}, outputs))
        assert policy() == ""

    both("cfn_secrets", probe, REFUSED)


def test_rotation_schedule(both: Both) -> None:
    def probe(server: Server) -> None:
        def resources(rules: dict[str, Any]) -> dict[str, Any]:
            return {
                "Role": role(),
                "Function": function(NOTHING),
                "Secret": resource("AWS::SecretsManager::Secret", SecretString="value"),
                "Permission": permission("Function", "secretsmanager.amazonaws.com", SourceArn=ref("Secret")),
                "Schedule": resource(
                    "AWS::SecretsManager::RotationSchedule",
                    ["Permission"],
                    SecretId=ref("Secret"),
                    RotationLambdaARN=att("Function", "Arn"),
                    RotationRules=rules,
                    RotateImmediatelyOnUpdate=False,
                ),
            }

        outputs = {"Secret": ref("Secret")}
        stack = deploy(server, resources({"AutomaticallyAfterDays": 30}), outputs)
        secrets = server.setup("secretsmanager")
        found = secrets.describe_secret(SecretId=stack.outputs["Secret"])
        assert (found["RotationEnabled"], found["RotationRules"]) == (True, {"AutomaticallyAfterDays": 30})
        stack.update(as_template(resources({"ScheduleExpression": "rate(5000 days)"}), outputs))
        found = secrets.describe_secret(SecretId=stack.outputs["Secret"])
        assert found["RotationRules"] == {"ScheduleExpression": "rate(5000 days)"}
        stack.delete()

    both("cfn_secrets", probe, REFUSED)


def test_rotation_schedule_fails_when_the_function_may_not_be_invoked(extended: Server) -> None:
    resources = {
        "Role": role(),
        "Function": function(NOTHING),
        "Secret": resource("AWS::SecretsManager::Secret"),
        "Schedule": resource(
            "AWS::SecretsManager::RotationSchedule",
            SecretId=ref("Secret"),
            RotationLambdaARN=att("Function", "Arn"),
            RotationRules={"AutomaticallyAfterDays": 30},
        ),
    }
    with pytest.raises(AssertionError, match="cannot invoke the specified Lambda function"):
        deploy(extended, resources)


ALARM = resource(
    "AWS::CloudWatch::Alarm",
    Namespace="Probe",
    MetricName="M",
    Period=60,
    EvaluationPeriods=1,
    Threshold=1,
    ComparisonOperator="GreaterThanThreshold",
    Statistic="Sum",
)


def test_composite_alarm_and_watch_types(both: Both) -> None:
    def probe(server: Server) -> None:
        rule = {"Fn::Join": ["", ["ALARM(", ref("Alarm"), ")"]]}
        resources = {
            "Alarm": ALARM,
            "All": resource("AWS::CloudWatch::CompositeAlarm", AlarmRule=rule),
            "Band": resource("AWS::CloudWatch::AnomalyDetector", Namespace="Probe", MetricName="M", Stat="Sum"),
            "Query": resource("AWS::Logs::QueryDefinition", Name="q", QueryString="fields @message"),
        }
        stack = deploy(server, resources, {"All": ref("All")})
        alarms = server.setup("cloudwatch").describe_alarms(
            AlarmNames=[stack.outputs["All"]], AlarmTypes=["CompositeAlarm"]
        )["CompositeAlarms"]
        assert [alarm["StateValue"] for alarm in alarms] == ["OK"]
        stack.delete()

    both("cfn_misc", probe, REFUSED)


def test_inline_policies_and_groups(both: Both) -> None:
    def probe(server: Server) -> None:
        send = document(statement("Allow", "sqs:SendMessage", Principal={"Service": "sns.amazonaws.com"}))
        publish = document(statement("Allow", "sns:Publish", Principal={"Service": "cloudwatch.amazonaws.com"}))
        resources = {
            "Queue": resource("AWS::SQS::Queue"),
            "Topic": resource("AWS::SNS::Topic"),
            "QueuePolicy": resource("AWS::SQS::QueueInlinePolicy", Queue=ref("Queue"), PolicyDocument=send),
            "TopicPolicy": resource("AWS::SNS::TopicInlinePolicy", TopicArn=ref("Topic"), PolicyDocument=publish),
            "Group": resource(
                "AWS::IAM::Group",
                Policies=[{"PolicyName": "p", "PolicyDocument": document(statement("Allow", "sqs:ListQueues"))}],
            ),
            "User": resource("AWS::IAM::User", Groups=[ref("Group")]),
            "Document": resource("AWS::SSM::Document", Content={"schemaVersion": "0.3"}, DocumentType="Automation"),
        }
        stack = deploy(server, resources, {"Queue": ref("Queue"), "User": ref("User")})
        attributes = server.setup("sqs").get_queue_attributes(
            QueueUrl=stack.outputs["Queue"], AttributeNames=["Policy"]
        )
        assert "sns.amazonaws.com" in attributes["Attributes"]["Policy"]
        key = server.setup("iam").create_access_key(UserName=stack.outputs["User"])["AccessKey"]

        user = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        assert refusal(lambda: server.acting_as("sqs", user).list_queues()) is None
        assert refusal(lambda: server.acting_as("sns", user).list_topics()) == "AuthorizationError"
        server.setup("iam").delete_access_key(UserName=stack.outputs["User"], AccessKeyId=key["AccessKeyId"])
        stack.delete()

    both("cfn_misc", probe, REFUSED)


def test_trail_and_web_application_firewall(both: Both) -> None:
    def probe(server: Server) -> None:
        visibility = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
        stage = f"arn:aws:apigateway:us-east-1::/restapis/{server.port}/stages/v1"
        resources = {
            "Bucket": resource("AWS::S3::Bucket"),
            "Trail": resource("AWS::CloudTrail::Trail", S3BucketName=ref("Bucket"), IsLogging=True),
            "Acl": resource(
                "AWS::WAFv2::WebACL",
                Scope="REGIONAL",
                DefaultAction={"Allow": {}},
                Rules=[],
                VisibilityConfig=visibility,
            ),
            "Attached": resource("AWS::WAFv2::WebACLAssociation", ResourceArn=stage, WebACLArn=att("Acl", "Arn")),
            "Logged": resource(
                "AWS::WAFv2::LoggingConfiguration",
                ResourceArn=att("Acl", "Arn"),
                LogDestinationConfigs=["arn:aws:logs:us-east-1:0:log-group:aws-waf-logs-x"],
            ),
        }
        stack = deploy(server, resources, {"Trail": ref("Trail")})
        assert server.setup("cloudtrail").get_trail_status(Name=stack.outputs["Trail"])["IsLogging"]
        assert server.setup("wafv2").get_web_acl_for_resource(ResourceArn=stage)["WebACL"]["DefaultAction"]
        stack.delete()

    both("cfn_misc", probe, REFUSED)


def test_reserved_concurrency_and_network_of_a_function(both: Both) -> None:
    def probe(server: Server) -> None:
        network = {"SubnetIds": [ref("Subnet")], "SecurityGroupIds": [att("Group", "GroupId")]}
        resources = {
            **VPC,
            **SUBNET,
            **GROUP,
            "Role": role(),
            "Function": function(NOTHING, VpcConfig=network, ReservedConcurrentExecutions=3),
        }
        outputs = {"Function": ref("Function"), "Vpc": ref("Vpc")}
        stack = deploy(server, resources, outputs)
        functions, name = server.setup("lambda"), stack.outputs["Function"]
        reserved = functions.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
        assert reserved == 3, "dropped ReservedConcurrentExecutions"
        found = functions.get_function_configuration(FunctionName=name)
        assert found["VpcConfig"]["VpcId"] == stack.outputs["Vpc"]
        zero = {**resources, "Function": function(NOTHING, VpcConfig=network, ReservedConcurrentExecutions=0)}
        stack.update(as_template(zero, outputs))
        assert refusal(lambda: functions.invoke(FunctionName=name)) == "TooManyRequestsException"
        stack.delete()

    both("cfn_dropped_properties", probe, "dropped ReservedConcurrentExecutions")


def test_network_of_a_function(both: Both) -> None:
    def probe(server: Server) -> None:
        network = {"SubnetIds": [ref("Subnet")], "SecurityGroupIds": [att("Group", "GroupId")]}
        resources = {**VPC, **SUBNET, **GROUP, "Role": role(), "Function": function(NOTHING, VpcConfig=network)}
        stack = deploy(server, resources, {"Function": ref("Function")})
        found = server.setup("lambda").get_function_configuration(FunctionName=stack.outputs["Function"])
        assert len((found.get("VpcConfig") or {}).get("SubnetIds", [])) == 1, "dropped VpcConfig"

    both("cfn_dropped_properties", probe, "dropped VpcConfig")


def table(**properties: Any) -> dict[str, Any]:
    return {
        "Table": resource(
            "AWS::DynamoDB::Table",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            **properties,
        )
    }


def test_expiry_of_a_table(both: Both) -> None:
    def probe(server: Server) -> None:
        resources = table(TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
        stack = deploy(server, resources, {"Table": ref("Table")})
        ttl = server.setup("dynamodb").describe_time_to_live(TableName=stack.outputs["Table"])["TimeToLiveDescription"]
        assert ttl["TimeToLiveStatus"] == "ENABLED", "dropped TimeToLiveSpecification"
        assert ttl["AttributeName"] == "expires"

    both("cfn_dropped_properties", probe, "dropped TimeToLiveSpecification")


def test_point_in_time_recovery_of_a_table(both: Both) -> None:
    def probe(server: Server) -> None:
        resources = table(PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
        stack = deploy(server, resources, {"Table": ref("Table")})
        backups = server.setup("dynamodb").describe_continuous_backups(TableName=stack.outputs["Table"])
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED", "dropped PointInTimeRecoverySpecification"

    both("cfn_dropped_properties", probe, "dropped PointInTimeRecoverySpecification")


def test_object_lock_of_a_bucket(both: Both) -> None:
    def probe(server: Server) -> None:
        lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 7}}}
        resources = {"Bucket": resource("AWS::S3::Bucket", ObjectLockEnabled=True, ObjectLockConfiguration=lock)}
        stack = deploy(server, resources, {"Bucket": ref("Bucket")})
        found = server.setup("s3").get_object_lock_configuration(Bucket=stack.outputs["Bucket"])
        assert found["ObjectLockConfiguration"]["Rule"]["DefaultRetention"] == {"Mode": "GOVERNANCE", "Days": 7}

    both("cfn_dropped_properties", probe, "ObjectLockConfigurationNotFoundError")


def test_key_of_a_topic(both: Both) -> None:
    def probe(server: Server) -> None:
        resources = {"Topic": resource("AWS::SNS::Topic", KmsMasterKeyId="alias/own")}
        topic = deploy(server, resources, {"Topic": ref("Topic")}).outputs["Topic"]
        attributes = server.setup("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
        assert attributes.get("KmsMasterKeyId") == "alias/own", "dropped KmsMasterKeyId"

    both("cfn_dropped_properties", probe, "dropped KmsMasterKeyId")


def test_custom_resource_through_a_function(extended: Server) -> None:
    code = """
    const https = require('node:https');
    exports.handler = async (event) => {
      const Data = { Value: event.ResourceProperties.In };
      const body = JSON.stringify({ Status: 'SUCCESS', PhysicalResourceId: 'p', Data });
      await new Promise((done) => https.request(event.ResponseURL, { method: 'PUT' }, done).end(body));
    };"""
    resources = {
        "Role": role(),
        "Function": function(code),
        "Custom": resource("Custom::Probe", ServiceToken=att("Function", "Arn"), In="through"),
    }
    stack = deploy(extended, resources, {"Value": att("Custom", "Value")})
    assert stack.outputs == {"Value": "through"}
    stack.delete()


def test_account_is_the_default_one(extended: Server) -> None:
    assert json.dumps(extended.setup("sts").get_caller_identity()["Account"]) == f'"{ACCOUNT}"'
