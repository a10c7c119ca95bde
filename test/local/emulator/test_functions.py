"""What a function finds around it; no patch makes it so, Keyroom relies on it."""

from __future__ import annotations

import io
import ssl
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer

from probe import Server, att, deploy, function, ref, resource, role, run, wait_until

LOOK = """
const https = require('node:https');
const layer = require('probe-layer');
exports.handler = async ({ url }) => {
  console.log('looked');
  const status = await new Promise((done, failed) =>
    https.get(url, (answer) => done(answer.statusCode)).on('error', failed));
  return { status, layer, env: process.env };
};
"""


class Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Keeps the test's output quiet."""


def test_a_function_as_keyroom_declares_it(extended: Server) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as layer:
        layer.writestr("nodejs/node_modules/probe-layer/index.js", "module.exports = 'from the layer';")
    storage = extended.setup("s3")
    storage.create_bucket(Bucket="layers")
    storage.put_object(Bucket="layers", Key="layer.zip", Body=archive.getvalue())
    stack = deploy(
        extended,
        {
            "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
            "Subnet": resource("AWS::EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.1.0/24"),
            "Group": resource("AWS::EC2::SecurityGroup", GroupDescription="g", VpcId=ref("Vpc")),
            "Log": resource("AWS::Logs::LogGroup", RetentionInDays=30),
            "Layer": resource("AWS::Lambda::LayerVersion", Content={"S3Bucket": "layers", "S3Key": "layer.zip"}),
            "Role": role(),
            "Function": function(
                LOOK,
                Architectures=["arm64"],
                Layers=[ref("Layer")],
                ReservedConcurrentExecutions=2,
                LoggingConfig={"LogGroup": ref("Log"), "LogFormat": "JSON"},
                Environment={"Variables": {"OWN": "yes"}},
                VpcConfig={"SubnetIds": [ref("Subnet")], "SecurityGroupIds": [att("Group", "GroupId")]},
            ),
        },
        {"Function": ref("Function"), "Log": ref("Log")},
    )

    # Another server under the same CA, as a provider simulator is.
    beside = HTTPServer(("127.0.0.1", 0), Hello)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(extended.folder / "gateway.pem", extended.folder / "gateway.key")
    beside.socket = context.wrap_socket(beside.socket, server_side=True)
    threading.Thread(target=beside.handle_request, daemon=True).start()
    found = run(extended, stack.outputs["Function"], {"url": f"https://localhost:{beside.server_port}/"})
    beside.server_close()

    assert (found["status"], found["layer"]) == (204, "from the layer")
    environment = found["env"]
    assert environment["AWS_ENDPOINT_URL"] == extended.url
    assert environment["NODE_EXTRA_CA_CERTS"] == str(extended.folder / "gateway.pem")
    assert environment["OWN"] == "yes"
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert not [name for name in environment if name.startswith("KEYROOM_")]
    logs = extended.setup("logs")
    events = wait_until(
        lambda: logs.filter_log_events(logGroupName=stack.outputs["Log"], filterPattern="looked")["events"],
        what="the line in the log group",
    )
    assert len(events) == 1
