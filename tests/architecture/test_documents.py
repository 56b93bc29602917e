# SPDX-License-Identifier: AGPL-3.0-or-later
"""Documents cannot lie about what a machine can look up: links, files, commands, guards."""

import configparser
import re
from pathlib import Path

import pytest

from lint_mazot import RULES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
WALKS = sorted((ROOT / "docs" / "walks").glob("*.md"))


def missing_links(document: Path, text: str) -> list[str]:
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    return [link for link in links if not (document.parent / link).exists()]


def missing_files(text: str) -> list[str]:
    """Paths in code spans that name a file of the repository, from its top or from src/mazot."""
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|html|css|ts|md|toml|po))`", text)
    return [path for path in named if not ((ROOT / path).exists() or (ROOT / "src/mazot" / path).exists())]


def missing_commands(text: str) -> list[str]:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    return [name for name in re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE) if name not in targets]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_names_exists(document):
    text = document.read_text(encoding="utf-8")

    assert missing_links(document, text) == []
    assert missing_commands(text) == []


@pytest.mark.parametrize("document", [*WALKS, ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_the_files_a_walk_leads_through_exist(document):
    assert missing_files(document.read_text(encoding="utf-8")) == []


def test_what_is_missing_is_caught():
    assert missing_links(ROOT / "README.md", "[a](docs/nowhere.md)")
    assert missing_files("see `products/drive/actions/nothing.py`")
    assert missing_commands("run `make nothing`")


def test_a_decision_has_its_number_and_its_four_parts():
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for page in DECISIONS:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. "), page.name
        assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Price", "Look again"], page.name
        assert len(text.splitlines()) <= 60, page.name


def test_the_guards_that_the_style_names_exist():
    text = (ROOT / "STYLE.md").read_text(encoding="utf-8")
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    rules = {rule.__name__ for rule in RULES}
    guards = {
        name for guard in re.findall(r"\[([^\]]+)\]", text) for name in re.findall(r"\b[A-Z]\w+[A-Z]\w+\b", guard)
    }

    assert guards - {"SQLite", "PostgreSQL"} <= rules
    assert rules <= guards, "a rule that STYLE.md does not tell"
    for name in re.findall(r"contract `(\w+)`", text):
        assert f"importlinter:contract:{name}" in contracts


def test_the_style_fits_four_screens():
    assert len((ROOT / "STYLE.md").read_text(encoding="utf-8").splitlines()) <= 200
