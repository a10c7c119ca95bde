"""Only the gateway's port is opened, and it closes at once.

Besides its gateway the bare server opens port 443 when it can, and an MQTT port for IoT when the package for
certificates is installed. Two servers on one machine would fight over both, and nothing here uses them. When it is
told to stop while a client keeps an idle TLS connection, it waits half a minute for that client to say goodbye before
it saves its state, and whoever loses patience and kills it loses the state.
"""

from __future__ import annotations

import os
from asyncio import constants

from ministack import app

from emulator.settings import Settings

RELIES_ON = ("app:_port_is_bindable(host, port)", "services.iot:mtls_enabled()")
ADDS_TYPES = ()

GOODBYE_SECONDS = 0.5


def apply(settings: Settings) -> None:
    os.environ["IOT_MTLS_ENABLED"] = "0"
    app._port_is_bindable = lambda host, port: False
    # Python 3.10 has no such wait.
    if hasattr(constants, "SSL_SHUTDOWN_TIMEOUT"):
        constants.SSL_SHUTDOWN_TIMEOUT = GOODBYE_SECONDS
