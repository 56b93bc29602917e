# SPDX-License-Identifier: AGPL-3.0-or-later
"""The run of an import: letter by letter into the store, counted, and each time from the beginning.

Whatever it did before it was cut short is found and passed over, so it may run as often as one likes.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.conf import settings

from mazot.foundation.errors import Busy, Invalid, NoSpace, OverQuota, Refused
from mazot.foundation.sealing import unseal
from mazot.products.mail.actions.importing import AT_ONCE, arrival_of, bring_letters_in
from mazot.products.mail.actions.keeping import Arrival
from mazot.products.mail.actions.transfers import SEALED_FOR, end_transfer, note_progress
from mazot.products.mail.models import Store, Transfer
from mazot.products.mail.queries.elsewhere import Elsewhere, Folder, Server
from mazot.products.mail.queries.transfers import known_letters, path_of_file
from mazot.products.mail.rules.archives import BadArchive, kind_of, letters_in
from mazot.products.mail.rules.mboxes import MOST_BYTES, Found, letters_of
from mazot.products.mail.rules.names import fault_of, whole_name
from mazot.tenancy.actor import Actor
from mazot.wire.mime import crlf

logger = logging.getLogger(__name__)

AT_ONCE_BYTES = 16 << 20


class _Stopped(Exception):
    """Somebody stopped it, or the address is gone."""


@dataclass
class _Run:
    """One import under way: what waits to be written, and what was counted."""

    actor: Actor
    store: Store
    transfer: Transfer
    folder: str = ""
    waiting: list[tuple[Arrival, int]] = field(default_factory=list)
    n_added: int = 0
    n_there: int = 0
    n_refused: int = 0
    folders: list[list[object]] = field(default_factory=list)

    def take(self, found: Found) -> None:
        folder = self._named(found.folder)
        if folder != self.folder:
            self.write()
            self.folder = folder
        if found.content is None or not found.content.strip():
            self.n_refused += 1
            return
        self.waiting.append((arrival_of(found), found.flags))
        if len(self.waiting) >= AT_ONCE or sum(one.blob.size for one, _flags in self.waiting) > AT_ONCE_BYTES:
            self.write()

    def write(self) -> None:
        """What waits is written, and told: after this it is on disk."""
        if self.waiting:
            before = self.transfer.newest_before
            brought = bring_letters_in(
                self.actor, self.store, folder=self.folder, letters=self.waiting, newest_before=before
            )
            self.n_added += brought.n_added
            self.n_there += brought.n_there
            self.waiting = []
        counted = {name: getattr(self, name) for name in ("n_added", "n_there", "n_refused", "folders")}
        if not note_progress(self.actor, self.store, transfer=self.transfer, **counted):
            raise _Stopped

    def _named(self, folder: str) -> str:
        """The folder here; a name that cannot be leads to the one for all of it."""
        above = self.transfer.into
        name = whole_name("/".join(filter(None, (above, folder)))) if folder else above or "INBOX"
        return name if not fault_of(name)[0] else above or "INBOX"


def run_transfer(transfer: Transfer) -> None:
    """Do an import to its end; why it could not be is kept with it."""
    store = Store.objects.filter(address_id=transfer.address_id).first()
    if store is None or transfer.finished_at is not None:
        return
    system = Actor.system(transfer.organization_id, because="somebody brings mail here")
    run, said = _Run(system, store, transfer), ""
    try:
        run.write()
        for found in _of_file(transfer) if transfer.kind == Transfer.Kind.FILE else _of_server(run):
            run.take(found)
        run.write()
    except _Stopped:
        pass
    except (BadArchive, Elsewhere) as error:
        said = str(error)
    except (OverQuota, NoSpace, Refused, Invalid) as error:
        said = error.reason[:40]
    except FileNotFoundError:
        said = "lost"
    except Busy:
        raise
    except Exception:
        logger.exception("the import %s ended with a fault of ours", transfer.id)
        said = "fault"
    end_transfer(system, store, transfer=transfer, said=said)
    path_of_file(transfer.id).unlink(missing_ok=True)


def _of_file(transfer: Transfer) -> Iterator[Found]:
    with path_of_file(transfer.id).open("rb") as file:
        kind = kind_of(file.read(200))
        file.seek(0)
        if kind == "zip":
            yield from letters_in(file, size=transfer.size)
        elif kind == "mbox":
            yield from letters_of(file)
        elif kind == "letter":
            content = file.read(MOST_BYTES + 1)
            yield Found(None if len(content) > MOST_BYTES else crlf(content))
        else:
            raise BadArchive("no_mail")


def _of_server(run: _Run) -> Iterator[Found]:
    transfer = run.transfer
    password = unseal(transfer.secret, key=settings.MAZOT_CREDENTIAL_KEY, purpose=SEALED_FOR)
    with Server(
        transfer.name, transfer.port, login=transfer.login, password=password, encrypted=transfer.is_encrypted
    ) as server:
        folders = server.folders()
        for folder in folders:
            n_letters = server.open(folder)
            run.folders.append([folder.name, n_letters, 0])
            yield from _of_folder(run, server, replace(folder, n_letters=n_letters))
            run.write()


def _of_folder(run: _Run, server: Server, folder: Folder) -> Iterator[Found]:
    told = run.folders[-1]
    done = 0
    for lines in server.lines(folder.n_letters):
        known = known_letters(run.transfer, {(line.message_id, line.size) for line in lines})
        wanted = [line for line in lines if (line.message_id, line.size) not in known]
        run.n_there += len(lines) - len(wanted)
        done += len(lines) - len(wanted)
        too_large = [line for line in wanted if line.size > MOST_BYTES]
        run.n_refused += len(too_large)
        for line, content in server.contents([line for line in wanted if line.size <= MOST_BYTES]):
            done += 1
            told[2] = done
            yield Found(crlf(content), line.received_at, line.flags, folder.name)
        told[2] = done = done + len(too_large)
        run.write()
