# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people and programs without an account reach: mail that is sent on is accepted, settings are asked for."""

from django.urls import path

from mazot.products.mail.web.views import accepting, setups

urlpatterns = [
    path("mail/redirection/<str:token>", accepting.accept, name="mail-redirection"),
    path("mail/config-v1.1.xml", setups.mozilla, name="mail-autoconfig"),
    path(".well-known/autoconfig/mail/config-v1.1.xml", setups.mozilla, name="mail-autoconfig-well-known"),
    path("autodiscover/autodiscover.xml", setups.outlook, name="mail-autodiscover"),
    path("Autodiscover/Autodiscover.xml", setups.outlook, name="mail-autodiscover-capitals"),  # as Outlook writes it
]
