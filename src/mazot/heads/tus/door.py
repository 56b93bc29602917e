# SPDX-License-Identifier: AGPL-3.0-or-later
"""The upload door's methods: grammar, session, deed, answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from uuid import UUID

from django.utils import translation

from mazot.foundation.errors import Conflict, Invalid, NotFound, SignInRefused
from mazot.heads.answers import Receive, Scope, Send
from mazot.heads.bridge import across
from mazot.heads.tus.intake import offset_is, take_in
from mazot.heads.tus.refusals import refusal_of
from mazot.heads.tus.request import ROOT, ClientGone, UploadRequest
from mazot.products.drive.actions.uploads import (
    cancel_upload,
    contents_of,
    finish_upload,
    note_received,
    start_upload,
)
from mazot.products.drive.queries.entries import entry_for
from mazot.products.drive.queries.uploads import largest_upload, path_of_upload, upload_for
from mazot.tenancy.actor import Actor
from mazot.tenancy.queries.actors import actor_for_session_key
from mazot.wire.tus import CONTENT_TYPE, EXTENSIONS, VERSION, MalformedUpload, metadata_of, number_of

if TYPE_CHECKING:
    from mazot.products.drive.models import Upload

P = ParamSpec("P")
R = TypeVar("R")
Headers = list[tuple[bytes, bytes]]
LATEST_MILLISECONDS = 253_370_764_800_000  # the year 9999


@dataclass(slots=True)
class Answer:
    """What a method says: a status and headers; bodies are only sent with refusals."""

    status: int
    headers: Headers


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request below /upload/drive."""
    request = UploadRequest(scope, receive)
    body = b""
    try:
        answer = await _answer(request)
    except ClientGone:
        answer = Answer(408, [])
    except Exception as error:
        refused = refusal_of(error)
        if refused is None:
            raise
        status, body, headers = refused
        answer = Answer(status, [(b"content-type", b"application/json"), *headers])
    fixed = [
        (b"tus-resumable", VERSION.encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    if answer.status != 204:
        fixed.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": [*fixed, *answer.headers]})
    await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})


async def _answer(request: UploadRequest) -> Answer:
    if request.method == "OPTIONS":
        told = {"tus-version": VERSION, "tus-extension": EXTENSIONS, "tus-max-size": str(largest_upload())}
        return Answer(204, [(name.encode(), value.encode()) for name, value in told.items()])
    upload_id = request.upload_id
    methods = METHODS_OF_ONE if upload_id else METHODS_OF_ALL
    method = methods.get(request.method)
    if method is None:
        return Answer(405, [(b"allow", ", ".join(["OPTIONS", *methods]).encode())])
    if request.headers.get("tus-resumable") != VERSION:
        return Answer(412, [(b"tus-version", VERSION.encode())])
    actor = await across(_actor_of, request)
    return await method(request, actor, upload_id)


def _actor_of(request: UploadRequest) -> Actor:
    request.must_be_ours()
    found = actor_for_session_key(request.session_key, via="web", address=request.address)
    if found is None:
        raise SignInRefused("no_session")
    request.language = found[0].language
    return found[1]


async def _deed(request: UploadRequest, function: Callable[P, R], *args: P.args, **named: P.kwargs) -> R:
    """Cross over to the product, where sentences are made in the person's language."""

    def speaking() -> R:
        with translation.override(request.language):
            return function(*args, **named)

    return await across(speaking)


async def create(request: UploadRequest, actor: Actor, _upload_id: UUID | None) -> Answer:
    """Announce a file, perhaps with its first bytes (creation, creation-with-upload)."""
    if "upload-defer-length" in request.headers:
        raise MalformedUpload("Upload-Defer-Length", "The length of a file has to be known; send Upload-Length.")
    size = number_of("Upload-Length", request.headers.get("upload-length"))
    metadata = metadata_of(request.headers.get("upload-metadata", ""))
    upload = await _deed(request, _start, actor, size, metadata)
    headers: Headers = [(b"location", f"{ROOT}/{upload.id}".encode()), *_expiry(upload)]
    has_first_bytes = request.headers.get("content-type") == CONTENT_TYPE
    if has_first_bytes or size == 0:
        headers += await _receive(request, actor, upload, has_body=has_first_bytes)
    return Answer(201, headers)


