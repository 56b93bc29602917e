# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command line: what operators, tests and benches call. Flags become MAZOT_* before Django is loaded."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from mazot import __version__
from mazot.suite.cli_mail import mail
from mazot.suite.flags import Data, Database, fail, set_environment

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Mazot.")
owner = typer.Typer(no_args_is_help=True, help="People who own organizations.")
app.add_typer(owner, name="owner")
app.add_typer(mail, name="mail")

Http = Annotated[str | None, typer.Option(help="HOST:PORT of pages, DAV and live events.")]
Smtp = Annotated[str | None, typer.Option(help='HOST:PORT for mail from other servers; "" turns the door off.')]
Lmtp = Annotated[str | None, typer.Option(help='HOST:PORT for mail from a server in front; "" for none.')]
Submission = Annotated[str | None, typer.Option(help='HOST:PORT where programs hand mail in; "" for none.')]
Imap = Annotated[str | None, typer.Option(help='HOST:PORT where programs read mail; "" for none.')]
Sieve = Annotated[str | None, typer.Option(help='HOST:PORT of ManageSieve; "" for none.')]
Imaps = Annotated[str | None, typer.Option(help="HOST:PORT where programs read mail in TLS from the first byte.")]
Submissions = Annotated[str | None, typer.Option(help="HOST:PORT where programs hand mail in, in the same way.")]
PublicUrl = Annotated[str | None, typer.Option(help="Where people reach this server, https://….")]


@app.command()
def serve(
    data: Data = None,
    http: Http = None,
    smtp: Smtp = None,
    lmtp: Lmtp = None,
    submission: Submission = None,
    imap: Imap = None,
    sieve: Sieve = None,
    imaps: Imaps = None,
    submissions: Submissions = None,
    public_url: PublicUrl = None,
    database: Database = None,
    role: Annotated[str | None, typer.Option(help="Run one role alone: web, worker or mail.")] = None,
    development: Annotated[bool, typer.Option(help="Show /design and read templates afresh.")] = False,
) -> None:
    """Start Mazot and print `ready` when every role answers."""
    from mazot.suite import supervisor
    from mazot.suite.configuration import Configuration
    from mazot.suite.listening import CannotServe

    set_environment(data=data, http=http, public_url=public_url, database=database, development=development)
    set_environment(smtp=smtp, lmtp=lmtp, submission=submission, imap=imap, sieve=sieve)
    set_environment(imaps=imaps, submissions=submissions)
    if role in supervisor.LATER_ROLES:
        fail(f"The role {role} comes with {supervisor.LATER_ROLES[role]}; this version has {known_roles()}.")
    if role is not None:
        if role not in supervisor.ROLES:
            fail(f"There is no role {role!r}; this version has {known_roles()}.")
        from mazot.suite.role import run

        raise typer.Exit(run(role))
    configuration = Configuration.read()
    lines = say_json if configuration.logs == "json" else say
    try:
        raise typer.Exit(asyncio.run(supervisor.Supervisor(configuration, lines).run()))
    except CannotServe as error:
        fail(str(error))


def known_roles() -> str:
    from mazot.suite.supervisor import ROLES

    return f"{', '.join(ROLES[:-1])} and {ROLES[-1]}"


def say_json(role: str, line: str) -> None:
    """Every line an object, for a collector; only the last word stays as the contract has it."""
    if role and not line.startswith("{"):
        line = json.dumps({"role": role, "event": line}, ensure_ascii=False)
    say("", line)


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
    from mazot.foundation.errors import DomainError
    from mazot.suite.demo import furnish
    from mazot.suite.roles.prepare import prepare

    if code := prepare():
        raise typer.Exit(code)
    try:
        told = furnish()
    except DomainError as error:
        fail(
            f"The demo could not be furnished ({error}). If an earlier run stopped half-way, use an empty data folder."
        )
    sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")


@app.command()
def check(data: Data = None, database: Database = None, http: Http = None, public_url: PublicUrl = None) -> None:
    """Look at this installation and say how to mend what is wrong; the exit code is 1 when something is."""
    set_environment(data=data, database=database, http=http, public_url=public_url)
    from rich.console import Console

    from mazot.suite import checks
    from mazot.suite.configuration import Configuration
    from mazot.suite.starting import start_django

    console = Console(highlight=False, soft_wrap=True)
    faults = 0

    def findings() -> Iterator[checks.Finding]:
        seen = list(checks.look_around(Configuration.read()))
        yield from seen
        if all(finding.fine for finding in seen if finding.about == "data folder"):
            start_django("command")
            yield from checks.look_inside()

    for finding in findings():
        faults += not finding.fine
        mark = "[green]ok   [/]" if finding.fine else "[red]WRONG[/]"
        console.print(f"{mark} {finding.about:<12} ", end="")
        console.print(finding.said, markup=False)
        if not finding.fine:
            console.print(f"      {'':<12} {finding.fix}", markup=False)
    raise typer.Exit(1 if faults else 0)


@app.command()
def retry(data: Data = None, database: Database = None) -> None:
    """Try again the facts and jobs that were given up."""
    set_environment(data=data, database=database)
    from mazot.suite.starting import start_django

    start_django("command")
    from mazot.foundation import job_queue, outbox

    sys.stdout.write(f"{outbox.unpark()} facts and {job_queue.retry_given_up()} jobs are tried again.\n")


@owner.command("create")
def create_owner(
    login: Annotated[str, typer.Argument(help="The login identifier, written like an e-mail address.")],
    organization: Annotated[str, typer.Option(help="The name of the organization they own.")],
    given_name: Annotated[str, typer.Option()] = "",
    family_name: Annotated[str, typer.Option()] = "",
    language: Annotated[str, typer.Option(help="en, fr, de, it or es.")] = "en",
    data: Data = None,
    database: Database = None,
) -> None:
    """Make a person and an organization of which they are the legal representative; asks for the password."""
    set_environment(data=data, database=database)
    password = os.environ.pop("MAZOT_OWNER_PASSWORD", "") or typer.prompt(
        "Password", hide_input=True, confirmation_prompt=True
    )
    from mazot.suite.starting import start_django

    start_django("command")
    from mazot.foundation.errors import DomainError
    from mazot.suite.owners import create
    from mazot.suite.roles.prepare import prepare

    if code := prepare():
        raise typer.Exit(code)
    try:
        create(login, password, organization, given_name=given_name, family_name=family_name, language=language)
    except DomainError as error:
        fail(str(error.sentence or error))
    sys.stdout.write(f"{login} owns {organization} and can sign in.\n")


@app.command(context_settings={"ignore_unknown_options": True})
def bench(
    name: Annotated[str, typer.Argument(help="A folder of bench/.")],
    arguments: Annotated[list[str] | None, typer.Argument(help="What the bench takes.")] = None,
) -> None:
    """Measure Mazot beside its peers (in a clone of the repository)."""
    root = Path(__file__).resolve().parents[3] / "bench"
    known = sorted(folder.name for folder in root.glob("*") if (folder / "run.py").is_file())
    if name not in known:
        fail(f"There is no bench {name!r} here; known are {', '.join(known) or 'none: benches are in the repository'}.")
    raise typer.Exit(subprocess.call([sys.executable, str(root / name / "run.py"), *(arguments or [])]))
