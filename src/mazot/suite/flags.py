# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every command takes, and how one ends that cannot do its work."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

Data = Annotated[Path | None, typer.Option("--data", help="The data folder (MAZOT_DATA).")]
Database = Annotated[str | None, typer.Option(help="postgresql://… ; without it SQLite in the data folder.")]


def set_environment(**flags: object) -> None:
    """Flags stand above the environment, which stands above mazot.toml."""
    for name, value in flags.items():
        if value not in (None, False):
            os.environ[f"MAZOT_{name.upper()}"] = str(value)


def fail(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise typer.Exit(1)
