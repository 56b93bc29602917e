# SPDX-License-Identifier: AGPL-3.0-or-later
"""The operations of every room in one API, with a document that says what each of them answers."""

import importlib
import logging
from functools import cache, cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from mazot.exchange.registry import products
from mazot.foundation.errors import DomainError, NotFound
from mazot.heads.api.pages import documentation
from mazot.heads.api.problems import MEDIA, Problem, answer, from_domain, from_malformed

logger = logging.getLogger(__name__)

VERSION = "1"
PROBLEMS = {
    400: "The request cannot be read.",
    401: "No valid token was sent.",
    403: "The token does not open this, or its maker may not do it.",
    404: "There is no such thing in this organization, or the maker of the token does not see it.",
    405: "This address has no such method.",
    409: "A rule of the organization forbids it, or things changed in the meantime.",
    413: "The body is above 256 KiB.",
    422: "Something that was sent cannot be used; `field` says what.",
    429: "Too many requests; `Retry-After` says when to come back.",
    503: "Not now; `Retry-After` says when to come back.",
}
KEY_HEADER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "The same key with the same request is carried out once and answered alike for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": "^[!-~]+$"},
}
DESCRIPTION = (
    "Everything the Manager does, for programs. A token acts as its maker in one organization, never further than "
    "its scopes. Lists come in pages: pass `next` as `cursor`. Problems are RFC 9457 documents."
)


class OnlyObjects(Parser):
    """Pydantic reads the attributes of whatever it gets: without this `[]` is a change that changes nothing."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        said = super().parse_body(request)
        if not isinstance(said, dict):
            raise TypeError("every body of this API is an object")
        return said


class Operations(NinjaAPI):
    """Ninja's API, whose document also has what the guard before it and the table of problems answer."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """The document; ours has no part of an address in it, so it is the same for everybody."""
        if path_prefix is not None or path_params:
            return super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        return self._document_of_all

    @cached_property
    def _document_of_all(self) -> Any:
        # Anybody may ask for it, and making it takes 70 ms.
        schema = super().get_openapi_schema()
        schema["components"]["schemas"]["Problem"] = Problem.json_schema()
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                _document(method, operation)
        return schema


def _document(method: str, operation: dict[str, Any]) -> None:
    problem = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, description in PROBLEMS.items():
        operation["responses"].setdefault(status, {"description": description, "content": problem})
    if method == "post":
        operation.setdefault("parameters", []).append(KEY_HEADER)


@cache
def operations() -> Operations:
    """The API with the operations of every room that declares some."""
    api = Operations(
        title="Mazot",
        version=VERSION,
        description=DESCRIPTION,
        docs_url=None,
        openapi_url="openapi.json",
        parser=OnlyObjects(),
        urls_namespace="api",
    )
    for product in products():
        if product.api:
            for tag, router in importlib.import_module(product.api).ROUTERS:
                api.add_router("", router, tags=[tag])
    api.add_exception_handler(DomainError, from_domain)  # type: ignore[arg-type]
    api.add_exception_handler(ValidationError, from_malformed)  # type: ignore[arg-type]
    api.add_exception_handler(HttpError, _from_http)  # type: ignore[arg-type]
    api.add_exception_handler(Http404, lambda request, _error: from_domain(request, NotFound("not_found")))
    api.add_exception_handler(Exception, _from_fault)  # type: ignore[arg-type]
    return api


def _from_http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(error.status_code, "malformed", _("The request cannot be read as JSON."))


def _from_fault(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return answer(500, "failed", _("Something went wrong here. The server's log says what."))


def no_such_operation(_request: HttpRequest) -> HttpResponse:
    """Below /api/ everything answers as the API does, also what does not exist."""
    return answer(404, "not_found", _("The API has no such address. Its documentation is at /api/v1/."))


def addresses() -> list[Any]:
    """What the suite mounts at the root."""
    return [
        path("api/v1/", documentation, name="api-documentation"),
        path("api/v1/", operations().urls),
        re_path(r"^api(?:/|$)", no_such_operation, name="api-nothing"),
    ]
