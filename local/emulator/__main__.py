"""Starts the extended server; see the package's docstring."""

from __future__ import annotations

import sys

from emulator import guard
from emulator.settings import Settings


def main() -> None:
    settings = Settings.take()
    try:
        guard.check_version()
        from ministack import app
        from ministack.services.cloudformation import provisioners

        from emulator import support
        from emulator.patches import PATCHES

        guard.check((support, *PATCHES), provisioners._RESOURCE_HANDLERS)
    except guard.Mismatch as problem:
        sys.exit(f"emulator: {problem}")
    for patch in PATCHES:
        patch.apply(settings)
    app.main()


if __name__ == "__main__":
    main()
