# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run one role in this process: `python -m mazot.suite.role web`, as the supervisor and `serve --role` do."""

import ctypes
import importlib
import os
import signal
import sys

RUNNERS = {
    "mail": "mazot.suite.roles.mail",
    "prepare": "mazot.suite.roles.prepare",
    "web": "mazot.suite.roles.web",
    "worker": "mazot.suite.roles.worker",
}
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Have the kernel end this process when its supervisor is gone, even by SIGKILL: no orphan keeps the port."""
    parent = os.environ.pop("MAZOT_PARENT", "")
    if not parent:
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(parent):  # it went away before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def run(role: str) -> int:
    die_with_parent()
    return int(importlib.import_module(RUNNERS[role]).main() or 0)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1]))
