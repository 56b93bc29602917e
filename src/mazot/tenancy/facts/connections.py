# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tokens and webhooks, by which other programs work with an organization."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.tenancy.facts.fact import TenancyFact


@dataclass(frozen=True, slots=True)
class TokenMade(TenancyFact):
    """A token opens the API, as its maker."""

    sentence = _("%(who)s made the API token “%(name)s”.")

    token_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class TokenRevoked(TenancyFact):
    """A token opens nothing any more."""

    sentence = _("%(who)s revoked the API token “%(name)s”.")

    token_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class WebhookAdded(TenancyFact):
    """An address outside is told what happens."""

    sentence = _("%(who)s added a webhook.")

    webhook_id: UUID


@dataclass(frozen=True, slots=True)
class WebhookEnded(TenancyFact):
    """An address outside is told nothing any more."""

    sentence = _("%(who)s ended a webhook.")

    webhook_id: UUID


@dataclass(frozen=True, slots=True)
class WebhookTested(TenancyFact):
    """Somebody asked for a letter to an address outside, to see whether it arrives."""

    sentence = _("%(who)s sent a letter to a webhook by hand.")

    webhook_id: UUID


@dataclass(frozen=True, slots=True)
class WebhookFailing(TenancyFact):
    """An address outside did not take a letter at any of the tries of a day."""

    sentence = _("A webhook took no letter for a day.")

    webhook_id: UUID
