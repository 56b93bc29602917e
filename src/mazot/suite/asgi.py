# SPDX-License-Identifier: AGPL-3.0-or-later
"""The front door of the web role: one plain ASGI application that hands each request to the room it names."""

import asyncio
import importlib
import logging

from mazot.heads.answers import Application, Receive, Scope, Send, plain
from mazot.suite.asked_hosts import WELL_KNOWN
from mazot.suite.configuration import Configuration
from mazot.suite.exchanges import Exchange
from mazot.suite.pages import Pages
from mazot.suite.statics import Statics

logger = logging.getLogger(__name__)

DAV = "mazot.heads.dav.app"
LIVE = "mazot.heads.live.app"
HEADS = (
    ("/dav/", DAV),
    ("/.well-known/", DAV),
    ("/live", LIVE),
    ("/upload/", "mazot.heads.tus.app"),
)
# Windows and Apple look at the root before they look where they were told.
DAV_AT_ROOT = ("OPTIONS", "PROPFIND")


class Dispatcher:
    """Sees every request first; runs on any ASGI server."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.pages = Pages(configuration)
        self.statics = Statics()
        self._heads: dict[str, Application | None] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope = self._seen_from_outside(scope)
        exchange = Exchange(scope, receive, send)
        try:
            await self._room_for(scope)(scope, exchange.receive, exchange.send)
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("%s %s failed", scope["method"], scope["path"])
            if exchange.started:
                raise  # the server cuts the connection, so that nobody takes half an answer for a whole one
            await plain(exchange.send, 500, "Something went wrong here. The server's log says what.")

    def _room_for(self, scope: Scope) -> Application:
        path = scope["path"]
        if path.startswith("/static/"):
            return self.statics
        if path == "/healthz":
            return healthy
        if path.startswith(WELL_KNOWN):
            return self.pages
        for prefix, module in HEADS:
            if path.startswith(prefix) and (prefix.endswith("/") or path == prefix):
                return self._head(module) or self.pages
        if path == "/" and scope["method"] in DAV_AT_ROOT:
            return self._head(DAV) or self.pages
        return self.pages

    def _head(self, module: str) -> Application | None:
        """The head's application, imported at its first request: what nobody uses costs no memory."""
        if module not in self._heads:
            package, _, name = module.rpartition(".")
            try:
                self._heads[module] = getattr(importlib.import_module(package), name)
            except ModuleNotFoundError as error:
                if not package.startswith(error.name or "\0"):
                    raise
                self._heads[module] = None
        return self._heads[module]

    def end_streams(self) -> None:
        """Close what would otherwise stay open for hours, because the server is about to stop."""
        if self._heads.get(LIVE) is not None:
            importlib.import_module(LIVE.rpartition(".")[0]).close()

    def _seen_from_outside(self, scope: Scope) -> Scope:
        """The request as the client made it, before trusted proxies: its scheme and its address."""
        scope = dict(scope)
        scope["scheme"] = "https" if self.configuration.is_secure else "http"
        proxies = self.configuration.trusted_proxies
        if proxies:
            told = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
            hops = [hop.strip() for hop in ",".join(told).split(",") if hop.strip()]
            # Each trusted proxy appends one hop: what stands left of the last n is the client's own invention.
            if len(hops) >= proxies:
                scope["client"] = (hops[-proxies][:45], 0)
        return scope

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                self.pages.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


async def healthy(_scope: Scope, _receive: Receive, send: Send) -> None:
    await plain(send, 200, "ok")
