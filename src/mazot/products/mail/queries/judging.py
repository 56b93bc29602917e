# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a letter is worth to one address: what was seen of it, what the organization has taught, whom they write to."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.statements import key
from mazot.products.mail.models import Address, Remembered
from mazot.products.mail.queries.held import marks
from mazot.products.mail.queries.inspection import Inspected
from mazot.products.mail.queries.lessons import taught_in
from mazot.products.mail.queries.texts import texts_of
from mazot.products.mail.rules.learning import digests_of, share_of_spam, weight_of, words_for_learning
from mazot.products.mail.rules.remembering import digest_of
from mazot.products.mail.rules.signs import Sign, sum_of
from mazot.tenancy.models import Organization
from mazot.wire.mime import Reading

KNOWN = -6.0
AT_ONCE = 500
LEARNED_FIELDS = ("subject", "from")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The sum of all signs beside the one from which this service calls it spam."""

    signs: tuple[Sign, ...] = ()
    limit: float = 0.0  # 0: nobody asked
    is_spam: bool = False

    @property
    def degree(self) -> float:
        """From 0 to 1, with the limit in the middle (RFC 5235 makes ten steps of it)."""
        return min(max(sum_of(self.signs) / self.limit / 2, 0.0), 1.0) if self.limit else 0.0

    @property
    def words(self) -> str:
        """As the log keeps it: "spam=4.2/5.0 no_date:1.0 learned:3.2"."""
        if not self.limit:
            return ""
        return " ".join(
            [f"spam={sum_of(self.signs)}/{self.limit}", *(f"{one.name}:{one.weight}" for one in self.signs)]
        )


def judgement_of(address: Address, digest: str, reading: Reading, seen: Inspected) -> Judgement:
    """Weigh a letter for an address."""
    service = address.service
    if seen.vouched is None or not service.filters_spam:
        return Judgement()
    signs = list(seen.signs)
    if weight := _learned(address, digest, reading):
        signs.append(Sign("learned", weight))
    if seen.author and wrote_to(address, seen.author):
        signs.append(Sign("known", KNOWN))
    limit = service.spam_from / 10
    return Judgement(tuple(signs), limit, sum_of(signs) >= limit)


def wrote_to(address: Address, somebody: str) -> bool:
    """Whether letters went from this address to somebody, within a year."""
    known = Remembered.objects.filter(address=address, kind=Remembered.Kind.WROTE, digest=digest_of(somebody))
    return known.filter(until__gt=clock.now()).exists()


def key_of(organization_id: object) -> bytes:
    """The key under which the words of an organization are kept: nobody else's numbers are the same."""
    return f"{settings.MAZOT_CREDENTIAL_KEY}{organization_id}".encode()[-64:]


def words_of_letter(content: bytes | memoryview, parts: bytes) -> frozenset[str]:
    """What learning looks at in a letter."""
    texts = texts_of(content, parts)
    fields = dict(field.partition(": ")[::2] for field in texts.header)
    return words_for_learning({name: fields.get(name, "") for name in LEARNED_FIELDS}, texts.body)


def _learned(address: Address, digest: str, reading: Reading) -> float:
    taught = taught_in(address.organization_id)
    if not taught.suffices:
        return 0.0
    words = words_of_letter(blobs().read(digest), reading.parts)
    digests = sorted(digests_of(words, key=key_of(address.organization_id)))
    counts: list[tuple[int, int]] = []
    for start in range(0, len(digests), AT_ONCE):
        some = digests[start : start + AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT n_spam, n_honest FROM mail_taughtword "  # noqa: S608
                f"WHERE organization_id = %s AND digest IN ({marks(some)})",
                [as_key(address.organization_id), *some],
            )
            counts += cursor.fetchall()
    return weight_of(share_of_spam(counts, taught))


def as_key(organization_id: UUID) -> Any:
    """The key of an organization as a parameter of a hand-written statement."""
    return key(Organization._meta.pk, organization_id)
