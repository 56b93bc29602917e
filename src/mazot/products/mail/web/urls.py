# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mail services and their addresses, below /mail/."""

from django.urls import path

from mazot.products.mail.web.views import (
    addresses,
    deleted,
    devices,
    domains,
    log,
    people,
    redirections,
    removed,
    setups,
    transfers,
)

app_name = "mail"

urlpatterns = [
    path("", domains.home, name="home"),
    path("new", domains.new, name="service-new"),
    path("attach", people.attach, name="attach"),
    path("services/<uuid:service_id>/", domains.service, name="service"),
    path("services/<uuid:service_id>/domain", domains.domain, name="domain"),
    path("services/<uuid:service_id>/health", domains.health, name="health"),
    path("services/<uuid:service_id>/keys", domains.keys, name="keys-renew"),
    path("services/<uuid:service_id>/room", domains.room, name="room"),
    path("services/<uuid:service_id>/rights", domains.usual, name="usual-rights"),
    path("services/<uuid:service_id>/new", addresses.new, name="address-new"),
    path("services/<uuid:service_id>/import", addresses.many, name="addresses-import"),
    path("services/<uuid:service_id>/import/template", addresses.template, name="addresses-template"),
    path("services/<uuid:service_id>/bin", removed.overview, name="bin"),
    path("services/<uuid:service_id>/bin/<uuid:address_id>/restore", removed.restore, name="address-restore"),
    path("addresses/<uuid:address_id>/", addresses.address, name="address"),
    path("addresses/<uuid:address_id>/deleted", deleted.overview, name="deleted"),
    path("addresses/<uuid:address_id>/deleted/restore", deleted.restore, name="deleted-restore"),
    path("addresses/<uuid:address_id>/deleted/day", deleted.day, name="deleted-day"),
    path("addresses/<uuid:address_id>/transfers", transfers.overview, name="transfers"),
    path("addresses/<uuid:address_id>/transfers/state", transfers.state, name="transfers-state"),
    path("addresses/<uuid:address_id>/transfers/file", transfers.file, name="transfer-file"),
    path("addresses/<uuid:address_id>/transfers/server", transfers.server, name="transfer-server"),
    path("addresses/<uuid:address_id>/transfers/<uuid:transfer_id>/piece", transfers.piece, name="transfer-piece"),
    path("addresses/<uuid:address_id>/transfers/<uuid:transfer_id>/stop", transfers.stop, name="transfer-stop"),
    path("addresses/<uuid:address_id>/export", transfers.export, name="export"),
    path("addresses/<uuid:address_id>/log", log.log, name="log"),
    path("addresses/<uuid:address_id>/name", addresses.rename, name="address-name"),
    path("addresses/<uuid:address_id>/state", addresses.state, name="address-state"),
    path("addresses/<uuid:address_id>/alias", addresses.alias, name="alias-new"),
    path("addresses/<uuid:address_id>/remove", addresses.remove, name="address-remove"),
    path("addresses/<uuid:address_id>/people/new", people.new, name="person-new"),
    path("addresses/<uuid:address_id>/people/invite", people.invite, name="person-invite"),
    path("addresses/<uuid:address_id>/people/invited/<uuid:invited_id>", people.withdraw, name="invited-withdraw"),
    path("addresses/<uuid:address_id>/people/<uuid:sharing_id>", people.rights, name="person"),
    path("addresses/<uuid:address_id>/people/<uuid:sharing_id>/end", people.end, name="person-end"),
    path("addresses/<uuid:address_id>/devices/new", devices.new, name="device-new"),
    path("addresses/<uuid:address_id>/profile", setups.profile, name="device-profile"),
    path("addresses/<uuid:address_id>/devices/end", devices.end_all, name="devices-end"),
    path("addresses/<uuid:address_id>/devices/<uuid:device_id>/end", devices.end, name="device-end"),
    path("addresses/<uuid:address_id>/redirections/new", redirections.new, name="redirection-new"),
    path("addresses/<uuid:address_id>/redirections/copies", redirections.copies, name="redirection-copies"),
    path(
        "addresses/<uuid:address_id>/redirections/<uuid:redirection_id>/end", redirections.end, name="redirection-end"
    ),
]
