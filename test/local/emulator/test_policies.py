"""Who may do what with a secret, and who may invoke a function."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from probe import (
    ACCOUNT,
    NODE_CALL,
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
    run,
    secret_with_value,
    statement,
    wait_until,
)

Both = Callable[..., None]
READ = statement("Allow", "secretsmanager:*")
READER = (
    NODE_CALL
    + """
exports.handler = async ({ secret, ...rest }) => {
  const { status, body } = await secrets('GetSecretValue', { SecretId: secret, ...rest });
  return status === 200 ? body.SecretString : body.__type;
};
"""
)
DENIED = "AccessDeniedException"


def reader(server: Server, *statements: dict[str, Any]) -> tuple[str, Credentials]:
    """A role's ARN and a session of it."""
    arn = deploy(server, {"Role": role(*statements or (READ,))}, {"Arn": att("Role", "Arn")}).outputs["Arn"]
    return arn, server.assume(arn)


def set_policy(server: Server, secret: str, *statements: dict[str, Any]) -> None:
    server.setup("secretsmanager").put_resource_policy(
        SecretId=secret, ResourcePolicy=json.dumps(document(*statements))
    )


def deny(condition: dict[str, Any], action: str = "secretsmanager:GetSecretValue") -> dict[str, Any]:
    return statement("Deny", action, Principal="*", Condition=condition)


def reading(server: Server, session: Credentials, secret: str, **which: str) -> str | None:
    return refusal(lambda: server.acting_as("secretsmanager", session).get_secret_value(SecretId=secret, **which))


def test_principal_arn_is_the_role(both: Both) -> None:
    def probe(server: Server) -> None:
        secret, (arn, session), (_, other) = secret_with_value(server), reader(server), reader(server)
        set_policy(server, secret, deny({"StringNotEquals": {"aws:PrincipalArn": arn}}))
        assert reading(server, other, secret) == DENIED
        assert reading(server, session, secret) is None, "locked out"

    both("iam_context", probe, "locked out")


def test_principal_arn_of_a_function_is_its_role(extended: Server) -> None:
    secret = secret_with_value(extended)
    stack = deploy(
        extended,
        {"Role": role(READ), "Function": function(READER)},
        {"Role": att("Role", "Arn"), "Function": ref("Function")},
    )
    set_policy(extended, secret, deny({"ArnNotEquals": {"aws:PrincipalArn": stack.outputs["Role"]}}))
    assert run(extended, stack.outputs["Function"], {"secret": secret}) == "one"


def test_a_reader_must_name_the_stage(both: Both) -> None:
    def probe(server: Server) -> None:
        secret, (_, session) = secret_with_value(server), reader(server)
        set_policy(server, secret, deny({"Null": {"secretsmanager:VersionStage": "true"}}))
        assert reading(server, session, secret) == DENIED
        assert reading(server, session, secret, VersionStage="AWSCURRENT") is None, "the stage is not seen"

    both("iam_context", probe, "the stage is not seen")


