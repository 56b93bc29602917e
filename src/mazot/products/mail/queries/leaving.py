# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which addresses somebody who leaves keeps alone, who may take them over, and whether that can work."""

from django.db.models import Exists, OuterRef, QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.exchange.product import Choice, Option, Question
from mazot.foundation.errors import Refused
from mazot.foundation.ids import read_id
from mazot.products.mail.models import Address, Sharing, Store
from mazot.products.mail.queries.sharings import members_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership

ADDRESSES = "mail.address"


def ask_about_addresses(_actor: Actor, membership: Membership) -> list[Question]:
    """One question for each address that nobody but the leaver keeps."""
    return [_question(address) for address in kept_alone(membership)]


def kept_alone(membership: Membership) -> list[Address]:
    own = Sharing.objects.filter(address=OuterRef("id"), person_id=membership.person_id, is_keeper=True)
    others = Sharing.objects.filter(address=OuterRef("id"), is_keeper=True).exclude(person_id=membership.person_id)
    found = Address.objects.filter(
        Exists(own), ~Exists(others), organization_id=membership.organization_id, deleted_at__isnull=True
    )
    return list(found.select_related("service").order_by("service__domain", "local"))


def address_of(membership: Membership, key: str) -> Address | None:
    """The address a question is about; none when it is gone by now."""
    address_id = read_id(key.split(":", 1)[1])
    found = Address.objects.filter(id=address_id, organization_id=membership.organization_id)
    return found.select_related("service").first()


def receivers_for(_actor: Actor, membership: Membership, key: str, words: str) -> QuerySet[Membership]:  # noqa: ARG001 - every question asks alike
    """Members who could keep the address from then on."""
    return members_of(membership.organization_id, words).exclude(id=membership.id)


def receiver_in(actor: Actor, membership: Membership, key: str, receiver_id: str) -> Membership:
    found = receivers_for(actor, membership, key, "").filter(id=read_id(receiver_id)).first()
    if found is None:
        raise Refused(
            "wrong_receiver",
            _("The address goes to another member of the organization."),
            way_out=_("Choose somebody from the list."),
        )
    return found


def check_address(actor: Actor, membership: Membership, key: str, choice: Choice) -> None:
    """Raise where a choice cannot work, before anything is done."""
    if choice["fate"] == "hand_over":
        receiver_in(actor, membership, key, choice.get("receiver", ""))


def _question(address: Address) -> Question:
    store = Store.objects.filter(address=address).values_list("used", "n_messages").first() or (0, 0)
    size, letters = filesizeformat(store[0]), ngettext("%(n)s letter", "%(n)s letters", store[1]) % {"n": store[1]}
    others = Sharing.objects.filter(address=address, is_keeper=False).count()
    return Question(
        key=f"{ADDRESSES}:{address.id.hex}",
        title=str(address),
        icon="mail",
        summary=_("%(size)s, %(letters)s") % {"size": size, "letters": letters},
        lines=((_("Mail it keeps"), letters), (_("People besides"), str(others))),
        options=_options(),
        default="hand_over",
    )


def _options() -> tuple[Option, ...]:
    return (
        Option(
            "hand_over",
            _("Hand over to a member"),
            _("They read everything it keeps and may do all of it from then on."),
            outcome=_("Handed over"),
            note=_("The address and its mail go to %(target)s"),
            picks="member",
        ),
        Option(
            "keep",
            _("Keep for the managers"),
            _("Mail goes on coming in, and nobody reads it until a manager lets somebody into the address."),
            outcome=_("Kept"),
            note=_("The address goes on taking mail, and nobody keeps it"),
        ),
        Option(
            "delete",
            _("Delete"),
            _("Senders hear that there is no such address. For 30 days it lies in the bin with its mail."),
            outcome=_("Deleted"),
            note=_("The address goes into the bin now and is erased for good after 30 days"),
            loses=True,
        ),
    )
