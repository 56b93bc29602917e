# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line: what operators, tests and benches call. Flags become MAZOT_* before Django is loaded."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from mazot import __version__

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Mazot.")
owner = typer.Typer(no_args_is_help=True, help="People who own organizations.")
app.add_typer(owner, name="owner")

Data = Annotated[Path | None, typer.Option("--data", help="The data folder (MAZOT_DATA).")]
Database = Annotated[str | None, typer.Option(help="postgresql://… ; without it SQLite in the data folder.")]


def set_environment(**flags: object) -> None:
    """Flags stand above the environment, which stands above mazot.toml."""
    for name, value in flags.items():
        if value not in (None, False):
            os.environ[f"MAZOT_{name.upper()}"] = str(value)


def fail(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    raise typer.Exit(1)


@app.command()
def serve(
    data: Data = None,
    http: Annotated[str | None, typer.Option(help="HOST:PORT of pages, DAV and live events.")] = None,
    public_url: Annotated[str | None, typer.Option(help="Where people reach this server, https://….")] = None,
    database: Database = None,
    role: Annotated[str | None, typer.Option(help="Run one role alone: web or worker.")] = None,
    development: Annotated[bool, typer.Option(help="Show /design and read templates afresh.")] = False,
) -> None:
    """Start Mazot and print `ready` when every role answers."""
    from mazot.suite import supervisor
    from mazot.suite.configuration import Configuration

    set_environment(data=data, http=http, public_url=public_url, database=database, development=development)
    if role in supervisor.LATER_ROLES:
        fail(f"The role {role} comes with {supervisor.LATER_ROLES[role]}; this version has {known_roles()}.")
    if role is not None:
        if role not in supervisor.ROLES:
            fail(f"There is no role {role!r}; this version has {known_roles()}.")
        from mazot.suite.role import run

        raise typer.Exit(run(role))
    configuration = Configuration.read()
    try:
        raise typer.Exit(asyncio.run(supervisor.Supervisor(configuration, say).run()))
    except supervisor.CannotServe as error:
        fail(str(error))


def known_roles() -> str:
    from mazot.suite.supervisor import ROLES

    return " and ".join(ROLES)


def say(role: str, line: str) -> None:
    sys.stdout.write(f"{role:<8}| {line}\n" if role else f"{line}\n")
    sys.stdout.flush()


@app.command()
def version() -> None:
    """Print the version."""
    sys.stdout.write(f"{__version__}\n")


@app.command()
def demo(data: Data = None, database: Database = None) -> None:
    """Furnish a believable organization and print, as JSON, how to sign in."""
    set_environment(data=data, database=database)
    from mazot.suite.starting import start_django

    start_django("command")
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    from mazot.foundation.errors import DomainError
    from mazot.suite.demo import furnish
    from mazot.suite.plans import offer_standard_plans

    offer_standard_plans()
    try:
        told = furnish()
    except DomainError as error:
        fail(
            f"The demo could not be furnished ({error}). If an earlier run stopped half-way, use an empty data folder."
        )
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
