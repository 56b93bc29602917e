# SPDX-License-Identifier: AGPL-3.0-or-later
"""One second attempt for tests that drive a browser or an outside program (docs/decisions: "A second attempt").

`pytest -p tests.second_attempt` turns it on. Two tests of a run may use it: the third that fails has failed.
"""

from typing import Any

import pytest

ALLOWED = 2
PAUSE = 3  # seconds, for a machine that has just stood still


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.option.max_suite_reruns = ALLOWED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser") or item.get_closest_marker("client"):
            item.add_marker(pytest.mark.flaky(reruns=1, reruns_delay=PAUSE))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name each hiccup with how it failed, so that nobody overlooks one that comes back."""
    failed = {report.nodeid for kind in ("failed", "error") for report in terminalreporter.stats.get(kind, [])}
    for report in terminalreporter.stats.get("rerun", []):
        if report.nodeid not in failed:
            terminalreporter.section(f"passed at the second attempt: {report.nodeid}", sep="-")
            terminalreporter.line("the first ended so:")
            terminalreporter.line(report.longreprtext)
