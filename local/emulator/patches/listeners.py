"""Only the gateway's port is opened.

Besides its gateway the bare server opens port 443 when it can, and an MQTT port for IoT when the package for
certificates is installed. Two servers on one machine would fight over both, and nothing here uses them.
"""

from __future__ import annotations

import os

from ministack import app

from emulator.settings import Settings

RELIES_ON = ("app:_port_is_bindable(host, port)", "services.iot:mtls_enabled()")
ADDS_TYPES = ()


def apply(settings: Settings) -> None:
    os.environ["IOT_MTLS_ENABLED"] = "0"
    app._port_is_bindable = lambda host, port: False
