# SPDX-License-Identifier: AGPL-3.0-or-later
"""The specimen pages of developers: every component in both themes, the frame with every product, every problem."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from mazot.foundation.errors import NotAllowed
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.assets import icon
from mazot.ui.errors import BAD, BROKEN, STALE, TABLE, TOO_LARGE, Problem, answer, why_not

PRODUCTS = (
    ("mail", "Mail", "mail", "M"),
    ("drive", "Drive", "folder", "D"),
    ("calendar", "Calendar", "calendar-days", "C"),
    ("contacts", "Contacts", "book-user", "K"),
    ("meet", "Meet", "video", "E"),
    ("tickets", "Tickets", "ticket", "T"),
    ("domains", "Domains", "globe", ""),
)
FOOT = (("help", "Help center", "life-buoy"), ("manager", "Manager", "sliders-horizontal"))
PEOPLE = (
    ("Agathe Cornut", "AC", 3),
    ("Hannah Whitcombe", "HW", 2),
    ("Luc Duvanel", "LD", 8),
)
WITHOUT_RIGHT = NotAllowed("right_missing", "Change files in common folders")
CRUMBS = (("/design", "Saison 2026–27"),)
FILES = (
    ("Cordes", "folder", 2, "12 files", "Hannah Whitcombe", "Today, 09:02", "—", False),
    ("Vents", "folder", 2, "18 files", "Camille Jaccard", "Yesterday", "—", False),
    ("Programme de salle, Requiem.pdf", "file-text", 3, "", "Agathe Cornut", "Today, 08:47", "2.4 MB", True),
    ("Fauré – Requiem, conducteur.pdf", "music", 6, "Version 4", "Élodie Rey", "Today, 08:15", "18.1 MB", True),
    ("Libera me, répétition 14.11.flac", "file-music", 5, "", "Oscar Pittet", "14 Nov", "212 MB", False),
    ("Plan des pupitres.ods", "file-spreadsheet", 8, "Luc Duvanel is editing", "Luc Duvanel", "Now", "48 KB", False),
    ("Notes du chef.md", "file-text", 1, "", "Nathan Ellsworth", "12 Nov", "6 KB", False),
    ("Affiche A2, épreuve 3.tiff", "image", 7, "", "Inès Morandi", "11 Nov", "96.4 MB", False),
)


def _people() -> list[Any]:
    return [SimpleNamespace(name=name, initials=initials, tint=tint) for name, initials, tint in PEOPLE]


def _product(key: str, title: str, name: str, letter: str = "") -> Any:
    return SimpleNamespace(key=key, title=title, icon=name, letter=letter, url=f"/design/frame/{key}")


def frame(here: str, appearance: str) -> Any:
    """A shell that shows every product there will ever be."""
    products = [_product(*product) for product in PRODUCTS]
    organizations = [
        SimpleNamespace(
            id="1",
            name="Orchestre de la Vallée",
            initials="OV",
            tint=3,
            role="Legal representative",
            current=True,
        ),
        SimpleNamespace(id="2", name="École du Vieux-Pont", initials="ÉV", tint=7, role="External", current=False),
    ]
    return SimpleNamespace(
        appearance=appearance,
        here=here,
        person=SimpleNamespace(name="Élodie Rey", initials="ÉR", tint=4, login="elodie.rey@orchestre-vallee.example"),
        role="Legal representative",
        organization=organizations[0],
        organizations=organizations,
        products=products,
        foot=[_product(*place) for place in FOOT],
        account_items=[
            SimpleNamespace(title="Manage my account", url="/design", icon="circle-user-round", value=""),
            SimpleNamespace(title="Appearance", url="/design", icon="sun-moon", value="Automatic"),
        ],
        memberships_url="/design",
        switch_url="/design",
        logout_url="/design",
        palette=_palette(products),
    )


def _palette(products: list[Any]) -> dict[str, Any]:
    places = [
        {"title": p.title, "url": p.url, "icon": icon(p.icon), "where": "Product", "product": p.key} for p in products
    ]
    places += [
        {"title": title, "url": "/design", "icon": icon(name), "where": "Drive", "product": "drive"}
        for title, name in (("My folder", "user-round"), ("Shared with me", "share-2"), ("Trash", "trash-2"))
    ]
    houses = [
        {"title": "École du Vieux-Pont", "where": "External", "icon": icon("building-2"), "post": "/", "value": "2"}
    ]
    return {
        "searches": {
            "title": "Search",
            "items": [
                {
                    "title": "Search Drive for “#”",
                    "url": "/design?q=",
                    "icon": icon("search"),
                    "where": "",
                    "product": "drive",
                }
            ],
        },
        "groups": [{"title": "Go to", "items": places}, {"title": "Change organization", "items": houses}],
    }


def _appearance(request: HttpRequest) -> str:
    asked = request.GET.get("appearance", "auto")
    return asked if asked in ("light", "dark") else "auto"


@open_to_newcomers
def design(request: HttpRequest) -> HttpResponse:
    look = _appearance(request)
    schemes = (look,) if look != "auto" else ("light", "dark")
    told = {
        "shell": frame("drive", look),
        "schemes": schemes,
        "people": _people(),
        "hues": [(product[0], product[1]) for product in (*PRODUCTS, *FOOT)],
        "levels": (("manage", "Can manage"), ("edit", "Can edit"), ("view", "Can view")),
        "kinds": (("internal", "Internal"), ("external", "External")),
        "crumbs": CRUMBS,
        "steps": (
            SimpleNamespace(title="Person", done=True, current=False, note=""),
            SimpleNamespace(title="What they leave", done=False, current=True, note="3 products"),
            SimpleNamespace(title="Check", done=False, current=False, note=""),
        ),
    }
    return render(request, "ui/design/components.html", told)


@open_to_newcomers
def design_frame(request: HttpRequest, here: str) -> HttpResponse:
    told = {"shell": frame(here, _appearance(request)), "files": FILES, "people": _people(), "crumbs": CRUMBS}
    return render(request, "ui/design/frame.html", told)


@open_to_newcomers
def design_public(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/design/public.html", {"shell": frame("", _appearance(request))})


@open_to_newcomers
def design_problem(request: HttpRequest, status: int) -> HttpResponse:
    known: dict[int, Problem] = {problem.status: problem for _, problem in reversed(TABLE)}
    known |= {400: BAD, 413: TOO_LARGE, 419: STALE, 500: BROKEN}
    if status not in known:
        raise Http404
    problem = known[status]
    if status == 403:
        problem = replace(problem, text=why_not(WITHOUT_RIGHT), people=("Agathe Cornut", "Luc Duvanel"))
    return answer(request, problem)


addresses = [
    path("design", design, name="design"),
    path("design/frame/<slug:here>", design_frame, name="design-frame"),
    path("design/public", design_public, name="design-public"),
    path("design/problem/<int:status>", design_problem, name="design-problem"),
]
