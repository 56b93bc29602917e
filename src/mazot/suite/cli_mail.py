# SPDX-License-Identifier: AGPL-3.0-or-later
"""`mazot mail …`: what operators ask of the mail that addresses keep."""

import sys
from typing import Annotated

import typer

from mazot.suite.flags import Data, Database, fail, set_environment

mail = typer.Typer(no_args_is_help=True, help="Mail services, and what their addresses keep.")


@mail.command("check")
def check_mail(
    address: Annotated[str, typer.Argument(help="One address; without it every address.")] = "",
    mend: Annotated[bool, typer.Option("--mend", help="Count anew what does not add up.")] = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Count every store anew and look for its contents; the exit code is 1 when something is wrong."""
    set_environment(data=data, database=database)
    from mazot.suite.starting import start_django

    start_django("command")
    from mazot.suite.stores import check_stores

    n_stores = n_faults = 0
    for checked in check_stores(address, mend=mend):
        n_stores += 1
        n_faults += len(checked.faults)
        if checked.mended:
            sys.stdout.write(f"{checked.address}: {checked.mended} faults were mended\n")
        for fault in checked.faults:
            sys.stdout.write(f"{checked.address}: {fault}\n")
    if address and not n_stores:
        fail(f"No address {address} keeps mail here.")
    sys.stdout.write(f"{n_stores} addresses, {n_faults} faults.\n")
    raise typer.Exit(1 if n_faults else 0)


@mail.command("declare")
def declare_mail(
    domain: Annotated[str, typer.Argument(help="The domain of a mail service that was opened already.")],
    organization: Annotated[str, typer.Option(help="The name of its organization, where several opened it.")] = "",
    data: Data = None,
    database: Database = None,
) -> None:
    """Take the mail of a domain without a record in its zone, because you know whose it is."""
    set_environment(data=data, database=database)
    from mazot.suite.starting import start_django

    start_django("command")
    from mazot.foundation.errors import DomainError
    from mazot.suite.domains import declare

    try:
        service = declare(domain, organization=organization)
    except DomainError as error:
        fail(str(error.sentence or error))
    sys.stdout.write(f"{service.domain} takes mail for {service.organization.name}.\n")


@mail.command("reread")
def reread_mail(
    address: Annotated[str, typer.Argument(help="One address; without it every address.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also letters that this version has read.")] = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Read letters again from their contents, which is done after an upgrade and may be broken off."""
    set_environment(data=data, database=database)
    from mazot.suite.starting import start_django

    start_django("command")
    from mazot.suite.stores import reread_stores

    said = ""
    for said, n_read in reread_stores(address, everything=everything):
        sys.stdout.write(f"{said}: {n_read} letters\n")
        sys.stdout.flush()
    if address and not said:
        fail(f"No address {address} keeps mail here.")


@mail.command("reindex")
def reindex_mail(
    address: Annotated[str, typer.Argument(help="One address; without it every address.")] = "",
    data: Data = None,
    database: Database = None,
) -> None:
    """Make the index of searches anew, while searches go on; it may be broken off, and the worker goes on with it."""
    set_environment(data=data, database=database)
    from mazot.suite.starting import start_django

    start_django("command")
    from mazot.suite.stores import reindex_stores

    said = ""
    for said, n_read in reindex_stores(address):
        sys.stdout.write(f"{said}: {n_read} letters\n")
        sys.stdout.flush()
    if address and not said:
        fail(f"No address {address} keeps mail here.")


@mail.command("restored")
def say_restored(data: Data = None, database: Database = None) -> None:
    """Say, once and before mail comes in again, that this database was restored from a copy.

    Programs then read every folder anew, and do not take new letters for those they remember.
    """
    set_environment(data=data, database=database)
    from mazot.suite.starting import start_django

    start_django("command")
    from mazot.suite.stores import renew_stores

    sys.stdout.write(f"{renew_stores()} folders are read anew.\n")
