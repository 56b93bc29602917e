# SPDX-License-Identifier: AGPL-3.0-or-later
"""One table from the ways a deed can fail to what a browser is told: a page, or a toast when htmx asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazot.foundation.errors import (
    Busy,
    Conflict,
    DomainError,
    Invalid,
    Locked,
    NoSpace,
    NotAllowed,
    NotFound,
    OverQuota,
    Refused,
    TooMany,
    first_fitting,
    seconds_of_rest,
)
from mazot.tenancy.queries.grantors import grantors_for
from mazot.ui.toasts import toast

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person reads when something did not work: what happened, and the way out."""

    status: int
    icon: str
    title: Sentence
    text: Sentence = ""
    way_out: Sentence = ""
    people: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


TABLE: tuple[tuple[type[DomainError], Problem], ...] = (
    (
        NotFound,
        Problem(
            404,
            "search-x",
            gettext_lazy("This page does not exist"),
            gettext_lazy("It may have been moved or removed, or it is not shared with you."),
        ),
    ),
    (NotAllowed, Problem(403, "lock", gettext_lazy("You may not do this"))),
    (
        Locked,
        Problem(
            409,
            "file-lock",
            gettext_lazy("Somebody else holds this"),
            gettext_lazy("It is locked while they work on it. Try again when they are done."),
        ),
    ),
    (
        Conflict,
        Problem(
            409,
            "git-compare",
            gettext_lazy("This has changed in the meantime"),
            gettext_lazy("Nothing was kept of what you sent. Load the page again and decide."),
        ),
    ),
    (
        OverQuota,
        Problem(
            409,
            "database",
            gettext_lazy("There is no room left"),
            gettext_lazy("Empty the trash or remove large files, then try again."),
        ),
    ),
    (
        Invalid,
        Problem(
            422,
            "circle-alert",
            gettext_lazy("This cannot be used as it is"),
            gettext_lazy("Nothing was kept. Go back, correct it, and send it again."),
        ),
    ),
    (
        Refused,
        Problem(
            422,
            "circle-alert",
            gettext_lazy("This is not possible"),
            gettext_lazy("Nothing was changed."),
        ),
    ),
    (
        TooMany,
        Problem(
            429,
            "hourglass",
            gettext_lazy("Too many tries"),
            gettext_lazy("For your safety, wait a moment before the next one."),
        ),
    ),
    (
        NoSpace,
        Problem(
            503,
            "server-crash",
            gettext_lazy("This Mazot has no room left"),
            gettext_lazy("Nothing was lost or half-kept. Whoever runs this server has to make room on its disk."),
        ),
    ),
    (
        Busy,
        Problem(
            503,
            "hourglass",
            gettext_lazy("This takes longer than usual"),
            gettext_lazy("Nothing was lost. Try again in a moment."),
        ),
    ),
)
TOO_LARGE = Problem(
    413,
    "weight",
    gettext_lazy("This is too large"),
    gettext_lazy("Nothing was kept. Send it in smaller parts, or upload it as a file."),
)
BAD = Problem(
    400,
    "circle-alert",
    gettext_lazy("This address or form makes no sense here"),
    gettext_lazy("Nothing was changed. Go back and try it from the page."),
)
BROKEN = Problem(
    500,
    "house-plug",
    gettext_lazy("Something broke on our side"),
    gettext_lazy("It has been written down for those who run this Mazot. What you sent may not have been kept."),
)
STALE = Problem(
    403,
    "timer-off",
    gettext_lazy("This page is too old"),
    gettext_lazy("Nothing was changed. Load it again, then repeat the last step."),
)
PLAIN = Problem(500, "circle-alert", gettext_lazy("This did not work"), gettext_lazy("Nothing was changed."))


