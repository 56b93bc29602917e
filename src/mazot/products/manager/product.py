# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the manager tells the rest of the suite about itself."""

from django.utils.translation import gettext_lazy as _

from mazot.exchange.product import Every, Place, Product, Storage
from mazot.products.manager.jobs import (
    hear_leaving,
    send_deletion_summary,
    send_details_summary,
    send_invitation,
    send_leaving_letters,
    send_role_summary,
    send_security_letter,
    send_webhook_notice,
)
from mazot.products.manager.queries.organization import logos_in_use
from mazot.tenancy.facts import (
    DetailsChanged,
    InvitationRenewed,
    MemberInvited,
    MemberRemoved,
    MemberRestored,
    OrganizationDeleted,
    ReceiverNamed,
    RoleChanged,
    SecurityAlertAsked,
    WebhookFailing,
)
from mazot.tenancy.jobs import carry_on_leavings, finish_leavings
from mazot.tenancy.manage import MANAGE_DETAILS, MANAGE_PEOPLE, MANAGE_PRODUCTS, SEE_ACTIVITY

MANAGER = Product(
    key="manager",
    title=_("Manager"),
    icon="sliders-horizontal",
    rights=(),
    order=950,
    home="manager:home",
    use=MANAGE_PEOPLE,
    urls="mazot.products.manager.web.urls",
    api="mazot.products.manager.api",
    listeners=(
        (RoleChanged, send_role_summary),
        (MemberInvited, send_invitation),
        (InvitationRenewed, send_invitation),
        (MemberRemoved, hear_leaving),
        (MemberRestored, hear_leaving),
        (ReceiverNamed, hear_leaving),
        (MemberRemoved, send_leaving_letters),
        (MemberRestored, send_leaving_letters),
        (SecurityAlertAsked, send_security_letter),
        (DetailsChanged, send_details_summary),
        (OrganizationDeleted, send_deletion_summary),
        (WebhookFailing, send_webhook_notice),
    ),
    schedule=(Every(carry_on_leavings, minutes=10), Every(finish_leavings, minutes=24 * 60)),
    # Logos are small and belong to what everybody pays for: no account holds them.
    storage=(Storage("logos", digests_in_use=logos_in_use, bytes_by_holder=dict),),
    navigation=(
        Place("manager:home", _("Overview"), icon="layout-dashboard", needs=MANAGE_DETAILS),
        Place("manager:people", _("Users"), icon="users", needs=MANAGE_PEOPLE),
        Place("manager:invite", _("Invite somebody"), icon="user-plus", needs=MANAGE_PEOPLE),
        Place("manager:teams", _("Work teams"), icon="users-round", needs=MANAGE_PEOPLE),
        Place("manager:products", _("Products"), icon="blocks", needs=MANAGE_PRODUCTS),
        Place("manager:security", _("Security"), icon="shield-check", needs=MANAGE_DETAILS),
        Place("manager:activity", _("Activity log"), icon="history", needs=SEE_ACTIVITY),
        Place("manager:organization", _("Organization"), icon="building-2", needs=MANAGE_DETAILS),
    ),
)
