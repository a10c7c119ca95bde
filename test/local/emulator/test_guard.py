"""The guard stops at start and names the piece."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType, SimpleNamespace

import pytest
from ministack.services.cloudformation import provisioners

from emulator import guard, support
from emulator.patches import PATCHES
from emulator.settings import Settings


def patch(*relies_on: str, adds: tuple[str, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(__name__="emulator.patches.sample", RELIES_ON=relies_on, ADDS_TYPES=adds)


def stopped(*patches: SimpleNamespace, types: tuple[str, ...] = ()) -> str:
    with pytest.raises(guard.Mismatch) as stop:
        guard.check(patches, types)
    assert "\n" not in str(stop.value)
    return str(stop.value)


def test_the_pinned_version_passes() -> None:
    guard.check_version()


def test_another_version_stops() -> None:
    with pytest.raises(guard.Mismatch, match=r"ministack is 1\.6\.0, the patches were written for 1\.5\.33"):
        guard.check_version("1.6.0")


def test_a_name_that_is_gone_stops() -> None:
    assert stopped(patch("services.sns:_no_such_thing")) == "patch sample: services.sns:_no_such_thing is gone"


def test_a_module_that_is_gone_stops() -> None:
    assert stopped(patch("services.no_such_service:x")) == "patch sample: services.no_such_service:x is gone"


def test_changed_leading_parameters_stop() -> None:
    problem = stopped(patch("services.secretsmanager:_resolve(name)"))
    assert problem.startswith("patch sample: services.secretsmanager:_resolve takes (secret_id")


def test_further_parameters_do_not_matter() -> None:
    guard.check([patch("services.secretsmanager:_resolve(secret_id)")], ())


def test_a_type_that_upstream_offers_stops() -> None:
    problem = stopped(patch(adds=("AWS::EC2::EIP",)), types=("AWS::EC2::EIP",))
    assert problem == "patch sample: upstream has caught up on AWS::EC2::EIP, drop it from the patch"


def test_fails_when_a_declaration_is_malformed() -> None:
    with pytest.raises(ValueError, match="must look like"):
        guard.find("no colon")


def test_every_patch_fits_the_installed_server() -> None:
    guard.check(PATCHES, provisioners._RESOURCE_HANDLERS)


def test_every_patch_says_what_it_relies_on() -> None:
    for one in PATCHES:
        assert one.__doc__, one.__name__
        assert one.RELIES_ON, one.__name__
        assert sorted(one.RELIES_ON) == list(one.RELIES_ON), one.__name__


def test_settings_are_taken_out_of_the_environment() -> None:
    environment = {"KEYROOM_SECONDS_PER_DAY": "40", "KEYROOM_ROTATION_RETRIES": "0", "PATH": "/bin"}
    settings = Settings.take(environment)
    assert (settings.seconds_per_day, settings.rotation_retries, settings.clock_seconds) == (40, 0, 5)
    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize(("name", "value"), [("SECONDS_PER_DAY", "soon"), ("CLOCK_SECONDS", "0"), ("TYPO", "1")])
def test_fails_when_a_setting_is_wrong(name: str, value: str) -> None:
    with pytest.raises(SystemExit, match=f"KEYROOM_{name}"):
        Settings.take({f"KEYROOM_{name}": value})


def private_uses(module: ModuleType) -> set[str]:
    """The private names of the server that a module's source touches, as `services.sns:_fanout`."""
    tree = ast.parse(inspect.getsource(module))
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}".removeprefix("ministack.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ministack")
        for alias in node.names
    }
    return {
        f"{imported[node.value.id]}:{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in imported
        if node.attr.startswith("_")
    }


@pytest.mark.parametrize("module", [support, *PATCHES], ids=lambda module: module.__name__)
def test_every_private_name_in_use_is_declared(module: ModuleType) -> None:
    declared = {dependency.split("(")[0] for dependency in module.RELIES_ON}
    assert private_uses(module) - declared == set()
