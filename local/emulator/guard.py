"""Refuses to start when the installed server is not the one the patches were written for.

A patch replaces private functions. When upstream renames one, changes its leading parameters or begins to offer a
CloudFormation type by itself, a patch would fail later and far away, or hide the better original. So each patch
declares what it relies on, and this module checks it before anything is applied.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import re
from collections.abc import Collection, Iterable
from typing import Any, Protocol

PINNED_VERSION = "1.5.33"

_RELIES = re.compile(r"(?P<module>[\w.]+):(?P<name>[\w.]+)(?:\((?P<parameters>[^)]*)\))?$")


class Patch(Protocol):
    """A module under `patches`."""

    __name__: str
    RELIES_ON: Collection[str]
    """What it uses of the server: `services.sns:_fanout(topic_arn, msg_id)`; without brackets only existence counts."""
    ADDS_TYPES: Collection[str]
    """CloudFormation types it adds."""


class Mismatch(Exception):
    """The installed server does not fit; the message is one line and names the piece."""


def check_version(installed: str | None = None) -> None:
    found = installed or importlib.metadata.version("ministack")
    if found != PINNED_VERSION:
        raise Mismatch(f"ministack is {found}, the patches were written for {PINNED_VERSION}")


def find(dependency: str, package: str = "ministack") -> Any:
    """The object a `module:name(parameters)` declaration names, once its leading parameters have been checked."""
    match = _RELIES.match(dependency)
    if not match:
        raise ValueError(f"must look like module:name(parameters), got {dependency!r}")
    module, name, parameters = match["module"], match["name"], match["parameters"]
    try:
        found: Any = importlib.import_module(f"{package}.{module}" if package else module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError):
        raise Mismatch(f"{module}:{name} is gone") from None
    if parameters is not None:
        expected = [part.strip() for part in parameters.split(",") if part.strip()]
        actual = list(inspect.signature(found).parameters)
        if actual[: len(expected)] != expected:
            raise Mismatch(f"{module}:{name} takes ({', '.join(actual)}), expected to begin with ({parameters})")
    return found


def check(patches: Iterable[Patch], known_types: Collection[str], package: str = "ministack") -> None:
    """Stop with a `Mismatch` on the first thing that does not fit."""
    for patch in patches:
        name = patch.__name__.rsplit(".", 1)[-1]
        for dependency in patch.RELIES_ON:
            try:
                find(dependency, package)
            except Mismatch as problem:
                raise Mismatch(f"patch {name}: {problem}") from None
        for added in patch.ADDS_TYPES:
            if added in known_types:
                raise Mismatch(f"patch {name}: upstream has caught up on {added}, drop it from the patch")
