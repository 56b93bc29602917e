# SPDX-License-Identifier: AGPL-3.0-or-later
import io
import logging

import pytest

from mazot.suite import logs


@pytest.fixture
def kept_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_failure_is_told_without_the_variables_of_its_frames(kept_logging, style):
    stream = io.StringIO()
    logs.configure(style, role="web", stream=stream)

    def check(secret):
        raise RuntimeError("the check failed") from None

    try:
        check("".join(["larch", "stone", "nine"]))
    except RuntimeError:
        logging.getLogger("mazot").exception("a deed failed")

    assert "the check failed" in stream.getvalue()
    assert "larchstonenine" not in stream.getvalue()


def test_a_strangers_host_name_writes_no_traceback(kept_logging):
    stream = io.StringIO()
    logs.configure("console", role="web", stream=stream)
    logging.getLogger("django.security.DisallowedHost").error("Invalid HTTP_HOST header")
    assert stream.getvalue() == ""
