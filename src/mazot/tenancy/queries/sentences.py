# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts and logins as whole sentences in the reader's language, for many lines with a handful of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazot.foundation.facts import kinds
from mazot.foundation.models import FactRow
from mazot.tenancy.catalogue import offer_of
from mazot.tenancy.models import Invitation, LoginEvent, Membership, Person, ProductInstance, Team

ROLES = {
    "legal_representative": gettext_lazy("Legal representative"),
    "administrator": gettext_lazy("Administrator"),
    "collaborator": gettext_lazy("Collaborator"),
    "external": gettext_lazy("External"),
}
FIELDS = {
    "name": gettext_lazy("the name"),
    "tint": gettext_lazy("the colour"),
    "kind": gettext_lazy("the kind"),
    "legal_name": gettext_lazy("the legal name"),
    "street": gettext_lazy("the street"),
    "postal_code": gettext_lazy("the postal code"),
    "city": gettext_lazy("the city"),
    "country": gettext_lazy("the country"),
    "website": gettext_lazy("the website"),
    "two_factor_from": gettext_lazy("from when two-factor is asked"),
    "two_factor_grace_days": gettext_lazy("the days of grace for newcomers"),
    "allows_account_password_on_dav": gettext_lazy("whether programs take the account password"),
    "given_name": gettext_lazy("the first name"),
    "family_name": gettext_lazy("the family name"),
    "phone": gettext_lazy("the phone number"),
    "language": gettext_lazy("the language"),
    "time_zone": gettext_lazy("the time zone"),
    "appearance": gettext_lazy("the appearance"),
    "notices": gettext_lazy("the notices"),
    "photo_digest": gettext_lazy("the photo"),
    "logo": gettext_lazy("the logo"),
    "contacts": gettext_lazy("the contacts"),
}
NAMED = ("membership_id", "person_id", "team_id", "instance_id", "invitation_id")
SIGNED_IN = gettext_lazy("%(who)s signed in.")
NOT_SIGNED_IN = gettext_lazy("Somebody tried to sign in as %(who)s and was refused.")


class Names:
    """What ids are called, read for many at once; what is gone for good is called so."""

    def __init__(self, rows: Sequence[FactRow], logins: Sequence[LoginEvent] = ()) -> None:
        self.kinds = kinds()
        wanted: dict[str, set[UUID]] = defaultdict(set)
        for row in rows:
            for key, value in row.details.items():
                if key in NAMED and value:
                    wanted[key].add(UUID(value))
            if row.person_id:
                wanted["person_id"].add(row.person_id)
        wanted["person_id"] |= {login.person_id for login in logins if login.person_id}
        self._members = {
            one.id: one for one in Membership.objects.filter(id__in=wanted["membership_id"]).select_related("person")
        }
        people = wanted["person_id"] - {one.person_id for one in self._members.values()}
        self._people = {one.person_id: one.person for one in self._members.values()}
        self._people |= {one.id: one for one in Person.objects.filter(id__in=people)}
        self._found: dict[str, dict[UUID, str]] = {
            "membership": {key: one.person.name for key, one in self._members.items()},
            "person": {key: one.name for key, one in self._people.items()},
            "team": dict(_pairs(Team.objects, wanted["team_id"], "name")),
            "instance": dict(_pairs(ProductInstance.objects, wanted["instance_id"], "name")),
            "invitation": dict(_pairs(Invitation.objects, wanted["invitation_id"], "address")),
        }

    def person(self, person_id: UUID | None) -> Person | None:
        return self._people.get(person_id) if person_id else None

    def of(self, kind: str, value: object) -> str:
        found = self._found.get(kind, {}).get(UUID(str(value))) if value else None
        return found or _("somebody or something that is gone")

    def is_oneself(self, row: FactRow) -> bool:
        member = self._members.get(UUID(row.details["membership_id"])) if row.details.get("membership_id") else None
        return member is not None and member.person_id == row.person_id


def _pairs(manager: Any, ids: set[UUID], field: str) -> Iterable[tuple[UUID, str]]:
    return manager.filter(id__in=ids).values_list("id", field) if ids else ()


def sentence_of(row: FactRow, names: Names) -> str:
    """What happened, as one sentence."""
    fact = names.kinds.get(row.kind)
    if fact is None:
        # A product that is no longer installed told it.
        return _("%(kind)s happened.") % {"kind": row.kind}
    sentence = fact.sentence
    if fact.sentence_about_oneself and names.is_oneself(row):
        sentence = fact.sentence_about_oneself
    return str(sentence) % _Words(row, names)


def sentence_of_login(login: LoginEvent, names: Names) -> str:
    """A try to come in, as one sentence."""
    person = names.person(login.person_id)
    return str(SIGNED_IN if login.succeeded else NOT_SIGNED_IN) % {"who": person.name if person else login.login}


def who_of(row: FactRow, names: Names) -> str:
    if row.person_id is None:
        return "Mazot"
    return names.of("person", row.person_id)


def title_of_kind(kind: str) -> str:
    """What a kind of fact is called in a list to choose from: its sentence with the names left open."""
    blanks: dict[str, str] = defaultdict(lambda: "…")
    return str(kinds()[kind].sentence) % blanks


class _Words(dict[str, str]):
    """The words of a sentence, each made when it is asked for."""

    def __init__(self, row: FactRow, names: Names) -> None:
        super().__init__()
        self._row, self._names, self._told = row, names, row.details

    def __missing__(self, word: str) -> str:
        if word == "who":
            return who_of(self._row, self._names)
        if word == "holder":
            return self._called("team" if self._told.get("team_id") else "membership")
        if word == "place":
            return self._place()
        if f"{word}_id" in self._told:
            return self._called(word)
        if f"{word}_key" in self._told:
            return _product(self._told[f"{word}_key"])
        return _plain(word, self._told.get(word, ""))

    def _called(self, word: str) -> str:
        # A team that was taken apart is still called what it was called then.
        kept = self._told.get("name") if word == "team" else ""
        return kept or self._names.of(word, self._told.get(f"{word}_id"))

    def _place(self) -> str:
        if self._told.get("instance_id"):
            return self._names.of("instance", self._told["instance_id"])
        product = _product(self._told.get("product_key", ""))
        return _("every %(product)s, future ones too") % {"product": product}


def _plain(word: str, value: Any) -> str:
    if word in ("role", "old_role", "new_role"):
        return str(ROLES.get(value, value))
    if isinstance(value, list):
        return ", ".join(str(FIELDS.get(one, str(one).replace("_", " "))) for one in value)
    return str(value)


def _product(key: str) -> str:
    offered = offer_of(key)
    return str(offered.title) if offered else key
