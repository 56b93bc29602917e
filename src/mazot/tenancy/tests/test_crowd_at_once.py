# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule X-1 in a crowd: two representatives, fifty deeds at once against each other, round after round.

`MAZOT_ROUNDS` sets the rounds (4 by default, 1000 for the figure in docs/benchmarks.md).
"""

import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import cycle, islice

import pytest
from django.db import connection

from mazot.foundation.errors import NotAllowed, NotFound, Refused
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.tests.test_two_at_once import (
    Deed,
    acting,
    block,
    demote,
    demote_oneself,
    leave,
    remove,
)
from tests.cast import founded_by, member, person_named

ROUNDS = int(os.environ.get("MAZOT_ROUNDS", "4"))
AT_ONCE = 50
DEEDS: tuple[Deed, ...] = (demote, block, remove, demote_oneself, leave)


class Crowd:
    """Threads that keep their connection, and do one deed each in every round."""

    def __init__(self, deeds: list[Callable[[], object]]) -> None:
        self.deeds = deeds
        self.ended: list[BaseException | None] = [None] * len(deeds)
        self.gate = threading.Barrier(len(deeds) + 1)
        self.is_over = False
        self.threads = [threading.Thread(target=self._work, args=(number,)) for number in range(len(deeds))]
        for thread in self.threads:
            thread.start()

    def _work(self, number: int) -> None:
        try:
            while True:
                self.gate.wait()
                if self.is_over:
                    return
                try:
                    self.ended[number] = None
                    self.deeds[number]()
                except BaseException as error:
                    self.ended[number] = error
                self.gate.wait()
        finally:
            connection.close()

    def all_at_once(self) -> list[BaseException | None]:
        """One round; a barrier that stays closed for a minute and a half is a deadlock."""
        self.gate.wait(90)
        self.gate.wait(90)
        return self.ended

    def end(self) -> None:
        self.is_over = True
        self.gate.wait(90)
        for thread in self.threads:
            thread.join(90)


class Pair:
    """Two representatives; half of the deeds are Anna's against Bruno, half the other way round."""

    def __init__(self) -> None:
        self.people = person_named("anna"), person_named("bruno")
        self.organization = founded_by(self.people[0], "Quay")
        member(self.organization, self.people[1], "legal_representative")
        self.members = [Membership.objects.get(organization=self.organization, person=each) for each in self.people]
        self.actors: list[Actor] = []

    def begin(self) -> None:
        """Both represent again, and each page is open as of now."""
        Membership.objects.filter(organization=self.organization).update(
            role="legal_representative", blocked_at=None, removed_at=None
        )
        self.actors = [actor_for_person(person, self.organization) for person in self.people]

    def deed(self, does: Deed, who: int) -> Callable[[], object]:
        return lambda: does(self.actors[who], self.members[who], self.members[1 - who])


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.django_db(transaction=True)
def test_fifty_deeds_at_once_of_two_representatives_never_leave_none() -> None:
    """Slow: fifty real connections wait for each other in every round."""
    pair = Pair()
    crowd = Crowd([pair.deed(does, number % 2) for number, does in enumerate(islice(cycle(DEEDS), AT_ONCE))])
    how, began = Counter[str](), time.monotonic()
    try:
        for _ in range(ROUNDS):
            pair.begin()
            ended = crowd.all_at_once()
            assert acting(pair.organization) == 1
            # The last one, no longer a representative, or one who is gone: what the winner has made of all others.
            unforeseen = [e for e in ended if e is not None and not isinstance(e, Refused | NotAllowed | NotFound)]
            assert unforeseen == []
            how.update(type(error).__name__ if error else "done" for error in ended)
    finally:
        crowd.end()
    assert how["done"] >= ROUNDS
    took = time.monotonic() - began
    logging.getLogger("mazot.crowd").warning(
        "%s rounds of %s deeds at once on %s in %.1f s: %s", ROUNDS, AT_ONCE, connection.vendor, took, dict(how)
    )
