# SPDX-License-Identifier: AGPL-3.0-or-later
from django.utils.translation import gettext_lazy as _

from mazot.exchange.facts import mail as facts
from mazot.exchange.product import Every, Limit, Live, Place, Product, Removal, Round, Storage
from mazot.products.mail import jobs
from mazot.products.mail.actions.domains import open_service
from mazot.products.mail.actions.furnish_demo import DEMO_DOMAIN, demo_credentials, furnish_demo
from mazot.products.mail.actions.leaving import (
    bring_address_back,
    forget_devices,
    hand_over_address,
    keep_devices_shut,
    leave_address_as_it_is,
    let_devices_in,
)
from mazot.products.mail.actions.posting import WAKE_UP
from mazot.products.mail.actions.queueing import take_back
from mazot.products.mail.models import DevicePassword, Sharing
from mazot.products.mail.queries.blobs import digests_in_use
from mazot.products.mail.queries.leaving import ADDRESSES, ask_about_addresses, check_address, receivers_for
from mazot.products.mail.queries.live import topics_of, topics_of_service
from mazot.products.mail.rights import (
    DEVICES,
    END_DEVICES,
    FOLDERS,
    LOG,
    MANAGE,
    READ,
    REDIRECT,
    REPLIES,
    RESTORE,
    RULES,
    SEND,
    USE,
    WRITE,
)
from mazot.products.mail.rules import limits
from mazot.tenancy.facts.organizations import MemberJoined, ProductOpened

# What may end a session that has an address open: it asks again.
OF_DOORS = (
    facts.DevicePasswordMade,
    facts.DevicePasswordRevoked,
    facts.DevicePasswordsRevoked,
    facts.AddressChanged,
    facts.AddressStateChanged,
    facts.AddressRemoved,
    facts.SharingChanged,
    facts.SharingEnded,
)

STORE_FACTS = (facts.StoreFilled, facts.StoreMended)

MAIL = Product(
    key="mail",
    title=_("Mail"),
    icon="mail",
    rights=(USE, MANAGE, READ, WRITE, SEND, DEVICES, END_DEVICES, REDIRECT, RULES, REPLIES, LOG, FOLDERS, RESTORE),
    order=10,
    use=USE,
    shown_by=(MANAGE,),
    home="mail:home",
    urls="mazot.products.mail.web.urls",
    root_urls="mazot.products.mail.web.entrance",
    navigation=(Place("mail:home", _("My addresses"), icon="at-sign", needs=USE),),
    facts=(
        *OF_DOORS,
        *STORE_FACTS,
        facts.DomainProved,
        facts.SigningKeysMade,
        facts.ServiceChanged,
        facts.AddressMade,
        facts.AddressRestored,
        facts.AddressErased,
        facts.AddressShared,
        facts.RedirectionAsked,
        facts.RedirectionAccepted,
        facts.RedirectionRemoved,
        facts.FiltersChanged,
        facts.ReplyChanged,
    ),
    live=(*(Live(fact, topics_of) for fact in OF_DOORS), Live(facts.ServiceChanged, topics_of_service)),
    listeners=(
        (facts.RedirectionAsked, jobs.write_redirection_letter),
        (facts.StoreFilled, jobs.hear_filled),
        (ProductOpened, jobs.hear_new_service),
        (facts.DomainProved, jobs.hear_new_service),
        (MemberJoined, jobs.hear_joined),
    ),
    removal=(
        Removal(
            ADDRESSES,
            _("E-mail addresses"),
            {Sharing: "hand_over"},
            act=hand_over_address,
            undo=bring_address_back,
            purge=leave_address_as_it_is,
            ask=ask_about_addresses,
            check=check_address,
            receivers=receivers_for,
        ),
        Removal(
            "mail.devices",
            _("Devices and shared addresses"),
            {DevicePassword: "erase"},
            act=keep_devices_shut,
            undo=let_devices_in,
            purge=forget_devices,
        ),
    ),
    rounds=(
        Round(WAKE_UP, jobs.bring_letters, threads="relay_threads", begins=take_back),
        Round("mail:index", jobs.index_letters, threads="index_threads"),
    ),
    # What a store may keep is its own figure; no account of the organization holds it.
    storage=(Storage("mail", digests_in_use=digests_in_use, bytes_by_holder=dict),),
    jobs=(
        jobs.empty_bin,
        jobs.forget_what_is_over,
        jobs.forget_what_guards,
        jobs.keep_signing_keys,
        jobs.learn_from_marks,
        jobs.look_at_zones,
    ),
    schedule=(
        Every(jobs.empty_bin, minutes=60),
        Every(jobs.forget_what_is_over, minutes=180),
        Every(jobs.keep_signing_keys, minutes=60),
        Every(jobs.look_at_zones, minutes=360),
        Every(jobs.learn_from_marks, minutes=5),
        Every(jobs.forget_what_guards, minutes=360),
    ),
    limits=(
        Limit("addresses", _("Addresses of a new service"), unit="addresses", default=limits.ADDRESSES),
        Limit("most_addresses", _("Addresses of a service at most"), unit="addresses", default=limits.MOST_ADDRESSES),
        Limit("addresses_a_day", _("New addresses in 24 hours"), unit="addresses", default=limits.ADDRESSES_A_DAY),
        Limit("mailbox_bytes", _("Mail of one address"), unit="bytes"),
    ),
    open_instance=open_service,
    demo=furnish_demo,
    extra={"demo_name": DEMO_DOMAIN, "demo_credentials": demo_credentials},
    by_default=False,  # a service needs a domain, and somebody who proves it
)
