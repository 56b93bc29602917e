# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that come in pieces (tus 1.0): announced, received, then put like any other file.

The head writes the bytes to `queries.uploads.path_of_upload`; the row says how many of them are safe. A finished
upload is hashed by `contents_of` before its transaction begins.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from mazot.foundation import clock, quota
from mazot.foundation.blobs import Blob, blobs
from mazot.foundation.errors import Conflict, Invalid, NotFound, OverQuota, TooMany
from mazot.products.drive.actions.files import Kept, make_folder, put_file
from mazot.products.drive.actions.holding import checked_name, hold_entries, must_be_folder
from mazot.products.drive.models import Entry, Upload
from mazot.products.drive.queries.spaces import ACCOUNT
from mazot.products.drive.queries.uploads import path_of_upload
from mazot.products.drive.rights import USE, WRITE
from mazot.products.drive.rules.limits import MAX_DEPTH, MAX_UPLOAD, MAX_UPLOADS, UPLOAD_HOURS
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.rights import action, require


@action(needs=WRITE)
def start_upload(
    actor: Actor,
    folder: Entry,
    *,
    name: str,
    size: int,
    folders: Sequence[str] = (),
    content_type: str = "",
    modified_at: datetime | None = None,
    replaces: bool = False,
) -> Upload:
    """Announce a file on its way in; `folders` are those of a dropped folder, made below when it is finished."""
    if not 0 <= size <= MAX_UPLOAD:
        raise Invalid("too_large", _("A file has at most 200 GB."), field="size", limit=MAX_UPLOAD)
    if len(folders) > MAX_DEPTH:
        raise Invalid("too_deep", _("Folders go at most 100 levels deep."), field="folders", limit=MAX_DEPTH)
    _spaces, (parent,) = hold_entries(folder)
    must_be_folder(parent)
    inner = Entry(parent_id=parent.id)  # names below the first folder are never at a space's top
    wanted = [checked_name(each, folder=inner if at else parent) for at, each in enumerate([*folders, name])]
    if (
        Upload.objects.filter(person_id=actor.person_id, entry_id=None, expires_at__gt=clock.now()).count()
        >= MAX_UPLOADS
    ):
        raise TooMany("too_many", _("Too many files are on their way at once; finish or cancel some."), wait=60)
    left = quota.room_left(parent.instance_id, ACCOUNT)
    if left is not None and size > left:
        raise OverQuota("over_quota", _("There is not enough room left for this file."), size=size, left=left)
    moment = clock.now()
    upload = Upload(
        organization_id=parent.organization_id,
        instance_id=parent.instance_id,
        person_id=actor.person_id,
        parent=parent,
        name=wanted[-1],
        folders=wanted[:-1],
        replaces=replaces,
        size=size,
        content_type=content_type[:160],
        modified_at=modified_at,
        created_at=moment,
        expires_at=moment + timedelta(hours=UPLOAD_HOURS),
    )
    upload.save(force_insert=True)
    return upload


@action(needs=USE)
def note_received(actor: Actor, upload: Upload, *, received: int) -> Upload:
    """Write down how many bytes are safely on disk; the time to finish begins anew."""
    held = _own(actor, upload)
    if not held.received <= received <= held.size:
        raise Conflict("wrong_offset", _("These bytes do not follow on those that are here."), received=held.received)
    held.received = received
    held.expires_at = clock.now() + timedelta(hours=UPLOAD_HOURS)
    held.save(update_fields=["received", "expires_at"])
    return held


def contents_of(upload: Upload) -> Blob:
    """Hash and keep the bytes of a complete upload; before `finish_upload`, outside of any transaction."""
    if upload.size == 0:
        return blobs().put(b"")
    try:
        return blobs().keep_copy_of(path_of_upload(upload.id), size=upload.size)
    except FileNotFoundError as error:
        raise NotFound("gone", _("What was received of this file is lost; send it from the beginning.")) from error


@action(needs=USE)
def finish_upload(actor: Actor, upload: Upload, *, blob: Blob) -> Kept:
    """Put a complete upload in its folder, making the folders it came with; the bytes stay as a blob."""
    held = _own(actor, upload)
    if held.entry_id is not None:
        raise Conflict("finished", _("This file has arrived already."), entry_id=held.entry_id)
    if blob.size != held.size:
        raise Conflict("incomplete", _("The file is not complete yet."), received=blob.size)
    folder = Entry.objects.select_related("space").filter(id=held.parent_id, trashed__isnull=True).first()
    if folder is None:
        raise NotFound("not_found", _("The folder this file was meant for is no longer there."))
    require(actor, WRITE, folder)
    for name in held.folders:
        folder = make_folder(actor, folder, name=name, on_taken="reuse")
    kept = put_file(
        actor,
        folder,
        name=held.name,
        blob=blob,
        content_type=held.content_type,
        modified_at=held.modified_at,
        on_taken="replace" if held.replaces else "keep_both",
    )
    held.entry_id, held.received = kept.entry.id, held.size
    held.save(update_fields=["entry_id", "received"])
    _forget_part(held)
    return kept


@action(needs=USE)
def cancel_upload(actor: Actor, upload: Upload) -> None:
    """Forget an upload; its bytes go after the commit."""
    held = _own(actor, upload)
    _discard(held)


@action(needs=USE)
def expire_uploads(actor: Actor, instance: ProductInstance) -> int:  # noqa: ARG001 - every deed has an actor
    """Forget uploads nobody has continued for three days."""
    due = list(Upload.objects.filter(instance_id=instance.id, expires_at__lte=clock.now())[:1000])
    for upload in due:
        _discard(upload)
    return len(due)


def _discard(upload: Upload) -> None:
    _forget_part(upload)
    upload.delete()


def _forget_part(upload: Upload) -> None:
    path = path_of_upload(upload.id)
    transaction.on_commit(lambda: path.unlink(missing_ok=True), robust=True)


def _own(actor: Actor, upload: Upload) -> Upload:
    found = Upload.objects.select_for_update().filter(id=upload.id, person_id=actor.person_id).first()
    if found is None or found.expires_at <= clock.now():
        raise NotFound("not_found")
    return found
