"""Network types of an egress stack.

AWS creates Elastic IPs, NAT gateways, single security group rules and flow logs from CloudFormation, and a VPC offers
`CidrBlock` to Fn::GetAtt. The bare server refuses the types and the attribute. Here they are records in its own EC2
store, so the EC2 API describes them; no packet ever passes through them.
"""

from __future__ import annotations

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

from emulator.settings import Settings
from emulator.support import Created, Props, add_type, check_response, hex_id, record_only

RELIES_ON = (
    "services.cloudformation.provisioners:_RESOURCE_HANDLERS",
    "services.cloudformation.provisioners:_delete_predecessor(delete_fn)",
    "services.cloudformation.provisioners:_ec2_apply_tags(physical_id, props)",
    "services.cloudformation.provisioners:_ec2_sg_permissions(rules)",
    "services.ec2:_addresses",
    "services.ec2:_allocate_address(p)",
    "services.ec2:_flow_logs",
    "services.ec2:_nat_gateways",
    "services.ec2:_now_ts()",
    "services.ec2:_security_groups",
    "services.ec2:_subnets",
    "services.ec2:_tags",
    "services.ec2:_vpcs",
)
ADDS_TYPES = (
    "AWS::EC2::EIP",
    "AWS::EC2::FlowLog",
    "AWS::EC2::NatGateway",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::Route53Resolver::FirewallDomainList",
    "AWS::Route53Resolver::FirewallRuleGroup",
    "AWS::Route53Resolver::FirewallRuleGroupAssociation",
    "AWS::Route53Resolver::ResolverQueryLoggingConfig",
    "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation",
)


def create_eip(logical_id: str, props: Props, stack_name: str) -> Created:
    before = set(ec2._addresses.keys())
    check_response("AWS::EC2::EIP", ec2._allocate_address({"Domain": [props.get("Domain", "vpc")]}))
    allocation = (set(ec2._addresses.keys()) - before).pop()
    provisioners._ec2_apply_tags(allocation, props)
    address = ec2._addresses[allocation]["PublicIp"]
    return address, {"AllocationId": allocation, "PublicIp": address}


def delete_eip(physical_id: str, props: Props) -> None:
    for allocation, address in ec2._addresses.items():
        if address["PublicIp"] == physical_id:
            ec2._addresses.pop(allocation, None)
            ec2._tags.pop(allocation, None)


def update_eip(physical_id: str, old: Props, new: Props, stack_name: str) -> Created:
    allocation = next(key for key, address in ec2._addresses.items() if address["PublicIp"] == physical_id)
    provisioners._ec2_apply_tags(allocation, new, old)
    return physical_id, {"AllocationId": allocation, "PublicIp": physical_id}


def create_nat_gateway(logical_id: str, props: Props, stack_name: str) -> Created:
    nat = hex_id("nat")
    subnet = ec2._subnets.get(props.get("SubnetId", "")) or {}
    ec2._nat_gateways[nat] = {
        "NatGatewayId": nat,
        "SubnetId": props.get("SubnetId", ""),
        "VpcId": subnet.get("VpcId", ""),
        "AllocationId": props.get("AllocationId", ""),
        "ConnectivityType": props.get("ConnectivityType", "public"),
        "State": "available",
        "CreateTime": ec2._now_ts(),
        "Tags": props.get("Tags", []),
    }
    provisioners._ec2_apply_tags(nat, props)
    return nat, {"NatGatewayId": nat}


def create_flow_log(logical_id: str, props: Props, stack_name: str) -> Created:
    flow_log = hex_id("fl")
    ec2._flow_logs[flow_log] = {
        "FlowLogId": flow_log,
        "ResourceId": props.get("ResourceId", ""),
        "ResourceType": props.get("ResourceType", "VPC"),
        "TrafficType": props.get("TrafficType", "ALL"),
        "LogDestinationType": props.get("LogDestinationType", "cloud-watch-logs"),
        "LogDestination": props.get("LogDestination") or props.get("LogGroupName", ""),
        "FlowLogStatus": "ACTIVE",
        "CreationTime": ec2._now_ts(),
    }
    provisioners._ec2_apply_tags(flow_log, props)
    return flow_log, {"Id": flow_log}


def add_rule_type(resource_type: str, permissions: str, prefix: str) -> None:
    """A single rule is one permission in its group; deleting takes an equal one out."""

    def create(logical_id: str, props: Props, stack_name: str) -> Created:
        group = ec2._security_groups.get(props.get("GroupId", ""))
        if group is None:
            raise ValueError(f"{resource_type}: security group {props.get('GroupId')!r} does not exist")
        group.setdefault(permissions, []).extend(provisioners._ec2_sg_permissions([props]))
        rule = hex_id(prefix)
        return rule, {"Id": rule}

    def delete(physical_id: str, props: Props) -> None:
        group = ec2._security_groups.get(props.get("GroupId", "")) or {}
        for permission in provisioners._ec2_sg_permissions([props]):
            if permission in group.get(permissions, []):
                group[permissions].remove(permission)

    add_type(resource_type, create, delete)


def with_cidr_block(handlers: dict) -> None:
    def add(created: Created) -> Created:
        vpc = ec2._vpcs[created[0]]
        return created[0], {"CidrBlock": vpc["CidrBlock"], "CidrBlockAssociations": [], **created[1]}

    create, update = handlers["create"], handlers["update"]
    handlers["create"] = lambda *args: add(create(*args))
    handlers["update"] = lambda *args: add(update(*args))


def apply(settings: Settings) -> None:
    add_type("AWS::EC2::EIP", create_eip, delete_eip, update_eip)
    add_type("AWS::EC2::NatGateway", create_nat_gateway, lambda nat, props: ec2._nat_gateways.pop(nat, None))
    add_type("AWS::EC2::FlowLog", create_flow_log, lambda flow_log, props: ec2._flow_logs.pop(flow_log, None))
    add_rule_type("AWS::EC2::SecurityGroupIngress", "IpPermissions", "sgr")
    add_rule_type("AWS::EC2::SecurityGroupEgress", "IpPermissionsEgress", "sgr")
    with_cidr_block(provisioners._RESOURCE_HANDLERS["AWS::EC2::VPC"])
    for resource_type, prefix in {
        "FirewallDomainList": "rslvr-fdl",
        "FirewallRuleGroup": "rslvr-frg",
        "FirewallRuleGroupAssociation": "rslvr-frgassoc",
        "ResolverQueryLoggingConfig": "rqlc",
        "ResolverQueryLoggingConfigAssociation": "rqlca",
    }.items():

        def identify(logical_id: str, props: Props, stack_name: str, prefix: str = prefix) -> Created:
            found = hex_id(prefix)
            return found, {"Id": found, "Arn": f"arn:aws:route53resolver:::{found}", "Status": "COMPLETE"}

        record_only(f"AWS::Route53Resolver::{resource_type}", identify)
