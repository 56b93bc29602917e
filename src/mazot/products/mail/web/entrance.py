# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people without an account reach: the page on which they accept mail that is sent on to them."""

from django.urls import path

from mazot.products.mail.web.views import accepting

urlpatterns = [path("mail/redirection/<str:token>", accepting.accept, name="mail-redirection")]
