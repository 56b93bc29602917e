# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a price sells now through a channel: three layers of visibility and three ends of sale.

Moments are aware datetimes, which compare as moments whatever zone they are written in; a window is open from its
first moment on and shut from its last moment on.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

AT_THE_DOOR = timedelta(hours=2)  # how long after the start the counters sell, unless somebody says otherwise

OPEN, HIDDEN, FULL, CANCELLED, BEFORE, OVER = "open", "hidden", "full", "cancelled", "before", "over"


@dataclass(frozen=True, slots=True)
class Layers:
    """What stands above a price, as one channel sees it."""

    shop: bool  # only buyers online need an open shop
    event: str  # visible, hidden, full
    performance: str
    zone: bool
    price: bool
    takes_place: bool = True  # neither cancelled nor postponed


@dataclass(frozen=True, slots=True)
class Window:
    begins: datetime | None
    ends: datetime


def end_of_sale(channel: str, starts_at: datetime, told: datetime | None) -> datetime:
    """When a channel stops selling: as told, or online at the start and at the counters two hours later."""
    if told is not None:
        return told
    return starts_at if channel == "online" else starts_at + AT_THE_DOOR


def narrowed(window: Window, begins: datetime | None, ends: datetime | None) -> Window:
    """The part of a window that a price's own dates leave."""
    firsts = [moment for moment in (window.begins, begins) if moment is not None]
    return Window(max(firsts, default=None), window.ends if ends is None else min(window.ends, ends))


def state_of(layers: Layers, window: Window, at: datetime) -> str:
    """One word for a price at a moment; only "open" goes into a cart."""
    if not (layers.shop and layers.zone and layers.price) or HIDDEN in (layers.event, layers.performance):
        return HIDDEN
    if not layers.takes_place:
        return CANCELLED
    if at >= window.ends:
        return OVER
    if FULL in (layers.event, layers.performance):
        return FULL
    return BEFORE if window.begins is not None and at < window.begins else OPEN
