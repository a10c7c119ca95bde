"""Two servers per run, bare and extended; every probe runs against both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from probe import SECONDS_PER_DAY, Server


@pytest.fixture(scope="session")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(
        tmp_path_factory.mktemp("extended"),
        extended=True,
        KEYROOM_SECONDS_PER_DAY=str(SECONDS_PER_DAY),
        KEYROOM_CLOCK_SECONDS="0.5",
        KEYROOM_ROTATION_RETRIES="0",
    )
    yield server
    server.stop()


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("bare"), extended=False)
    yield server
    server.stop()


@pytest.fixture
def both(bare: Server, extended: Server) -> Callable[..., None]:
    """Runs a probe on both servers.

    The extended one must pass. The bare one must fail, and the failure must show the gap that the patch closes, or a
    probe that is broken for another reason would keep a superfluous patch alive.
    """

    def run(patch: str, probe: Callable[[Server], Any], gap: str) -> None:
        probe(extended)
        try:
            probe(bare)
        except Exception as failure:
            assert re.search(gap, str(failure)), f"the bare server fails otherwise than expected: {failure}"  # noqa: PT017
            return
        pytest.fail(f"upstream has caught up: drop the patch {patch}")

    return run
