"""Starting servers, deploying templates and being somebody: what every contract test needs."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import trustme
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parents[3]
REGION = "us-east-1"
ACCOUNT = "000000000000"
SECONDS_PER_DAY = 4


def node_folder() -> str:
    own = ROOT / "node_modules" / "node" / "bin"
    found = own if (own / "node").exists() else Path(shutil.which("node") or "/usr/bin/node").parent
    return str(found)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def write_certificates(folder: Path) -> None:
    """A CA, and one file with the leaf and the CA, so that functions trust whatever the CA signed."""
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost", "127.0.0.1", "*.execute-api.localhost")
    chain = b"".join(part.bytes() for part in leaf.cert_chain_pems)
    (folder / "gateway.pem").write_bytes(chain + authority.cert_pem.bytes())
    leaf.private_key_pem.write_to_path(str(folder / "gateway.key"))
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))


def wait_until(check: Callable[[], Any], seconds: float = 15, every: float = 0.05, what: str = "it") -> Any:
    """The first true value of a check, or a failure that says what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s for {what}, last saw {found!r}")
        time.sleep(every)


@dataclass(frozen=True)
class Credentials:
    key: str
    secret: str
    token: str | None = None


class Server:
    """One emulator, bare or extended, in an environment that holds nothing else."""

    def __init__(self, folder: Path, extended: bool, **settings: str) -> None:
        self.folder, self.extended, self.port = folder, extended, free_port()
        # What the bare server lacks never comes, however long one waits.
        self.patience = 8 if extended else 0.8
        self.url = f"https://127.0.0.1:{self.port}"
        self.ca = str(folder / "ca.pem")
        for name in ("home", "tmp"):
            (folder / name).mkdir(parents=True)
        write_certificates(folder)
        environment = {
            "PATH": f"{node_folder()}:/usr/bin:/bin",
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AUTH": "true",
            "CLOUDTRAIL_RECORDING": "1",
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": str(folder / "gateway.pem"),
            "MINISTACK_SSL_KEY": str(folder / "gateway.key"),
            "PYTHONPATH": str(ROOT / "local"),
            **settings,
        }
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "emulator" if extended else "ministack"],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
            )
        self.context = ssl.create_default_context(cafile=self.ca)
        wait_until(self.ready, 20, what="the server")

    def ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended: {self.log.read_text()[-2000:]}")
        try:
            return (
                urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2, context=self.context).status == 200
            )
        except OSError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        try:
            # The bare one waits for idle clients; nothing it holds is needed any more.
            self.process.wait(10 if self.extended else 1)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)

    def client(self, service: str, credentials: Credentials) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            verify=self.ca,
            aws_access_key_id=credentials.key,
            aws_secret_access_key=credentials.secret,
            aws_session_token=credentials.token,
            config=Config(retries={"max_attempts": 1}, connect_timeout=5, read_timeout=30),
        )

    def setup(self, service: str) -> Any:
        """A client with the root-like key. It skips every policy, so it may only prepare and look."""
        return self.client(service, Credentials("test", "test"))

    def assume(self, role_arn: str, session: str = "tester") -> Credentials:
        found = self.setup("sts").assume_role(RoleArn=role_arn, RoleSessionName=session)["Credentials"]
        return Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])

    def acting_as(self, service: str, credentials: Credentials) -> Any:
        """A client that policies apply to; the dummy key would prove nothing."""
        if credentials.key == "test" or credentials.key.isdigit():
            raise ValueError("the dummy key skips every policy: assume a role")
        return self.client(service, credentials)

    def http(self, method: str, url: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30, context=self.context) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), error.read().decode())


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Stack:
    """A deployed template."""

    server: Server
    name: str
    outputs: dict[str, str]

    def update(self, template: dict[str, Any]) -> None:
        cloudformation = self.server.setup("cloudformation")
        cloudformation.update_stack(
            StackName=self.name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        self.outputs = settled(self.server, self.name, "UPDATE_COMPLETE")

    def delete(self) -> None:
        self.server.setup("cloudformation").delete_stack(StackName=self.name)
        settled(self.server, self.name, "DELETE_COMPLETE")


def settled(server: Server, name: str, expected: str) -> dict[str, str]:
    cloudformation = server.setup("cloudformation")

    def look() -> Any:
        try:
            found = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError:
            return {"StackStatus": "DELETE_COMPLETE"}
        return None if found["StackStatus"].endswith("IN_PROGRESS") else found

    stack = wait_until(look, 30, what=f"stack {name}")
    if stack["StackStatus"] != expected:
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        raise AssertionError(
            [(e["LogicalResourceId"], e.get("ResourceStatusReason")) for e in events if "FAILED" in e["ResourceStatus"]]
            or stack["StackStatus"]
        )
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def deploy(server: Server, resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> Stack:
    name = f"probe-{uuid.uuid4().hex[:8]}"
    server.setup("cloudformation").create_stack(
        StackName=name, TemplateBody=json.dumps(template(resources, outputs)), Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    return Stack(server, name, settled(server, name, "CREATE_COMPLETE"))


def template(resources: dict[str, Any], outputs: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"Resources": resources, "Outputs": {name: {"Value": value} for name, value in (outputs or {}).items()}}


def resource(kind: str, after: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties, **({"DependsOn": after} if after else {})}


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def att(name: str, attribute: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, attribute]}


def statement(effect: str, action: Any, on: Any = "*", **rest: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": on, **rest}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def open_queue(name: str = "Queue") -> dict[str, Any]:
    """A queue that services may deliver to."""
    services = ["events.amazonaws.com", "sns.amazonaws.com"]
    allow = statement("Allow", "sqs:SendMessage", Principal={"Service": services})
    return {
        name: resource("AWS::SQS::Queue"),
        f"{name}Policy": resource("AWS::SQS::QueuePolicy", Queues=[ref(name)], PolicyDocument=document(allow)),
    }


def role(*statements: dict[str, Any]) -> dict[str, Any]:
    """A role that functions run under and tests assume."""
    trust = [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}},
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}},
    ]
    policies = [{"PolicyName": "own", "PolicyDocument": document(*statements)}] if statements else []
    return resource("AWS::IAM::Role", AssumeRolePolicyDocument=document(*trust), Policies=policies)


