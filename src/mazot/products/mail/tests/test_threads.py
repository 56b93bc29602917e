# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which messages are in one thread, and who hears that two threads became one."""

from datetime import UTC, datetime, timedelta

import pytest

from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.copying import copy_messages
from mazot.products.mail.models import Mailbox, Message, Store, Thread, ThreadReference
from mazot.products.mail.queries.placements import changed_since, view_of
from mazot.products.mail.rules.threading import MAX_REFERENCES, Meeting, digest_of, meeting, references_of
from mazot.products.mail.tests.furnishing import an_address, share
from mazot.products.mail.tests.letters import a_letter
from tests.cast import Cast


class Post:
    """Puts letters into the inbox; answers the thread of each."""

    def __init__(self, cast: Cast, inbox: Mailbox) -> None:
        self.cast, self.inbox = cast, inbox

    def __call__(self, name: str, *references: str, **read) -> int:
        letter = a_letter(name, message_id=name and f"<{name}@x>", references=[f"<{r}@x>" for r in references], **read)
        append_message(self.cast.malik, self.inbox, arrival=letter)
        return Message.objects.latest("id").thread_id


@pytest.fixture
def post_letter(cast: Cast, inbox: Mailbox) -> Post:
    return Post(cast, inbox)


def test_an_answer_joins_what_it_answers(post_letter: Post) -> None:
    first = post_letter("a")
    assert post_letter("b", "a") == first
    assert post_letter("c", "a", "b") == first
    assert post_letter("d") != first
    assert post_letter("") != post_letter("")


def test_answers_to_a_letter_that_never_came_are_together(post_letter: Post) -> None:
    assert post_letter("b", "root") == post_letter("c", "root")


def test_a_letter_that_comes_after_its_answer_joins_it(post_letter: Post) -> None:
    assert post_letter("b", "a") == post_letter("a")


def test_two_threads_become_one_and_everybody_hears(
    cast: Cast, store: Store, inbox: Mailbox, post_letter: Post
) -> None:
    large = [post_letter("a"), post_letter("b", "a")]
    small = post_letter("c")
    archive = store.mailboxes.get(role="archive")
    copy_messages(cast.malik, inbox, uids=[3], to=archive)
    known, known_there = view_of(cast.malik, inbox).highest_modseq, view_of(cast.malik, archive).highest_modseq
    assert small != large[0]
    assert post_letter("d", "c", "b") == large[0]
    assert set(Message.objects.values_list("thread_id", flat=True)) == {large[0]}
    assert list(Thread.objects.values_list("id", flat=True)) == [large[0]]
    assert set(ThreadReference.objects.values_list("thread_id", flat=True)) == {large[0]}
    assert [row[0] for row in changed_since(cast.malik, inbox, known).rows] == [3, 4]
    assert [row[0] for row in changed_since(cast.malik, archive, known_there).rows] == [1]


def test_threads_of_two_stores_never_meet(cast: Cast, service, post_letter: Post) -> None:
    other = an_address(service, "choir")
    share(other, cast.people.malik, is_keeper=True)
    own = post_letter("a")
    there = Post(cast, other.store.mailboxes.get(role="inbox"))("b", "a")
    assert there != own


def test_a_letter_that_names_a_thousand_others_names_a_hundred(post_letter: Post) -> None:
    post_letter("a", *(f"r{number}" for number in range(1000)))
    assert ThreadReference.objects.count() == MAX_REFERENCES + 1
    assert ThreadReference.objects.filter(digest=digest_of("<r999@x>")).exists()


NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("subject", "days", "joins"),
    [
        ("Re: Concert on Tuesday", 29, True),
        ("AW: RE: concert on  tuesday", 1, True),
        ("[choir] Re: Concert on Tuesday", -29, True),
        ("Re: Concert on Tuesday", 31, False),
        ("Re: Concert on Tuesday", -31, False),
        ("Concert on Tuesday", 1, False),
        ("Fwd: Concert on Tuesday", 1, False),
        ("WG: Concert on Tuesday", 1, False),
        ("Re: Concert", 1, False),
        ("Re:", 1, False),
    ],
)
def test_without_a_name_to_go_by_only_an_answer_within_thirty_days_joins(
    cast: Cast, inbox: Mailbox, subject: str, days: int, joins: bool
) -> None:
    threads = []
    for title, at in (("Concert on Tuesday", NOVEMBER), (subject, NOVEMBER + timedelta(days=days))):
        append_message(cast.malik, inbox, arrival=a_letter(title, received_at=at, message_id=f"<{at:%d.%m}@y>"))
        threads.append(Message.objects.latest("id").thread_id)
    assert (threads[0] == threads[1]) == joins


def test_an_answer_that_names_what_it_answers_does_not_go_by_its_subject(cast: Cast, inbox: Mailbox) -> None:
    for number, (title, references) in enumerate([("Hello", ()), ("Hello", ()), ("Re: Hello", ("<0@y>",))]):
        letter = a_letter(title, message_id=f"<{number}@y>", references=references)
        append_message(cast.malik, inbox, arrival=letter)
    first, second, answer = Message.objects.order_by("id").values_list("thread_id", flat=True)
    assert answer == first != second


def test_names_that_are_said_twice_count_once() -> None:
    assert references_of("a", ["b", "a", "b", ""]) == [digest_of("a"), digest_of("b")]
    assert references_of("", ["b"]) == [digest_of("b")]
    assert references_of("", []) == []
    assert len({digest_of("\udcff"), digest_of("\ud800"), digest_of("?")}) == 3


def test_the_largest_thread_stays_the_oldest_of_equals() -> None:
    assert meeting([], {}) is None
    assert meeting([5], {}) == Meeting(5, ())
    assert meeting([5, 3, 5], {3: 1, 5: 2}) == Meeting(5, (3,))
    assert meeting([5, 3], {3: 2, 5: 2}) == Meeting(3, (5,))
