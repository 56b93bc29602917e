# SPDX-License-Identifier: AGPL-3.0-or-later
"""Logs: one line an event, for a person at a console or as JSON for a collector. Nothing here holds a secret."""

import logging
from typing import Any, TextIO

import structlog

QUIET = {"django.request": logging.ERROR, "django_tasks": logging.WARNING, "django_tasks_db": logging.WARNING}
QUIET["django.security.DisallowedHost"] = logging.CRITICAL  # any stranger could fill the disk with tracebacks
QUIET |= {"uvicorn.error": logging.WARNING, "asyncio": logging.WARNING}


def configure(style: str, *, role: str, stream: TextIO) -> None:
    """Send everything, ours and the libraries', to one stream in one style."""

    def with_role(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        event["role"] = role
        return event

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if style == "json":
        shared.append(with_role)
        last: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        # The default prints every frame's variables, and with them passwords.
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain)]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
