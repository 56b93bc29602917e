# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the manager tells the rest of the suite about itself."""

from django.utils.translation import gettext_lazy as _

from mazot.exchange.product import Place, Product
from mazot.products.manager.jobs import send_role_summary
from mazot.tenancy.facts import RoleChanged
from mazot.tenancy.manage import MANAGE_DETAILS, MANAGE_PEOPLE

MANAGER = Product(
    key="manager",
    title=_("Manager"),
    icon="sliders-horizontal",
    rights=(),
    order=950,
    home="manager:home",
    use=MANAGE_PEOPLE,
    urls="mazot.products.manager.web.urls",
    listeners=((RoleChanged, send_role_summary),),
    navigation=(
        Place("manager:people", _("People"), icon="users", needs=MANAGE_PEOPLE),
        Place("manager:invite", _("Invite somebody"), icon="user-plus", needs=MANAGE_PEOPLE),
        Place("manager:teams", _("Work teams"), icon="users-round", needs=MANAGE_PEOPLE),
        Place("manager:organization", _("Organization and security"), icon="building-2", needs=MANAGE_DETAILS),
    ),
)
