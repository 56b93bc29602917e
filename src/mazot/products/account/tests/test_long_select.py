# SPDX-License-Identifier: AGPL-3.0-or-later
from django import forms
from django.test import SimpleTestCase

from mazot.products.account.web.forms import LongSelect

CHOICES = [("Europe/Paris", "Europe/Paris"), ('"><script>', "<b>&</b>"), (3, "Three")]
ATTRIBUTES = {"id": "id_zone", "required": True, "disabled": False, "aria-describedby": '"><i>'}


class LongSelectTest(SimpleTestCase):
    def test_a_long_select_says_what_a_select_says(self) -> None:
        for value in ("Europe/Paris", '"><script>', 3, "Atlantis", None):
            for attributes in (ATTRIBUTES, None):
                plain = forms.Select({"class": "input"}, CHOICES).render("zone", value, attributes)
                self.assertHTMLEqual(LongSelect({"class": "input"}, CHOICES).render("zone", value, attributes), plain)