class ErrorsMiddleware:
    """Turn what views raise into answers, and keep a login page out of the corner of an open page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_fragment(request) and _leads_to_login(response):
            return go_to_login(request)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Refuse an address with a NUL in it: no text has one, and PostgreSQL takes none to look for."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return answer(request, BAD)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        problem = problem_of(exception, request)
        return answer(request, problem) if problem else None


def problem_of(exception: Exception, request: HttpRequest) -> Problem | None:
    """What to say about an exception; nothing for a fault of ours, which Django logs and answers with 500."""
    if isinstance(exception, DomainError):
        return _filled(exception, request)
    if isinstance(exception, Http404):
        return _filled(NotFound(), request)
    if isinstance(exception, PermissionDenied):
        return _filled(NotAllowed("not_allowed", str(exception)), request)
    if isinstance(exception, RequestDataTooBig):
        return TOO_LARGE
    return None


def _filled(error: DomainError, request: HttpRequest) -> Problem:
    base = first_fitting(error, TABLE) or PLAIN
    headers = {}
    if base.status in (429, 503):
        headers["Retry-After"] = str(seconds_of_rest(error, usual=30))
    text = str(error.sentence or base.text)
    if isinstance(error, OverQuota) and error.reason == "too_large":
        base = TOO_LARGE
    if isinstance(error, NotAllowed):
        text = why_not(error)
    return Problem(
        status=base.status,
        icon=base.icon,
        title=base.title,
        text=text,
        way_out=str(error.way_out or ""),
        people=_whom_to_ask(request) if isinstance(error, NotAllowed) else (),
        headers=headers,
    )


def why_not(error: NotAllowed) -> str:
    if error.reason == "right_missing" and error.sentence:
        return _("It takes the right “%(right)s”, which you do not have here.") % {"right": error.sentence}
    if error.reason == "scope":
        return _("The password you use does not open this.")
    return str(error.sentence) or _("Your rights in this organization do not reach this far.")


def _whom_to_ask(request: HttpRequest) -> tuple[str, ...]:
    actor = getattr(request, "actor", None)
    if actor is None or actor.organization_id is None:
        return ()
    return tuple(person.name for person in grantors_for(actor))


def is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as a page, or as a toast beside whatever the person was doing."""
    if is_fragment(request):
        body = render_to_string("ui/errors/fragment.html", {"problem": problem}, request)
        response = HttpResponse(body, status=problem.status, headers=problem.headers)
        response.headers["HX-Reswap"] = "none"
        said = " ".join(str(part) for part in (problem.text or problem.title, problem.way_out) if part)
        return toast(response, said, kind="warning")
    frame = "ui/shell.html" if getattr(request, "actor", None) else "ui/bare.html"
    body = render_to_string(
        "ui/errors/page.html", {"problem": problem, "frame": frame, "here": request.get_full_path()}, request
    )
    return HttpResponse(body, status=problem.status, headers=problem.headers)


def _leads_to_login(response: HttpResponse) -> bool:
    if response.status_code not in (301, 302, 303, 307):
        return False
    return urlsplit(response.headers["Location"]).path == urlsplit(resolve_url(settings.LOGIN_URL)).path


def go_to_login(request: HttpRequest) -> HttpResponse:
    """The whole page goes to the login and comes back to where the person was, not to the fragment's address."""
    here = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = f"{here.path}?{here.query}" if here.query else here.path
    # Only the path counts: another host's name in the header leads nowhere.
    query = urlencode({"next": back}) if back.startswith("/") and not back.startswith("//") else ""
    address = resolve_url(settings.LOGIN_URL)
    return HttpResponse(status=401, headers={"HX-Redirect": f"{address}?{query}" if query else address})


# Django's own doors: `handler404 = "mazot.ui.errors.not_found"` and so on in the root addresses.


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, TOO_LARGE if isinstance(exception, RequestDataTooBig) else BAD)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(request, _filled(NotAllowed("not_allowed", str(exception or "")), request))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    return answer(request, _filled(NotFound(), request))


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nobody anything: whatever broke may break again."""
    if is_fragment(request):
        response = HttpResponse(status=500, headers={"HX-Reswap": "none"})
        return toast(response, f"{BROKEN.title}. {BROKEN.text}", kind="warning")
    told = {"problem": BROKEN, "frame": "ui/bare.html", "here": request.get_full_path()}
    return HttpResponse(render_to_string("ui/errors/page.html", told), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    # Who lost both cookies has no session left: loading the page again would not help.
    if is_fragment(request) and not request.user.is_authenticated:
        return go_to_login(request)
    return answer(request, STALE)
