# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the pages of people cost in one large organization: runs in a process of its own, prints JSON.

usage: measure.py PEOPLE TEAMS PRODUCTS ROUNDS   (MAZOT_DATA and MAZOT_DATABASE name where)
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(Path(__file__).parent)]


class Queries:
    """Counts the statements of a connection."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self, execute: Any, *details: Any) -> Any:
        self.n += 1
        return execute(*details)


def timed(deed: Callable[[], object], rounds: int) -> dict[str, float]:
    """Milliseconds on the wall and of this process's processor, and the statements of one run."""
    from django.db import connection

    deed()
    walls, processor, queries = [], [], Queries()
    with connection.execute_wrapper(queries):
        for _ in range(rounds):
            wall, cpu = time.perf_counter(), time.process_time()
            deed()
            walls.append(time.perf_counter() - wall)
            processor.append(time.process_time() - cpu)
    milliseconds = 1000
    return {
        "quickest": min(walls) * milliseconds,
        "wall": statistics.median(walls) * milliseconds,
        "cpu": statistics.median(processor) * milliseconds,
        "queries": queries.n / rounds,
    }


def pages(crowd: Any) -> dict[str, Callable[[], object]]:
    """The pages as the owner's browser asks for them."""
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from mazot.tenancy.models import Person, Team

    browser = Client()
    browser.force_login(Person.objects.get(id=crowd.owner.person_id), backend=settings.AUTHENTICATION_BACKENDS[0])

    def page(address: str) -> Callable[[], object]:
        def ask() -> None:
            answer = browser.get(address)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")

        return ask

    people = reverse("manager:people")
    return {
        "users page": page(people),
        "users page, the last one": page(f"{people}?page=9999"),
        "users page, searched": page(f"{people}?words=favre"),
        "users page, only externals": page(f"{people}?role=external"),
        "users page, only one team": page(f"{people}?team={Team.objects.order_by('name')[0].id}"),
        "users page, without two-factor": page(f"{people}?factor=without"),
        "users page, only the blocked": page(f"{people}?status=blocked"),
        "users page, by role": page(f"{people}?sort=role"),
        "users page, by two-factor": page(f"{people}?sort=factor"),
        "users page, by last activity": page(f"{people}?sort=-active"),
        "users page, by joining": page(f"{people}?sort=-joined"),
        "access of one person": page(reverse("manager:person", args=[crowd.somebody_id])),
    }


def questions(crowd: Any) -> dict[str, Callable[[], object]]:
    """What everything else asks the rights for."""
    from mazot.exchange.registry import product
    from mazot.tenancy.models import Membership
    from mazot.tenancy.queries.actors import actor_in
    from mazot.tenancy.queries.rights import instances_for, members_who_reach

    declared = product("drive")
    assert declared is not None
    use = declared.use
    assert use is not None
    member = Membership.objects.select_related("person").get(id=crowd.somebody_id)

    def effective() -> object:
        actor = actor_in(member.person, member, via="web")
        reached = list(instances_for(actor, use))
        if len(reached) < 6:
            raise SystemExit(f"somebody reaches {len(reached)} products only")
        return reached

    return {
        "effective rights of one person": effective,
        "who can reach this product": lambda: list(members_who_reach(crowd.products[7], use).select_related("person")),
    }


def main() -> None:
    import mazot  # noqa: F401
    from mazot.suite.roles import prepare

    n_people, n_teams, n_products, rounds = (int(word) for word in sys.argv[1:5])
    if prepare.main() != 0:
        raise SystemExit("the database could not be prepared")
    from crowd import make
    from django.conf import settings

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    began = time.monotonic()
    crowd = make(n_people, n_teams, n_products)
    told: dict[str, Any] = {"made in": time.monotonic() - began}
    for name, deed in {**pages(crowd), **questions(crowd)}.items():
        told[name] = timed(deed, rounds)
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
