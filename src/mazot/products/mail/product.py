# SPDX-License-Identifier: AGPL-3.0-or-later
from django.utils.translation import gettext_lazy as _

from mazot.exchange.facts import mail as facts
from mazot.exchange.product import Every, Live, Product, Removal, Round, Storage
from mazot.products.mail import jobs
from mazot.products.mail.actions.leaving import forget_devices, keep_devices_shut, let_devices_in
from mazot.products.mail.actions.posting import WAKE_UP
from mazot.products.mail.models import DevicePassword, Sharing
from mazot.products.mail.queries.blobs import digests_in_use
from mazot.products.mail.queries.live import topics_of
from mazot.products.mail.rights import DEVICES, END_DEVICES, MANAGE, READ, SEND, WRITE

DEVICE_FACTS = (facts.DevicePasswordMade, facts.DevicePasswordRevoked, facts.DevicePasswordsRevoked)
STORE_FACTS = (facts.StoreFilled, facts.StoreMended)

MAIL = Product(
    key="mail",
    title=_("Mail"),
    icon="mail",
    rights=(MANAGE, READ, WRITE, SEND, DEVICES, END_DEVICES),
    order=10,
    facts=(*DEVICE_FACTS, *STORE_FACTS),
    listeners=((facts.StoreFilled, jobs.hear_filled),),
    live=tuple(Live(fact, topics_of) for fact in DEVICE_FACTS),
    removal=(
        Removal(
            "mail.devices",
            _("Devices and shared addresses"),
            {DevicePassword: "erase", Sharing: "erase"},
            act=keep_devices_shut,
            undo=let_devices_in,
            purge=forget_devices,
        ),
    ),
    jobs=(jobs.forget_what_is_over,),
    schedule=(Every(jobs.forget_what_is_over, minutes=180),),
    rounds=(Round(WAKE_UP, jobs.bring_letters, threads="relay_threads"),),
    # What a store may keep is its own figure; no account of the organization holds it.
    storage=(Storage("mail", digests_in_use=digests_in_use, bytes_by_holder=dict),),
    by_default=False,  # a service needs a domain, and somebody who proves it
)
