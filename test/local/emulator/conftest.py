"""Two servers per run, bare and extended; every probe runs against both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from probe import SECONDS_PER_DAY, Server


@pytest.fixture(scope="session")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(
        Path(tmp_path_factory.mktemp("extended")),
        extended=True,
        KEYROOM_SECONDS_PER_DAY=str(SECONDS_PER_DAY),
        KEYROOM_CLOCK_SECONDS="0.5",
        KEYROOM_ROTATION_RETRIES="0",
    )
    yield server
    server.stop()


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(Path(tmp_path_factory.mktemp("bare")), extended=False)
    yield server
    server.stop()


@pytest.fixture
def both(bare: Server, extended: Server) -> Callable[..., None]:
    """Runs a probe on both servers: the extended one must pass, the bare one must show why the patch exists.

    On the bare server the probe may fail by an assertion or by a refused call. When it passes, the patch has become
    superfluous.
    """

    def run(patch: str, probe: Callable[[Server], Any]) -> None:
        probe(extended)
        try:
            probe(bare)
        except Exception:
            return
        pytest.fail(f"upstream has caught up: drop the patch {patch}")

    return run