def function(code: str, role_name: str = "Role", **properties: Any) -> dict[str, Any]:
    return resource(
        "AWS::Lambda::Function",
        Runtime="nodejs24.x",
        Handler="index.handler",
        Timeout=10,
        Role=att(role_name, "Arn"),
        Code={"ZipFile": code},
        **properties,
    )


def permission(function_name: str, service: str, **source: Any) -> dict[str, Any]:
    return resource(
        "AWS::Lambda::Permission",
        FunctionName=ref(function_name),
        Action="lambda:InvokeFunction",
        Principal=service,
        **source,
    )


def run(server: Server, function_name: str, event: Any = None) -> Any:
    """What a function answers; an error of the function is an error of the probe."""
    answer = server.setup("lambda").invoke(FunctionName=function_name, Payload=json.dumps(event))
    body = json.loads(answer["Payload"].read() or b"null")
    assert "FunctionError" not in answer, f"the function failed: {body}"
    return body


def secret_with_value(server: Server, value: str = "one", **properties: Any) -> str:
    name = f"probe/{uuid.uuid4().hex[:8]}"
    return server.setup("secretsmanager").create_secret(Name=name, SecretString=value, **properties)["ARN"]


def stages(server: Server, secret: str) -> dict[str, str]:
    """Which version carries which label."""
    found = server.setup("secretsmanager").describe_secret(SecretId=secret).get("VersionIdsToStages", {})
    return {label: version for version, labels in found.items() for label in labels}


def refusal(call: Callable[[], Any]) -> str | None:
    """The error code of a call, or None when it was let through."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


# A few lines of SigV4 for Node without any SDK: signs a JSON call to a service and gives its status and body.
NODE_CALL = """
const { createHash, createHmac } = require('node:crypto');
const https = require('node:https');
const sha = (text) => createHash('sha256').update(text).digest('hex');
const mac = (key, text) => createHmac('sha256', key).update(text).digest();
function call(service, target, body) {
  const env = process.env, at = new URL(env.AWS_ENDPOINT_URL), payload = JSON.stringify(body);
  const time = new Date().toISOString().replace(/[-:]|\\.\\d{3}/g, ''), day = time.slice(0, 8);
  const signed = { host: at.host, 'x-amz-date': time, 'x-amz-security-token': env.AWS_SESSION_TOKEN,
    'x-amz-target': target };
  const names = Object.keys(signed).sort();
  const canonical = ['POST', '/', '', ...names.map((n) => `${n}:${signed[n]}`), '', names.join(';'),
    sha(payload)].join('\\n');
  const scope = `${day}/${env.AWS_REGION}/${service}/aws4_request`;
  const key = [env.AWS_REGION, service, 'aws4_request'].reduce(mac, mac('AWS4' + env.AWS_SECRET_ACCESS_KEY, day));
  const signature = createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', time, scope, sha(canonical)].join('\\n')).digest('hex');
  const headers = { ...signed, 'content-type': 'application/x-amz-json-1.1', authorization:
    `AWS4-HMAC-SHA256 Credential=${env.AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${names.join(';')}, ` +
    `Signature=${signature}` };
  return new Promise((resolve, reject) => {
    const request = https.request(at, { method: 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode, body: text ? JSON.parse(text) : null }));
    });
    request.on('error', reject);
    request.end(payload);
  });
}
const secrets = (action, body) => call('secretsmanager', `secretsmanager.${action}`, body);
"""
