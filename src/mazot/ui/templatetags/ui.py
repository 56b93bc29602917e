# SPDX-License-Identifier: AGPL-3.0-or-later
"""Template tags of the interface. They are builtins: no template loads them."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Textarea, Widget
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from mazot.ui import assets, toasts

register = template.Library()


@register.simple_tag
def icon(name: str, **attributes: str) -> SafeString:
    """An icon by its Lucide name, drawn in the colour of the text around it; readers do not hear it."""
    return _framed(name, assets.icon(name), attributes.pop("class", ""))


@lru_cache(maxsize=1024)
def _framed(name: str, drawing: str, extra: str) -> SafeString:
    """A page shows sixty icons, mostly the same as the page before it."""
    # The drawings come from our own build, never from a person.
    inner = mark_safe(drawing)  # noqa: S308
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" aria-hidden="true" data-icon="{}">{}</svg>',
        f" {extra}" if extra else "",
        name,
        inner,
    )


@register.simple_tag
def styles(name: str = "ui") -> SafeString:
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((css,) for css in assets.styles(name)))


@register.simple_tag
def asset(name: str = "ui/page") -> SafeString:
    """The script of an island: `drive/upload` is products/drive/static/drive/upload.ts."""
    found = assets.script(name)
    if not found:
        return SafeString("")
    module, needed, sheets = found
    return format_html(
        '{}{}<script type="module" src="{}"></script>',
        format_html_join("", '<link rel="stylesheet" href="{}">', ((css,) for css in sheets)),
        format_html_join("", '<link rel="modulepreload" href="{}">', ((part,) for part in needed)),
        module,
    )


@register.simple_tag
def asset_file(name: str) -> str:
    return assets.file(name)


@register.simple_tag
def control(field: BoundField, size: str = "", **attributes: str) -> SafeString:
    """A form field's own control, dressed and tied to its hint and its error."""
    widget = field.field.widget
    classes = _dress(widget)
    described = [
        f"{field.id_for_label}-{part}"
        for part, present in (("hint", field.help_text), ("error", field.errors))
        if present
    ]
    dressed = {"class": f"{classes} input--{size}" if size and classes.startswith("input") else classes, **attributes}
    if described:
        dressed["aria-describedby"] = " ".join(described)
    if field.errors:
        dressed["aria-invalid"] = "true"
    drawn = field.as_widget(attrs={key.replace("_", "-"): value for key, value in dressed.items()})
    if classes == "select__control":
        return format_html('<span class="select select--wide">{}{}</span>', drawn, icon("chevron-down"))
    return SafeString(drawn)


def _dress(widget: Widget) -> str:
    if isinstance(widget, CheckboxInput | RadioSelect | CheckboxSelectMultiple):
        return "checkbox"
    if isinstance(widget, Select):
        return "select__control"
    return "input input--tall" if isinstance(widget, Textarea) else "input"


@register.simple_tag
def is_development() -> bool:
    return bool(getattr(settings, "MAZOT", None) and settings.MAZOT.development)


@register.filter
def times(count: str | int) -> Iterable[int]:
    return range(int(count))


@register.filter
def undo_of(message: object) -> str:
    return toasts.undo_of(message)


@register.filter
def under(path: str, place: str) -> bool:
    """Whether an address is this place or lies below it."""
    root = place.rstrip("/")
    return bool(root) and (path.rstrip("/") == root or path.startswith(f"{root}/"))