async def tell_offset(request: UploadRequest, actor: Actor, upload_id: UUID | None) -> Answer:
    """How many bytes are safe; one whose last answer was lost is finished now."""
    assert upload_id is not None
    upload = await _deed(request, upload_for, actor, upload_id)
    headers: Headers = [(b"upload-length", str(upload.size).encode()), *_expiry(upload)]
    if upload.received == upload.size:
        return Answer(200, [*headers, *await _finish(request, actor, upload)])
    return Answer(200, [*headers, (b"upload-offset", str(upload.received).encode())])


async def append(request: UploadRequest, actor: Actor, upload_id: UUID | None) -> Answer:
    """Bring the bytes that follow on those that are here."""
    assert upload_id is not None
    if request.headers.get("content-type") != CONTENT_TYPE:
        raise Invalid("wrong_type", f"The content type of a piece is {CONTENT_TYPE}.", field="Content-Type")
    offset = number_of("Upload-Offset", request.headers.get("upload-offset"))
    upload = await _deed(request, upload_for, actor, upload_id)
    offset_is(offset, upload.received)
    return Answer(204, [*await _receive(request, actor, upload, has_body=True), *_expiry(upload)])


async def forget(request: UploadRequest, actor: Actor, upload_id: UUID | None) -> Answer:
    """Drop an upload and its bytes (termination)."""
    assert upload_id is not None
    await _deed(request, _forget, actor, upload_id)
    return Answer(204, [])


Method = Callable[[UploadRequest, Actor, UUID | None], Awaitable[Answer]]
METHODS_OF_ALL: Mapping[str, Method] = {"POST": create}
METHODS_OF_ONE: Mapping[str, Method] = {"HEAD": tell_offset, "PATCH": append, "DELETE": forget}


async def _receive(request: UploadRequest, actor: Actor, upload: "Upload", *, has_body: bool) -> Headers:
    received = upload.received
    if has_body and received < upload.size:

        def note(number: int) -> None:
            note_received(actor, upload, received=number)

        path = path_of_upload(upload.id)
        received = await take_in(request, path, offset=received, size=upload.size, note=note)
    if received < upload.size:
        return [(b"upload-offset", str(received).encode())]
    return await _finish(request, actor, upload)


async def _finish(request: UploadRequest, actor: Actor, upload: "Upload") -> Headers:
    """Make a file of a complete upload, once; hashing comes before the transaction."""
    entry_id = upload.entry_id or await _deed(request, _keep, actor, upload)
    return [(b"upload-offset", str(upload.size).encode()), (b"mazot-entry", str(entry_id).encode())]


def _keep(actor: Actor, upload: "Upload") -> UUID:
    try:
        return finish_upload(actor, upload, blob=contents_of(upload)).entry.id
    except (Conflict, NotFound):
        # Another request of the same client was first: its file is the file.
        if (done := upload_for(actor, upload.id).entry_id) is not None:
            return done
        raise


def _start(actor: Actor, size: int, metadata: Mapping[str, str]) -> "Upload":
    try:
        parent = entry_for(actor, UUID(metadata.get("parent", "")))
    except ValueError as error:
        raise MalformedUpload("Upload-Metadata", "The metadata key `parent` is the id of a folder.") from error
    folders = metadata.get("folders", "")
    return start_upload(
        actor,
        parent,
        name=metadata.get("name", ""),
        size=size,
        folders=[name for name in folders.split("/") if name] if folders else [],
        content_type=metadata.get("type", ""),
        modified_at=_moment(metadata.get("modified", "")),
        replaces=metadata.get("replaces") == "1",
    )


def _forget(actor: Actor, upload_id: UUID) -> None:
    cancel_upload(actor, upload_for(actor, upload_id))


def _moment(text: str) -> datetime | None:
    """`File.lastModified` of a browser; nonsense counts as unknown, for no file is worth losing over it."""
    if not text.isascii() or not text.isdigit() or len(text) > 15 or int(text) >= LATEST_MILLISECONDS:
        return None
    return datetime.fromtimestamp(int(text) / 1000, UTC)


def _expiry(upload: "Upload") -> Headers:
    return [(b"upload-expires", format_datetime(upload.expires_at, usegmt=True).encode())]
