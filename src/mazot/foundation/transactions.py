# SPDX-License-Identifier: AGPL-3.0-or-later
"""One transaction, whose failures for want of room or of a free moment come in the house's own words."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from mazot.foundation.errors import Busy, NoSpace

T = TypeVar("T")
logger = logging.getLogger(__name__)

# PostgreSQL tells by SQLSTATE (its Appendix A), SQLite by its sentences.
FULL = ("53100",)
FAULTS = ("58030",)
BUSY = ("40001", "40P01", "55P03")


def until_written(deed: Callable[[], T], *, within: float, pause: float = 2.0) -> T:
    """Do what has to be noted, again while the disk is full or others hold the database; Busy once that lasts too long.

    For what cannot be taken back: a letter that another server has taken is sent twice when nobody wrote that down.
    """
    until = time.monotonic() + within
    while True:
        try:
            return deed()
        except Busy:
            if time.monotonic() + pause > until:
                raise
            time.sleep(pause)


@contextmanager
def one_transaction() -> Iterator[None]:
    """All of it or nothing; NoSpace when the database's disk is full, Busy when others held it for too long."""
    try:
        with transaction.atomic():
            yield
    except OperationalError as error:
        state = getattr(error.__cause__, "sqlstate", None) or ""
        said = str(error).lower()
        if state in FULL or "disk is full" in said or "no space left" in said:
            raise NoSpace("no_space", _("There is no room left on the server's disk.")) from error
        if state in BUSY or "database is locked" in said:
            raise Busy("busy", _("Others are writing at this moment. Try again in a few seconds.")) from error
        if state in FAULTS or "disk i/o error" in said:  # SQLite says so also where a quota of the disk is used up
            logger.exception("the disk of the database failed")
            raise Busy("disk_fault", _("The server's disk has a fault. Try again in a few minutes.")) from error
        raise
