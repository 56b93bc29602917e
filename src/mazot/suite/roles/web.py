# SPDX-License-Identifier: AGPL-3.0-or-later
"""The web role: pages, DAV, uploads, live events, on one port."""

import socket

from mazot.suite.listening import inherited, listen
from mazot.suite.starting import say_ready, start_django


def main() -> int:
    start_django("web")
    import uvicorn
    from django.conf import settings

    from mazot.suite.asgi import Dispatcher
    from mazot.suite.connections import Connection

    mazot = settings.MAZOT
    app = Dispatcher(mazot)
    listener = inherited().get("http") or listen(mazot.http)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the dispatcher reads X-Forwarded-For by the count of trusted proxies
        timeout_keep_alive=65,  # above the 60 s of common proxies, so that we are never the one who hangs up first
        timeout_graceful_shutdown=8,
    )

    class Server(uvicorn.Server):  # type: ignore[misc]
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            say_ready(mazot.address)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            app.end_streams()
            await super().shutdown(sockets)

    Server(config).run(sockets=[listener])
    return 0
