# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the account room tells the rest of the suite about itself."""

from django.utils.translation import gettext_lazy as _

from mazot.exchange.product import Place, Product, Storage
from mazot.products.account.jobs import (
    write_closed_letter,
    write_notice,
    write_restored_letter,
    write_security_letter,
    write_undo_letter,
)
from mazot.tenancy.facts import (
    AccountClosed,
    AppPasswordMade,
    IdentifierChanged,
    IdentifierRestored,
    LoginNoticed,
    PasswordSet,
    SecondFactorChanged,
)
from mazot.tenancy.queries.people import photos_in_use

ACCOUNT = Product(
    key="account",
    title=_("My account"),
    icon="user-round",
    rights=(),
    order=900,
    urls="mazot.products.account.web.urls",
    api="mazot.products.account.api",
    listeners=(
        (AccountClosed, write_closed_letter),
        (LoginNoticed, write_notice),
        (PasswordSet, write_security_letter),
        (AppPasswordMade, write_security_letter),
        (SecondFactorChanged, write_security_letter),
        (IdentifierChanged, write_undo_letter),
        (IdentifierRestored, write_restored_letter),
    ),
    storage=(Storage("photos", digests_in_use=photos_in_use, bytes_by_holder=dict),),
    root_urls="mazot.products.account.web.entrance",
    navigation=(
        Place("account:profile", _("Profile"), icon="user-round"),
        Place("account:appearance", _("Appearance"), icon="sun-moon"),
        Place("mfa_index", _("Password and two-factor"), icon="shield-check"),
        Place("account:app-passwords", _("Application passwords"), icon="key-round"),
        Place("account:compromised", _("Shut everybody out"), icon="siren"),
        Place("account:sessions", _("Sessions and devices"), icon="monitor-smartphone"),
        Place("account:logins", _("Login history"), icon="history"),
        Place("account:activity", _("My activity"), icon="scroll-text"),
        Place("account:teams", _("My teams"), icon="users-round"),
        Place("account:notices", _("Notices"), icon="bell"),
    ),
)
