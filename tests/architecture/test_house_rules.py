# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from house.rule import File
from lint_mazot import ROOT, RULES, broken, tracked

SPECIMENS = [(rule, path, text) for rule in RULES for path, text in rule.bad]
KEEPERS = [(rule, path, text) for rule in RULES for path, text in rule.good]


@pytest.mark.parametrize(("rule", "path", "text"), SPECIMENS, ids=lambda given: getattr(given, "__name__", None))
def test_a_bad_specimen_is_caught(rule, path, text):
    assert list(broken([File(path, text)], [rule]))


@pytest.mark.parametrize(("rule", "path", "text"), KEEPERS, ids=lambda given: getattr(given, "__name__", None))
def test_a_good_specimen_passes(rule, path, text):
    assert not list(broken([File(path, text)], [rule]))


def test_the_house_keeps_its_rules():
    files = [File(path, (ROOT / path).read_text(encoding="utf-8")) for path in tracked()]

    assert [f"{file.path}:{fault.line} {rule.__name__} {fault.what}" for file, rule, fault in broken(files)] == []
