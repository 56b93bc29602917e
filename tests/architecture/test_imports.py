# SPDX-License-Identifier: AGPL-3.0-or-later
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FLOORS = "The house has floors"
ROOMS = "Products do not know each other"
ROOM = "Every product room has the same floors, and no other furniture"
PURE = "Grammars and rules know neither Django nor the network"
TABLES = "Tables are private to the verbs and reads of their room"
DOORS = "Heads enter a product by its front doors"

# contract, file of the copy, line planted in it, what the report must name
PLANTED = (
    (FLOORS, "foundation/planted.py", "import mazot.tenancy.actor", "mazot.foundation.planted -> mazot.tenancy.actor"),
    (
        FLOORS,
        "tenancy/planted.py",
        "import mazot.products.drive.queries",
        "mazot.tenancy.planted -> mazot.products.drive",
    ),
    (FLOORS, "exchange/planted.py", "import mazot.heads", "mazot.exchange.planted -> mazot.heads"),
    (FLOORS, "helpers/__init__.py", "", "- mazot.helpers"),
    (ROOMS, "products/planted/queries/__init__.py", "import mazot.products.drive.queries", "planted.queries -> mazot"),
    (ROOMS, "products/planted/jobs.py", "def f():\n    import mazot.products.drive.actions", "planted.jobs -> mazot"),
    (ROOM, "products/planted/queries/late.py", "import mazot.products.planted.actions", "queries.late -> mazot"),
    (ROOM, "products/planted/rules/late.py", "import mazot.products.planted.models", "rules.late -> mazot"),
    (ROOM, "products/planted/models/__init__.py", "import mazot.products.planted.rights", "planted.models -> mazot"),
    (ROOM, "products/planted/utils.py", "", "- mazot.products.planted.utils"),
    (PURE, "products/planted/rules/__init__.py", "import django", "mazot.products.planted.rules -> django"),
    (PURE, "wire/planted.py", "import socket", "mazot.wire.planted -> socket"),
    (PURE, "wire/late.py", "import asyncio", "mazot.wire.late -> asyncio"),
    (TABLES, "products/planted/web/__init__.py", "import mazot.products.planted.models", "planted.web -> mazot"),
    (
        TABLES,
        "heads/planted.py",
        "import mazot.products.planted.models",
        "mazot.heads.planted -> mazot.products.planted",
    ),
    (
        DOORS,
        "heads/planted.py",
        "import mazot.products.planted.rules",
        "mazot.heads.planted -> mazot.products.planted.rules",
    ),
    (DOORS, "heads/late.py", "import mazot.products.planted.jobs", "mazot.heads.late -> mazot.products.planted.jobs"),
)


def report(folder: Path) -> dict[str, str]:
    """What lint-imports says of the tree in a folder, contract by contract; no entry for one that is kept."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"],
        check=False,
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "500"},
        capture_output=True,
        text=True,
    )
    told = done.stdout.partition("Broken contracts")[2] or ("" if done.returncode == 0 else done.stdout + done.stderr)
    parts = re.split(r"^(.+)\n-{4,}\n", told, flags=re.MULTILINE)
    return {name.strip(): " ".join(text.split()) for name, text in zip(parts[1::2], parts[2::2], strict=True)} or (
        {"report": told} if told.strip() else {}
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "src" / "mazot", folder / "mazot", ignore=shutil.ignore_patterns("built", "__pycache__"))
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


@pytest.fixture(scope="module")
def clean(house):
    return report(house)


@pytest.fixture(scope="module")
def violated(house, clean):
    for room in ("", "web", "actions", "queries", "models", "rules"):
        place = house / "mazot" / "products" / "planted" / room
        place.mkdir(exist_ok=True)
        (place / "__init__.py").touch()
    for name in ("rights", "jobs"):
        (house / "mazot" / "products" / "planted" / f"{name}.py").touch()
    for _, path, line, _ in PLANTED:
        file = house / "mazot" / path
        file.parent.mkdir(exist_ok=True)
        with file.open("a", encoding="utf-8") as text:
            text.write(f"{line}\n")
    return report(house)


def test_every_contract_is_kept(clean):
    assert clean == {}


@pytest.mark.parametrize(("contract", "path", "line", "named"), PLANTED, ids=[f"{path}" for _, path, _, _ in PLANTED])
def test_a_planted_import_breaks_its_contract(violated, contract, path, line, named):
    assert named in violated[contract]
