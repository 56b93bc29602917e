# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files on their way in."""

from pathlib import Path
from uuid import UUID

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotFound
from mazot.products.drive.models import Upload
from mazot.products.drive.queries.spaces import drives_for
from mazot.products.drive.rules.limits import MAX_UPLOAD
from mazot.tenancy.actor import Actor


def upload_for(actor: Actor, upload_id: UUID) -> Upload:
    """The person's own upload, if it has not run out."""
    found = (
        Upload.objects.filter(
            id=upload_id,
            organization_id=actor.organization_id,
            person_id=actor.person_id,
            instance__in=drives_for(actor).order_by().values("id"),
            expires_at__gt=clock.now(),
        )
        .select_related("parent__space", "instance")
        .first()
    )
    if found is None:
        raise NotFound("not_found")
    return found


def largest_upload() -> int:
    """Bytes of the largest file that may be announced."""
    return MAX_UPLOAD


def path_of_upload(upload_id: UUID) -> Path:
    """Where the bytes received so far lie; beside the blobs, so that keeping them is a rename."""
    return blobs().incoming / name_of_part(upload_id)


def name_of_part(upload_id: UUID) -> str:
    return f"upload-{upload_id.hex}.part"
