# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.transactions import one_transaction
from mazot.products.account.web.forms import ProfileForm
from mazot.tenancy.actions.organizations import switch_organization
from mazot.tenancy.actions.profile import set_appearance, set_language, set_notices, set_phone, set_profile
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.errors import is_fragment
from mazot.ui.toasts import toast, toast_later, trigger

if TYPE_CHECKING:
    from mazot.tenancy.models import Person

FIELDS = ("given_name", "family_name", "phone", "language", "time_zone", "tint")


@login_required
def home(_request: HttpRequest) -> HttpResponse:
    return redirect("account:profile")


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    now = {name: getattr(request.user, name) for name in FIELDS}
    form = ProfileForm(request.POST or None, initial=now, languages=list(settings.LANGUAGES))
    if request.method == "POST" and form.is_valid() and _keep(request, form):
        toast_later(request, _("Your profile is saved."))
        response = redirect("account:profile")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], samesite="Lax")
        return response
    return render(request, "account/pages/profile.html", {"form": form}, status=422 if form.errors else 200)


def _keep(request: HttpRequest, form: ProfileForm) -> bool:
    """Everything that was typed, or none of it when a part cannot be used."""
    person, actor, said = cast("Person", request.user), request.actor, form.cleaned_data  # type: ignore[attr-defined]
    try:
        with one_transaction():
            set_phone(actor, person, phone=said["phone"])
            set_profile(
                actor,
                person,
                given_name=said["given_name"],
                family_name=said["family_name"],
                time_zone=said["time_zone"],
                tint=said["tint"] or None,
            )
            set_language(actor, person, language=said["language"])
    except Invalid as refused:
        form.add_error(str(refused.facts["field"]), str(refused.sentence))
    return not form.errors


@login_required
@require_http_methods(["GET", "POST"])
def appearance(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        before = request.user.appearance  # type: ignore[union-attr]
        wanted = request.POST.get("appearance") or request.GET.get("to", "")
        person = set_appearance(request.actor, request.user, appearance=wanted)  # type: ignore[attr-defined, arg-type]
        undo = f"{reverse('account:appearance')}?to={before}"
        if is_fragment(request):
            answer = trigger(HttpResponse(status=204), "mazot:appearance", {"value": person.appearance})
            return toast(answer, said_of(person.appearance), undo="" if "to" in request.GET else undo)
        toast_later(request, said_of(person.appearance))
        return redirect("account:appearance")
    return render(request, "account/pages/appearance.html", {"looks": looks(), "chosen": request.user.appearance})  # type: ignore[union-attr]


def said_of(appearance: str) -> str:
    return {
        "light": _("Appearance is light."),
        "dark": _("Appearance is dark."),
        "auto": _("Appearance is automatic."),
    }[appearance]


def looks() -> list[tuple[str, str, str, list[str]]]:
    return [
        ("light", _("Light"), _("Always light"), ["light"]),
        ("dark", _("Dark"), _("Always dark"), ["dark"]),
        ("auto", _("Automatic"), _("Follows this device"), ["light", "dark"]),
    ]


@login_required
@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        set_notices(
            request.actor,  # type: ignore[attr-defined]
            request.user,  # type: ignore[arg-type]
            logins="logins" in request.POST,
            failures="failures" in request.POST,
            places="places" in request.POST,
        )
        toast_later(request, _("Your notices are saved."))
        return redirect("account:notices")
    return render(request, "account/pages/notices.html", {"notices": {"places": True} | request.user.notices})  # type: ignore[union-attr]


@login_required
@open_to_newcomers
def memberships(request: HttpRequest) -> HttpResponse:
    return render(request, "account/pages/memberships.html")


@login_required
@open_to_newcomers
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("organization", "")
    mine = {str(membership.organization_id): membership.organization for membership in request.memberships}  # type: ignore[attr-defined]
    if wanted not in mine:
        raise NotFound("not_found", _("There is no such organization among yours."))
    switch_organization(request.actor, mine[wanted])  # type: ignore[attr-defined]
    toast_later(request, _("You are in %(organization)s now.") % {"organization": mine[wanted].name})
    return redirect("front-door")