def test_only_one_stage_is_allowed(extended: Server) -> None:
    condition = {"StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}}
    secret, (_, session) = (
        secret_with_value(extended),
        reader(extended, statement("Allow", "secretsmanager:GetSecretValue", Condition=condition)),
    )
    assert reading(extended, session, secret, VersionStage="AWSCURRENT") is None
    assert reading(extended, session, secret, VersionStage="AWSPREVIOUS") == DENIED


def test_the_frozen_tag_stops_reading(both: Both) -> None:
    def probe(server: Server) -> None:
        secret, (_, session) = secret_with_value(server), reader(server)
        set_policy(server, secret, deny({"StringEquals": {"aws:ResourceTag/keyroom:frozen": "true"}}))
        assert reading(server, session, secret) is None
        secrets = server.setup("secretsmanager")
        secrets.tag_resource(SecretId=secret, Tags=[{"Key": "keyroom:frozen", "Value": "true"}])
        assert reading(server, session, secret) == DENIED, "the tag is not seen"
        secrets.untag_resource(SecretId=secret, TagKeys=["keyroom:frozen"])
        assert reading(server, session, secret) is None

    both("iam_context", probe, "the tag is not seen")


def test_only_one_role_may_touch_the_frozen_tag(extended: Server) -> None:
    secret, (arn, incident), (_, other) = secret_with_value(extended), reader(extended), reader(extended)
    set_policy(
        extended,
        secret,
        statement(
            "Deny",
            ["secretsmanager:TagResource", "secretsmanager:UntagResource"],
            Principal="*",
            Condition={
                "ForAnyValue:StringEquals": {"aws:TagKeys": ["keyroom:frozen"]},
                "ArnNotEquals": {"aws:PrincipalArn": arn},
            },
        ),
    )

    def tag(session: Credentials, key: str) -> str | None:
        secrets = extended.acting_as("secretsmanager", session)
        return refusal(lambda: secrets.tag_resource(SecretId=secret, Tags=[{"Key": key, "Value": "true"}]))

    assert (tag(incident, "keyroom:frozen"), tag(other, "keyroom:frozen"), tag(other, "x")) == (None, DENIED, None)


def network(server: Server, endpoint_policy: dict[str, Any] | None = None) -> tuple[str, str, str]:
    """An endpoint's id, a function that uses it and one outside its network."""
    ec2 = server.setup("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    policy = {"PolicyDocument": endpoint_policy} if endpoint_policy else {}
    stack = deploy(
        server,
        {
            "Endpoint": resource(
                "AWS::EC2::VPCEndpoint",
                VpcId=vpc,
                VpcEndpointType="Interface",
                PrivateDnsEnabled=True,
                ServiceName="com.amazonaws.us-east-1.secretsmanager",
                SubnetIds=[subnet],
                **policy,
            ),
            "Role": role(READ),
            "Outside": function(READER),
        },
        {"Endpoint": ref("Endpoint"), "Outside": ref("Outside")},
    )
    # Through the API, because CloudFormation drops VpcConfig on the bare server.
    functions = server.setup("lambda")
    inside = deploy(server, {"Role": role(READ), "Inside": function(READER)}, {"Inside": ref("Inside")})
    functions.update_function_configuration(
        FunctionName=inside.outputs["Inside"], VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [group]}
    )
    return stack.outputs["Endpoint"], inside.outputs["Inside"], stack.outputs["Outside"]


def test_only_through_the_endpoint(both: Both) -> None:
    def probe(server: Server) -> None:
        secret, (endpoint, inside, outside) = secret_with_value(server), network(server)
        set_policy(server, secret, deny({"StringNotEquals": {"aws:SourceVpce": endpoint}}))
        assert run(server, outside, {"secret": secret}) == DENIED
        assert run(server, inside, {"secret": secret}) == "one", "the endpoint is not seen"

    both("vpc_endpoints", probe, "the endpoint is not seen")


def test_the_endpoints_own_policy_is_enforced(both: Both) -> None:
    def probe(server: Server) -> None:
        mine, other = secret_with_value(server), secret_with_value(server)
        policy = document(statement("Allow", "secretsmanager:GetSecretValue", mine, Principal="*"))
        _, inside, outside = network(server, policy)
        assert run(server, inside, {"secret": mine}) == "one"
        assert run(server, outside, {"secret": other}) == "one"
        assert run(server, inside, {"secret": other}) == DENIED, "the endpoint lets everything through"

    both("vpc_endpoints", probe, "the endpoint lets everything through")


def test_a_gateway_endpoint_needs_the_subnets_route_table(extended: Server) -> None:
    code = (
        NODE_CALL
        + """
    exports.handler = async ({ table }) => (await call('dynamodb', 'DynamoDB_20120810.GetItem',
      { TableName: table, Key: { pk: { S: 'a' } } })).status;"""
    )
    subnet = {"VpcId": ref("Vpc"), "CidrBlock": "10.0.1.0/24"}
    condition = {"StringEquals": {"aws:SourceVpce": ref("Endpoint")}}
    allowed = [statement("Allow", "dynamodb:GetItem", Condition=condition)]
    resources = {
        "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
        "Near": resource("AWS::EC2::Subnet", **subnet),
        "Far": resource("AWS::EC2::Subnet", **subnet),
        "Routes": resource("AWS::EC2::RouteTable", VpcId=ref("Vpc")),
        "Joined": resource("AWS::EC2::SubnetRouteTableAssociation", RouteTableId=ref("Routes"), SubnetId=ref("Near")),
        "Endpoint": resource(
            "AWS::EC2::VPCEndpoint",
            VpcId=ref("Vpc"),
            VpcEndpointType="Gateway",
            ServiceName="com.amazonaws.us-east-1.dynamodb",
            RouteTableIds=[ref("Routes")],
        ),
        "Table": resource(
            "AWS::DynamoDB::Table",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        ),
        "Role": role(*allowed),
        **{
            name: function(code, VpcConfig={"SubnetIds": [ref(where)], "SecurityGroupIds": []})
            for name, where in (("Inside", "Near"), ("Beside", "Far"))
        },
    }
    stack = deploy(extended, resources, {name: ref(name) for name in ("Inside", "Beside", "Table")})
    answers = {
        name: run(extended, stack.outputs[name], {"table": stack.outputs["Table"]}) for name in ("Inside", "Beside")
    }
    assert answers["Inside"] == 200
    assert answers["Beside"] >= 400


def key_with(server: Server, *statements: dict[str, Any]) -> str:
    policy = document(statement("Allow", "kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), *statements)
    return server.setup("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]


def test_reading_needs_the_key(both: Both) -> None:
    def probe(server: Server) -> None:
        secret = secret_with_value(server, KmsKeyId=key_with(server))
        _, with_key = reader(server, READ, statement("Allow", "kms:Decrypt"))
        _, without = reader(server)
        assert reading(server, with_key, secret) is None
        assert reading(server, without, secret) == DENIED, "the key was not asked"

    both("secret_kms", probe, "the key was not asked")


def test_a_keys_policy_sees_service_and_secret(extended: Server) -> None:
    _, session = reader(extended, READ, statement("Allow", "kms:*"))

    def secret_under(condition: dict[str, Any]) -> str:
        key = key_with(extended, statement("Deny", "kms:Decrypt", Principal="*", Condition=condition))
        return secret_with_value(extended, KmsKeyId=key)

    pattern = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:probe/*"
    fits = {
        "StringNotLike": {"kms:EncryptionContext:SecretARN": pattern},
        "StringNotEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"},
    }
    assert reading(extended, session, secret_under({"StringNotLike": fits["StringNotLike"]})) is None
    assert reading(extended, session, secret_under({"StringNotEquals": fits["StringNotEquals"]})) is None
    other = {"StringNotLike": {"kms:EncryptionContext:SecretARN": pattern.replace("probe", "other")}}
    assert reading(extended, session, secret_under(other)) == DENIED


def test_writing_needs_a_data_key_only(extended: Server) -> None:
    """The importer of a key may put a value that it cannot read back."""
    key = key_with(extended)
    secret = extended.setup("secretsmanager").create_secret(Name=f"probe/{uuid.uuid4()}", KmsKeyId=key)["ARN"]
    _, importer = reader(
        extended,
        READ,
        statement("Allow", ["kms:GenerateDataKey", "kms:Decrypt"]),
        statement("Deny", "kms:Decrypt", Condition={"Null": {"kms:EncryptionContext:SecretVersionId": "false"}}),
    )
    secrets = extended.acting_as("secretsmanager", importer)
    assert refusal(lambda: secrets.put_secret_value(SecretId=secret, SecretString="x")) is None
    assert reading(extended, importer, secret) == DENIED


def test_a_disabled_key_stops_reading(both: Both) -> None:
    def probe(server: Server) -> None:
        key = key_with(server)
        secret, (_, session) = (
            secret_with_value(server, KmsKeyId=key),
            reader(server, READ, statement("Allow", "kms:*")),
        )
        server.setup("kms").disable_key(KeyId=key)
        assert reading(server, session, secret) == "DecryptionFailure", "read in spite of the key"

    both("secret_kms", probe, "read in spite of the key")


def test_the_dummy_key_is_refused_for_anything_but_set_up(extended: Server) -> None:
    with pytest.raises(ValueError, match="assume a role"):
        extended.acting_as("sqs", Credentials("test", "test"))


MARK = (
    NODE_CALL
    + """
exports.handler = async () => secrets('CreateSecret', { Name: process.env.MARK });
"""
)


def marked(server: Server, name: str) -> bool:
    return refusal(lambda: server.setup("secretsmanager").describe_secret(SecretId=name)) is None


def sender(server: Server, permitted: bool, through: dict[str, Any], service: str, source: Any) -> str:
    """A function that leaves a mark when it is invoked, behind a topic or a bus; the name of the mark."""
    mark = f"mark/{uuid.uuid4()}"
    resources = {"Role": role(READ), "Function": function(MARK, Environment={"Variables": {"MARK": mark}}), **through}
    if permitted:
        resources["Permission"] = permission("Function", service, SourceArn=source)
    stack = deploy(server, resources, {"Source": ref("Source")})
    if service.startswith("sns"):
        server.setup("sns").publish(TopicArn=stack.outputs["Source"], Message="x")
    else:
        server.setup("events").put_events(Entries=[{"Source": mark, "DetailType": "x", "Detail": "{}"}])
    return mark


def test_a_topic_needs_permission(both: Both) -> None:
    through = {
        "Source": resource("AWS::SNS::Topic"),
        "Subscription": resource(
            "AWS::SNS::Subscription", TopicArn=ref("Source"), Protocol="lambda", Endpoint=att("Function", "Arn")
        ),
    }

    def probe(server: Server) -> None:
        refused = sender(server, False, through, "sns.amazonaws.com", ref("Source"))
        allowed = sender(server, True, through, "sns.amazonaws.com", ref("Source"))
        wait_until(lambda: marked(server, allowed), 8, what="the notification")
        assert not marked(server, refused), "invoked without permission"

    both("function_policies", probe, "invoked without permission")


def test_a_rule_needs_permission(both: Both) -> None:
    through = {
        "Source": resource(
            "AWS::Events::Rule",
            EventPattern={"source": [{"prefix": "mark/"}]},
            Targets=[{"Id": "function", "Arn": att("Function", "Arn")}],
        )
    }

    def probe(server: Server) -> None:
        refused = sender(server, False, through, "events.amazonaws.com", att("Source", "Arn"))
        allowed = sender(server, True, through, "events.amazonaws.com", att("Source", "Arn"))
        wait_until(lambda: marked(server, allowed), 8, what="the event")
        assert not marked(server, refused), "invoked without permission"

    both("function_policies", probe, "invoked without permission")


TABLE = resource(
    "AWS::DynamoDB::Table",
    BillingMode="PAY_PER_REQUEST",
    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
)


def test_a_role_keeps_to_its_partition(both: Both) -> None:
    def probe(server: Server) -> None:
        own = statement(
            "Allow", "dynamodb:*", Condition={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["rotation#*"]}}
        )
        stack = deploy(server, {"Table": TABLE, "Role": role(own)}, {"Table": ref("Table"), "Arn": att("Role", "Arn")})
        table, name = server.acting_as("dynamodb", server.assume(stack.outputs["Arn"])), stack.outputs["Table"]

        def tries(partition: str) -> list[str | None]:
            item, key = {"pk": {"S": partition}}, {":k": {"S": partition}}
            return [
                refusal(lambda: table.put_item(TableName=name, Item=item)),
                refusal(lambda: table.get_item(TableName=name, Key=item)),
                refusal(
                    lambda: table.query(
                        TableName=name,
                        KeyConditionExpression="#p = :k",
                        ExpressionAttributeNames={"#p": "pk"},
                        ExpressionAttributeValues=key,
                    )
                ),
                refusal(lambda: table.transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": item}}])),
                refusal(lambda: table.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": item}}]})),
            ]

        assert tries("rotation#1") == [None] * 5
        assert tries("app#1") == [DENIED] * 5, "others' partitions are open"

    both("leading_keys", probe, "others' partitions are open")


def test_a_role_puts_events_of_its_own_kind(both: Both) -> None:
    def probe(server: Server) -> None:
        own = statement(
            "Allow",
            "events:PutEvents",
            Condition={"StringEquals": {"events:source": "own", "events:detail-type": "Changed"}},
        )
        _, session = reader(server, own)
        events = server.acting_as("events", session)

        def tries(source: str, kind: str) -> str | None:
            entry = {"Source": source, "DetailType": kind, "Detail": "{}"}
            return refusal(lambda: events.put_events(Entries=[entry]))

        assert [tries("other", "Changed"), tries("own", "Other")] == [DENIED] * 2
        assert tries("own", "Changed") is None, "its own events are refused"

    both("event_keys", probe, "its own events are refused")


def test_sending_to_an_encrypted_queue_needs_the_key(both: Both) -> None:
    def probe(server: Server) -> None:
        queue = server.setup("sqs").create_queue(
            QueueName=f"q-{uuid.uuid4().hex[:8]}", Attributes={"KmsMasterKeyId": key_with(server)}
        )["QueueUrl"]
        send = statement("Allow", ["sqs:SendMessage", "sqs:ReceiveMessage"])
        _, with_key = reader(server, send, statement("Allow", ["kms:GenerateDataKey", "kms:Decrypt"]))
        _, without = reader(server, send)

        def sending(session: Credentials) -> str | None:
            sqs = server.acting_as("sqs", session)
            return refusal(lambda: sqs.send_message(QueueUrl=queue, MessageBody="x"))

        assert sending(with_key) is None
        assert sending(without) == "AccessDenied", "the key was not asked"
        sqs = server.acting_as("sqs", without)
        assert refusal(lambda: sqs.receive_message(QueueUrl=queue)) == "AccessDenied"

    both("encrypted_delivery", probe, "the key was not asked")


def test_a_queue_is_read_under_the_functions_role(both: Both) -> None:
    def probe(server: Server) -> None:
        def reads(*allowed: dict[str, Any]) -> tuple[str, str]:
            """The queue of a function with these permissions, and the mark that it leaves."""
            mark = f"mark/{uuid.uuid4()}"
            stack = deploy(
                server,
                {
                    "Key": resource(
                        "AWS::KMS::Key",
                        KeyPolicy=document(
                            statement("Allow", "kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
                        ),
                    ),
                    "Queue": resource("AWS::SQS::Queue", KmsMasterKeyId=ref("Key")),
                    "TlsOnly": resource(
                        "AWS::SQS::QueuePolicy",
                        Queues=[ref("Queue")],
                        PolicyDocument=document(
                            statement(
                                "Deny",
                                "sqs:*",
                                Principal={"AWS": "*"},
                                Condition={"Bool": {"aws:SecureTransport": "false"}},
                            )
                        ),
                    ),
                    "Role": role(statement("Allow", "secretsmanager:*"), *allowed),
                    "Function": function(MARK, Environment={"Variables": {"MARK": mark}}),
                    "Source": resource(
                        "AWS::Lambda::EventSourceMapping",
                        FunctionName=ref("Function"),
                        EventSourceArn=att("Queue", "Arn"),
                    ),
                },
                {"Queue": ref("Queue")},
            )
            server.setup("sqs").send_message(QueueUrl=stack.outputs["Queue"], MessageBody="x")
            return stack.outputs["Queue"], mark

        queue = statement("Allow", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
        _, no_role = reads()
        _, no_key = reads(queue)
        _, allowed = reads(queue, statement("Allow", "kms:Decrypt"))
        wait_until(lambda: marked(server, allowed), 8, what="the message")
        assert not marked(server, no_role), "read without permission"
        assert not marked(server, no_key), "read without the key"

    both("event_sources", probe, "read without permission")
