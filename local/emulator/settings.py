"""The launcher's own settings, read once from variables that start with KEYROOM_."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from dataclasses import dataclass

PREFIX = "KEYROOM_"


@dataclass(frozen=True)
class Settings:
    """How the extension behaves; every field is a variable, in capitals after the prefix."""

    seconds_per_day: float = 86_400
    """Length of a day in rotation schedules."""
    rotation_retries: int = 1
    """How often a failed rotation is tried again by itself. AWS retries several times, over hours."""
    rotation_retry_seconds: float = 1
    """Wait before such a retry."""
    clock_seconds: float = 5
    """How often alarms and rotation schedules are looked at when nothing happens. Seconds, may be a fraction."""

    @classmethod
    def take(cls, environ: MutableMapping[str, str] = os.environ) -> Settings:
        """Read the settings and remove them, because functions inherit the server's environment."""
        values: dict[str, float | int] = {}
        for name, kind in {
            "seconds_per_day": float,
            "rotation_retries": int,
            "rotation_retry_seconds": float,
            "clock_seconds": float,
        }.items():
            text = environ.pop(PREFIX + name.upper(), None)
            if text is None:
                continue
            try:
                values[name] = kind(text)
            except ValueError:
                raise SystemExit(f"emulator: {PREFIX}{name.upper()} must be a number, got {text!r}") from None
            if values[name] < 0 or (values[name] == 0 and name != "rotation_retries"):
                raise SystemExit(f"emulator: {PREFIX}{name.upper()} must be positive, got {text!r}")
        unknown = sorted(name for name in environ if name.startswith(PREFIX))
        if unknown:
            raise SystemExit(f"emulator: unknown setting {unknown[0]}")
        return cls(**values)  # type: ignore[arg-type]
