"""Starting, stopping and keeping state."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from probe import Server, deploy, ref, resource


def test_only_the_gateways_port_is_opened(tmp_path: Path) -> None:
    server = Server(tmp_path, extended=True)
    try:
        for port in (443, 8883):
            with socket.socket() as probe:
                assert probe.connect_ex(("127.0.0.1", port)) != 0 or not owns(server, port)
    finally:
        server.stop()


def owns(server: Server, port: int) -> bool:
    """Whether a port belongs to the server; something else on the machine may listen there."""
    table = Path(f"/proc/{server.process.pid}/net/tcp").read_text().splitlines()[1:]
    inodes = {line.split()[9] for line in table if line.split()[1].endswith(f":{port:04X}")}
    links = [link.readlink().name for link in Path(f"/proc/{server.process.pid}/fd").iterdir() if link.exists()]
    return any(f"[{inode}]" in link for inode in inodes for link in links)


def test_state_survives_and_stopping_is_quick(tmp_path: Path) -> None:
    """A client with an idle connection must not hold the server up: who kills it then loses the state."""
    kept = {
        "PERSIST_STATE": "1",
        "STATE_DIR": str(tmp_path / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(tmp_path / "s3"),
    }
    server = Server(tmp_path / "first", extended=True, **kept)
    secret = deploy(
        server, {"Secret": resource("AWS::SecretsManager::Secret", SecretString="kept")}, {"Secret": ref("Secret")}
    ).outputs["Secret"]
    idle = server.setup("secretsmanager")
    idle.describe_secret(SecretId=secret)
    started = time.monotonic()
    server.stop()
    assert time.monotonic() - started < 5
    again = Server(tmp_path / "second", extended=True, **kept)
    try:
        assert again.setup("secretsmanager").get_secret_value(SecretId=secret)["SecretString"] == "kept"
    finally:
        again.stop()


def test_fails_when_a_setting_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="emulator: unknown setting KEYROOM_TYPO"):
        Server(tmp_path, extended=True, KEYROOM_TYPO="1").stop()
