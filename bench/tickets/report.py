# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what was noted to a table: medians of each side, and medians of the ratios of pairs."""

import re
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field

HEAD = "## Tickets"
DRIFT = 1.15  # rulers of a pair that differ more: the machine changed between its legs

# What is asked: which figure of which deed, ours as a multiple of pretix's.
ASKED = (
    ("shop page without a plan, CPU", "shop_page", "cpu", 0.25),
    ("shop page with 600 seats (ours drawn, pretix has no map), CPU", "hall_page", "cpu", 0.5),
    ("look and add to cart until the cart is seen, CPU", "add", "cpu", 0.2),
    ("the same on the wall", "add", "wall", 0.2),
    ("free order with mail and PDF, CPU", "free_order", "cpu", 0.2),
    ("free orders per second", "free_order", "rate", 5.0),
    ("invoice order with mail (ours: and its invoice as PDF), CPU", "invoice_order", "cpu", 0.2),
    ("invoice orders per second", "invoice_order", "rate", 5.0),
    ("order list at 5,000, CPU", "order_list", "cpu", 0.3),
    ("order list at 5,000, on the wall", "order_list", "wall", 0.3),
    ("order list, searched by name, CPU", "order_search", "cpu", 0.3),
    ("first scan of a ticket, CPU", "redeem", "cpu", 0.25),
    ("first scans per second", "redeem", "rate", 4.0),
    ("ticket PDF from press to bytes, on the wall", "pdf", "wall", 0.2),
    ("ticket PDF, CPU", "pdf", "cpu", 0.2),
    ("last of 50 buyers of one seat knows", "race", "wall", 0.2),
)
ONCE = (
    ("whole stack resident after load, MB (Pss)", "resident", 0.35),
    ("first page, kB on the wire", "first page", 0.2),
)
UNITS = {"cpu": "ms", "wall": "ms", "rate": "/s"}


@dataclass
class Figures:
    """What one side did."""

    rounds: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    once: dict[str, tuple[float, float]] = field(default_factory=dict)

    def note(self, deed: str, **figures: float) -> None:
        self.rounds.setdefault(deed, []).append(figures)

    def middle(self, deed: str, figure: str) -> float | None:
        found = [one[figure] for one in self.rounds.get(deed, [])]
        return statistics.median(found) if found else None


def ratios(mine: Figures, theirs: Figures, deed: str, figure: str) -> list[float]:
    """Of each round's pair; those between whose legs the machine changed are left out while enough remain."""
    pairs = list(zip(mine.rounds.get(deed, []), theirs.rounds.get(deed, []), strict=False))
    steady = [(a, b) for a, b in pairs if max(a["ruler"], b["ruler"]) <= DRIFT * min(a["ruler"], b["ruler"])]
    chosen = steady if len(steady) * 2 > len(pairs) else pairs
    return sorted(a[figure] / b[figure] for a, b in chosen if b[figure])


def section(known: dict[str, Figures], rounds: int, machine: str) -> str:
    names = list(known)
    theirs = known.get("pretix")
    mine = [name for name in names if name != "pretix"]
    heads = ["| |", *(f" {name} |" for name in names)]
    if theirs is not None:
        heads += [f" ratio, {name.partition(', ')[2]} (least to most) |" for name in mine] + [" asked |"]
    rows = ["".join(heads), "|---" * (len(heads)) + "|"]
    for title, deed, figure, limit in ASKED:
        middles = [known[name].middle(deed, figure) for name in names]
        if all(value is None for value in middles):
            continue
        cells = ["–" if value is None else f"{value:.1f} {UNITS[figure]}" for value in middles]
        if theirs is not None:
            cells += [verdict(ratios(known[name], theirs, deed, figure), figure, limit) for name in mine]
            cells.append(f"{'≥' if figure == 'rate' else '≤'} {limit:g}×")
        rows.append(f"| {title} | {' | '.join(cells)} |")
    for title, key, limit in ONCE:
        cells = [f"{known[name].once[key][0]:.0f}" if key in known[name].once else "–" for name in names]
        if theirs is not None and key in theirs.once:
            cells += [verdict([known[name].once[key][0] / theirs.once[key][0]], "", limit) for name in mine]
            cells.append(f"≤ {limit:g}×")
        rows.append(f"| {title} | {' | '.join(cells)} |")
    return TEXT.format(
        head=HEAD, rounds=rounds, machine=machine, table="\n".join(rows), alone="\n".join(alone(known[mine[0]]))
    )


def verdict(found: list[float], figure: str, limit: float) -> str:
    if not found:
        return "–"
    middle = statistics.median(found)
    kept = middle >= limit if figure == "rate" else middle <= limit
    span = f" ({found[0]:.2f} to {found[-1]:.2f})" if len(found) > 1 else ""
    said = f"{middle:.2f}×{span}"
    return said if kept else f"**{said}: missed**"


def alone(mine: Figures) -> Iterable[str]:
    """What has no counterpart: no open peer draws a plan."""
    if "large seats" in mine.once:
        (seats, seats_kb), (drawn, drawn_kb) = mine.once["large seats"], mine.once["large map"]
        yield (
            f"- Availability of 5,000 seats: {seats:.0f} ms, {seats_kb:.1f} kB on the wire (asked ≤ 50 ms, ≤ 60 kB); "
            f"their drawing, once: {drawn:.0f} ms, {drawn_kb:.1f} kB."
        )
    if "presses" in mine.once:
        count = mine.once["presses"][0]
        yield f"- Presses from the page to the order: {count:.0f} (asked ≤ 4; pretix 6, counted by hand)."
    if "start" in mine.once:
        yield f"- From the command to `ready`: {mine.once['start'][0]:.1f} s."


TEXT = """{head}

Beside pretix 2026.8 (nginx, gunicorn with two workers and its recycling, celery, PostgreSQL, Redis, as its manual sets
it up), {rounds} rounds, and in each of them every side in turn; medians, and the medians of the ratios of pairs (pairs
between whose legs a fixed loop took more than 15 % longer are left out). CPU is user and system time of all processes
of the server with its database, of orders until the workers are idle again: mail and PDF are counted. {machine}.

{table}

{alone}
- The same on both sides: 5,000 orders, one required question, a name for each ticket, sessions and CSRF on, PostgreSQL
  with its own defaults and durable, an order walked through every page with nothing remembered between buyers.
- Not the same: pretix hands its mail to a server on this machine that takes everything, Mazot writes each letter with
  its papers to a file and has its doors of mail closed; pretix attaches no invoice; it computes vouchers, taxes by
  country, add-ons and what its plugins ask on each page.

`mazot bench tickets --peer VENV` runs it again.
"""


def written(page: str, told: str) -> str:
    """The page with this section in the place of its old one, or at the end."""
    old = re.compile(rf"^{HEAD}$.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    return old.sub(lambda _: told + "\n", page).rstrip() + "\n" if old.search(page) else f"{page.rstrip()}\n\n{told}"
