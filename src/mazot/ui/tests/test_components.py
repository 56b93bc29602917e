# SPDX-License-Identifier: AGPL-3.0-or-later
import re
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

from mazot.ui import design
from mazot.ui.templatetags import ui

UI = Path(__file__).resolve().parent.parent
COMPONENTS = sorted(path.parent.name for path in (UI / "components").glob("*/index.html"))
ATTACK = '"><script>alert(1)</script>'


def drawn(source: str, **told: object) -> str:
    request = RequestFactory().get("/design")
    return engines["django"].from_string(CottonCompiler().process(source)).render(told, request)


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_can_be_read(name: str) -> None:
    get_template(f"components/{name}/index.html")


@pytest.mark.parametrize("path", sorted(UI.rglob("*.html")), ids=str)
def test_no_template_carries_style_or_script_that_the_policy_refuses(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\sstyle=", source)
    assert not re.search(r"\son[a-z]+=", source)
    assert not re.search(r"<script(?![^>]*application/json)", source)


@pytest.mark.parametrize(
    "source",
    [
        '<c-button why="{{ x }}">{{ x }}</c-button>',
        '<c-icon-button icon="x" label="{{ x }}" />',
        '<c-nav-item href="{{ x }}" count="{{ x }}">{{ x }}</c-nav-item>',
        '<c-person name="{{ x }}" more="{{ x }}" text="{{ x }}" />',
        '<c-dialog id="d" title="{{ x }}">{{ x }}</c-dialog>',
        '<c-toast undo="{{ x }}">{{ x }}</c-toast>',
        '<c-crumbs :items="items" current="{{ x }}" />',
        '<c-select :options="items" value="{{ x }}" />',
        '<c-copy-field value="{{ x }}" label="{{ x }}" />',
        '<c-input id="a" value="{{ x }}" />',
        '<c-empty-state icon="x" title="{{ x }}" text="{{ x }}" />',
    ],
)
def test_a_name_full_of_markup_stays_text(source: str) -> None:
    assert "<script" not in drawn(source, x=ATTACK, items=[(ATTACK, ATTACK)])


def test_a_button_that_is_off_says_why_and_sends_nothing() -> None:
    html = drawn('<c-button type="submit" href="/x" why="You are the only legal representative.">Leave</c-button>')
    assert 'aria-disabled="true"' in html
    assert 'type="button"' in html
    assert "href" not in html
    assert html.count("You are the only legal representative.") == 2  # the tooltip, and the words for readers


def test_a_button_passes_on_what_it_does_not_know() -> None:
    html = drawn('<c-button hx-post="/x" data-key="7" aria-describedby="why">Go</c-button>')
    assert 'hx-post="/x"' in html
    assert 'aria-describedby="why"' in html


def test_a_component_does_not_read_the_context_around_it() -> None:
    assert "button--danger" not in drawn("<c-button>Go</c-button>", variant="danger")


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As on your passport.", max_length=5)
    level = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])


def test_a_field_of_a_form_is_tied_to_its_label_hint_and_error() -> None:
    form = Form({"name": "far too long", "level": "a"})
    html = drawn('<c-field :field="form.name" />', form=form)
    assert '<label class="field__label" for="id_name">' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert html.count("aria-describedby") == 1
    assert 'aria-invalid="true"' in html
    assert "at most 5 characters" in html
    assert "As on your passport." in html


def test_a_choice_of_a_form_wears_the_frame_of_a_select() -> None:
    html = drawn('<c-field :field="form.level" />', form=Form())
    assert 'class="select' in html
    assert 'class="select__control"' in html


def test_a_menu_item_that_is_off_keeps_its_place_and_its_reason() -> None:
    html = drawn('<c-menu-item icon="ban" href="/x" why="Only a legal representative can.">Block</c-menu-item>')
    assert 'aria-disabled="true"' in html
    assert "Only a legal representative can." in html
    assert "href" not in html


def test_an_unknown_icon_draws_nothing_and_breaks_nothing() -> None:
    assert drawn('{% icon "no-such-icon" %}').strip().endswith("></svg>")


def test_the_specimen_page_shows_every_component() -> None:
    sources = "".join(path.read_text() for path in (UI / "templates" / "ui").rglob("*.html"))
    sources += "".join(path.read_text() for path in (UI / "components").rglob("*.html"))
    unseen = [name for name in COMPONENTS if f"<c-{name} " not in sources and f"<c-{name}>" not in sources]
    assert unseen == []


def test_the_frame_names_products_organizations_and_the_way_out() -> None:
    request = RequestFactory().get("/design/frame/drive")
    html = render_to_string("ui/shell.html", {"shell": design.frame("drive", "dark")}, request)
    assert '<html lang="en" data-appearance="dark">' in html
    assert html.index('href="#sheet"') < html.index("<header")
    assert "hx-headers:inherited=" in html
    assert html.count('aria-current="page"') == 3  # rail, drawer, bottom bar
    assert "École du Vieux-Pont" in html
    assert 'id="dialogs"' in html


@pytest.mark.parametrize(
    ("path", "place", "is_there"),
    [
        ("/account/sessions", "/account/sessions", True),
        ("/account/two-factor/totp/", "/account/two-factor/", True),
        ("/account/sessions-old", "/account/sessions", False),
        ("/account/profile", "", False),
        ("/account/profile", "/", False),
    ],
)
def test_the_sidebar_knows_the_place_it_stands_in(path: str, place: str, is_there: bool) -> None:
    assert ui.under(path, place) is is_there
