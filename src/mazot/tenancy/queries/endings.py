# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why an organization cannot be deleted yet: every reason at once, each with its way out (ORG-7)."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.foundation.errors import Refused
from mazot.tenancy.models import Organization, ProductInstance
from mazot.tenancy.queries.transfers import open_transfers


def reasons_against_deleting(organization: Organization, *, with_products: bool = True) -> list[Refused]:
    """What has to be done before; empty when nothing stands in the way."""
    found = []
    others = organization.memberships.filter(removed_at__isnull=True).count() - 1
    if others > 0:
        sentence = ngettext(
            "One other person still belongs to it.", "%(n)d other people still belong to it.", others
        ) % {"n": others}
        found.append(Refused("others_belong", sentence, way_out=_("Remove them first.")))
    if open_transfers().filter(organization=organization).exists():
        sentence = _("A product is offered to another organization.")
        found.append(
            Refused("transfer_open", sentence, way_out=_("Wait until it is taken over, or take the offer back."))
        )
    live = ProductInstance.objects.filter(organization=organization, ended_at__isnull=True)
    if with_products and (names := list(live.order_by("name").values_list("name", flat=True))):
        sentence = _("These products are still open: %(names)s.") % {"names": ", ".join(names)}
        found.append(Refused("products_left", sentence, way_out=_("End them, or move them to another organization.")))
    return found
