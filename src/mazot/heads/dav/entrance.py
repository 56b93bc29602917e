# SPDX-License-Identifier: AGPL-3.0-or-later
"""From credentials to a tree: synchronous, once for every request, so that a revoked password ends at once."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from mazot.exchange import registry
from mazot.foundation.errors import NotAllowed, NotFound, SignInRefused
from mazot.heads.dav.request import Request
from mazot.tenancy.actions.logins import Admitted, admit_basic

if TYPE_CHECKING:
    from mazot.exchange.dav import Tree


def open_tree(request: Request, admitted: Admitted | None = None) -> "Tree":
    """The tree the address names, seen by the person whose credentials came with the request (or just did)."""
    product = registry.product(request.target.product)
    if admitted is None:
        admitted = request.admitted = _admitted(request)
    if product is None or product.dav is None:
        raise NotFound
    if not admitted.has_feature("webdav"):
        raise NotAllowed(
            "feature_off",
            _("The plan of your organization does not include WebDAV."),
            way_out=_("An administrator can change the plan in Manager."),
        )
    return product.dav(admitted.actor, admitted.instance_id, may_use=admitted.may_use)


def _admitted(request: Request) -> Admitted:
    target = request.target
    login, secret = credentials_of(request.headers.get(b"authorization", b""))
    return admit_basic(
        login,
        secret,
        product=target.product,
        instance_id=target.instance_id,
        address=request.address,
        program=request.program,
    )


def credentials_of(header: bytes) -> tuple[str, str]:
    """Login and secret of a Basic header (RFC 7617); SignInRefused when there is none."""
    scheme, _space, encoded = header.partition(b" ")
    if scheme.lower() != b"basic":
        raise SignInRefused
    try:
        pair = b64decode(encoded.strip(), validate=True)
    except (NotBase64, ValueError) as error:
        raise SignInRefused from error
    try:
        text = pair.decode("utf-8")
    except UnicodeDecodeError:
        text = pair.decode("latin-1")  # RFC 7617 §2.1: clients that ignore our charset send this
    login, colon, secret = text.partition(":")
    if not colon:
        raise SignInRefused
    return login, secret
