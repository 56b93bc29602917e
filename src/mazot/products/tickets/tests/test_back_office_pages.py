# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of the back office, as a browser uses them."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from mazot.products.tickets.actions.events import set_event
from mazot.products.tickets.actions.pricing import set_zone
from mazot.products.tickets.actions.shops import set_shop
from mazot.products.tickets.models import Event, PaymentMethod, Price, Question, Shop
from mazot.products.tickets.tests.furnishing import a_shop, an_open_shop, dates_of
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.models import Membership
from mazot.tenancy.queries.actors import actor_for_person


def test_a_person_with_one_shop_goes_straight_in_and_with_two_chooses(cast, olive, signed_in):
    shop = a_shop(cast)
    browser = signed_in(olive)
    assert browser.get("/tickets/")["Location"] == reverse("tickets:events", args=[shop.id])
    a_shop(cast, name="Festival")
    page = browser.get("/tickets/").content.decode()
    assert "Season" in page
    assert "Festival" in page


def test_an_event_is_made_in_four_steps_with_its_series_and_prices(cast, olive, signed_in):
    shop = a_shop(cast)
    browser, address = signed_in(olive), reverse("tickets:event-new", args=[shop.id])
    said = {"title": "Mass", "place": "Hall", "first": "2027-03-19", "hours": "15:00, 20:00", "every": "weekly"}
    said |= {"days": ["4", "5"], "interval": "1", "until": "2027-04-03"}
    lines = {"zone": ["Stalls", "", "Gallery"], "price": ["Adult", "Reduced", "Free"], "amount": ["42", "32,50", "0"]}
    said |= lines | {"quantity": ["", "50", "20"], "numbered": ["0"]}
    recap = browser.post(address, said | {"at": "prices", "go": "recap"}).content.decode()
    assert "12 dates" in recap
    done = browser.post(address, said | {"at": "recap", "go": "make", "numbered": ["Stalls", "0"]})
    event = Event.objects.get()
    assert done["Location"] == reverse("tickets:event", args=[event.id])
    assert (event.recurrence, event.online) == ("FREQ=WEEKLY;BYDAY=FR,SA;UNTIL=20270403T235959", "hidden")
    dates = dates_of(event)
    assert [date.starts_at.hour for date in dates][:2] == [14, 19]
    assert [date.starts_at.hour for date in dates][-2:] == [13, 18], "after the change of the clocks"
    for date in dates:
        zones = list(date.zones.order_by("position"))
        assert [(zone.name, zone.is_numbered) for zone in zones] == [("Stalls", True), ("Gallery", False)]
        assert sorted(Price.objects.filter(zone__in=zones).values_list("amount", flat=True)) == [0, 3250, 4200]


def test_a_wrong_line_of_prices_is_named_and_nothing_is_made(cast, olive, signed_in):
    shop = a_shop(cast)
    said = {"title": "Mass", "first": "2027-03-19", "hours": "20:00", "at": "prices", "go": "recap"}
    lines = {"zone": ["Stalls", ""], "price": ["Adult", "Reduced"], "amount": ["42", "x"], "quantity": ["", ""]}
    answer = signed_in(olive).post(reverse("tickets:event-new", args=[shop.id]), said | lines)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Line 2 needs an amount" in answer.content.decode()
    assert not Event.objects.exists()


def test_the_tab_of_prices_becomes_the_tab_of_dates(cast, olive, signed_in):
    _shop, price = an_open_shop(cast)
    event, browser = price.zone.performance.event, signed_in(olive)
    page = browser.get(reverse("tickets:event", args=[event.id])).content.decode()
    assert ">Pricing<" in page
    assert ">Dates<" not in page
    browser.post(reverse("tickets:dates-new", args=[event.id]), {"first": "2027-05-01", "hours": "20:00", "go": "add"})
    page = browser.get(reverse("tickets:event", args=[event.id])).content.decode()
    assert ">Dates<" in page
    assert ">Pricing<" not in page
    for display in ("list", "month", "week"):
        answer = browser.get(reverse("tickets:dates", args=[event.id]) + f"?as={display}&at=2027-05-01")
        assert answer.status_code == HTTPStatus.OK
    address = reverse("tickets:dates", args=[event.id]) + "?as=month&at=2027-05-01"
    page = browser.get(address).content.decode()
    assert page.index("<span>Sun</span>") < page.index("<span>Mon</span>")
    assert "at=2027-04-30" in page
    assert "at=2027-06-01" in page
    cast.people.olive.language = "fr"
    cast.people.olive.save(update_fields=["language"])
    page = browser.get(address).content.decode()
    assert page.index("<span>Lun</span>") < page.index("<span>Dim</span>")
    assert browser.get(address.replace("2027-05-01", "0001-01-01")).status_code == HTTPStatus.OK


def test_the_box_of_numbered_seats_puts_a_seat_beside_the_name_of_the_zone(cast, olive, signed_in):
    _shop, price = an_open_shop(cast)
    zone, browser = price.zone, signed_in(olive)
    address = reverse("tickets:pricing", args=[zone.performance_id])
    assert "zone__seat" not in browser.get(address).content.decode()
    turn = reverse("tickets:zone-turn", args=[zone.performance_id, zone.id])
    browser.post(turn, {"what": "numbered", "on": "1"})
    page = browser.get(address).content.decode()
    assert "zone__seat" in page
    assert "Manage the floor plan" in page


def test_several_dates_change_alike_after_a_look_at_what_changes(cast, olive, signed_in):
    _shop, price = an_open_shop(cast)
    event, browser = price.zone.performance.event, signed_in(olive)
    address = reverse("tickets:dates-several", args=[event.id])
    said = {"dates": [str(date.id) for date in dates_of(event)], "online": "full", "online_end": "-2"}
    shown = browser.post(address, said | {"go": "show"}).content.decode()
    assert "2 hours before the start" in shown
    assert dates_of(event)[0].online == "visible"
    browser.post(address, said | {"go": "apply"})
    (date,) = dates_of(event)
    assert date.online == "full"
    assert (date.starts_at - date.online_until).total_seconds() == 7200


@pytest.mark.parametrize(("typed", "status"), [("abc", 422), ("", 422), ("45.5", 302)])
def test_a_price_is_typed_as_people_write_it(cast, olive, signed_in, typed, status):
    _shop, price = an_open_shop(cast)
    address = reverse("tickets:price", args=[price.zone.performance_id, price.id])
    said = {"name": "Adult", "amount": typed, "vat_permille": "8.1", "online": "on", "is_visible": "on"}
    assert signed_in(olive).post(address, said).status_code == status
    price.refresh_from_db()
    assert (price.amount, price.vat_permille) == ((4550, 81) if status == 302 else (2800, 0))


def test_a_dialog_is_a_part_of_the_page_and_a_page_by_itself(cast, olive, signed_in):
    _shop, price = an_open_shop(cast)
    address = reverse("tickets:price", args=[price.zone.performance_id, price.id])
    browser = signed_in(olive)
    assert "<html" in browser.get(address).content.decode()
    part = browser.get(address, headers={"HX-Request-Type": "partial"}).content.decode()
    assert part.startswith("<mazot-dialog")


def test_the_table_of_questions_keeps_what_is_typed(cast, olive, signed_in):
    shop, browser = a_shop(cast), signed_in(olive)
    made = browser.post(reverse("tickets:form-new", args=[shop.id]), {"name": "Per ticket", "scope": "price"})
    said = {"name": "Per ticket", "id": ["", ""], "kind": ["number", "choice"], "state": ["required", "hidden"]}
    said |= {"label": ["Age", "Meal"], "help": ["", ""], "options": ["", "Fish\nPasta"], "keep_days": ["30", ""]}
    browser.post(made["Location"], said | {"on_ticket": ["0"]})
    first, second = Question.objects.order_by("position")
    assert (first.label, first.state, first.on_ticket, first.keep_days) == ("Age", "required", True, 30)
    assert (second.options, second.state, second.on_ticket) == (["Fish", "Pasta"], "hidden", False)


def test_a_question_has_words_in_each_language_of_its_readers(cast, olive, signed_in):
    shop, browser = a_shop(cast, language="fr"), signed_in(olive)
    made = browser.post(reverse("tickets:form-new", args=[shop.id]), {"name": "Per ticket", "scope": "price"})
    said = {"name": "Per ticket", "id": ["", ""], "kind": ["number", "text"], "state": ["required", "optional"]}
    said |= {"label": ["Âge", "Régime"], "help": ["", ""], "options": ["", ""], "keep_days": ["", ""]}
    browser.post(made["Location"], said | {"label-en": ["Age", ""], "label-de": ["", " Diät "], "label-fr": ["no", ""]})
    first, second = Question.objects.order_by("position")
    assert (first.labels, second.labels) == ({"en": "Age"}, {"de": "Diät"})
    page = browser.get(made["Location"]).content.decode()
    assert 'name="label-en" maxlength="200" value="Age"' in page
    assert 'name="label-fr"' not in page
    set_shop(olive, shop, language="en")
    page = browser.get(made["Location"]).content.decode()
    assert 'name="label-fr"' in page
    assert 'name="label-en" maxlength="200" value="Age"' in page  # kept from before, and not lost unseen
    said["id"] = [str(first.id), str(second.id)]
    refused = browser.post(made["Location"], said | {"label-en": ["x" * 201, ""]})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Diät" not in refused.content.decode()  # what is typed stays, also when it was emptied
    first.refresh_from_db()
    assert first.labels == {"en": "Age"}


def test_settings_name_the_field_that_does_not_fit(cast, olive, signed_in):
    shop, browser = a_shop(cast), signed_in(olive)
    said = {"name": "New", "slug": "new", "language": "fr", "currency": "EUR", "timezone": "Europe/Paris"}
    said |= {"hold_minutes": "10", "number_prefix": "B", "iban": "CH00", "display": "month"}
    address = reverse("tickets:settings", args=[shop.id])
    refused = browser.post(address, said)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "check digits" in refused.content.decode()
    browser.post(address, said | {"iban": "", "origins": "https://a.example\nhttps://b.example"})
    shop = Shop.objects.get(id=shop.id)
    assert (shop.name, shop.currency, shop.origins) == ("New", "EUR", ["https://a.example", "https://b.example"])


def test_a_provider_s_keys_are_never_shown_again(cast, olive, signed_in):
    shop, browser = a_shop(cast), signed_in(olive)
    method = PaymentMethod.objects.get(shop=shop, provider="stripe")
    address = reverse("tickets:method", args=[shop.id, method.id])
    said = {"is_on": "on", "name": "Card", "secret_key": "sk_test_12345678", "webhook_secret": "whsec_12345678"}
    assert browser.post(address, said).status_code == HTTPStatus.FOUND
    assert "12345678" not in browser.get(address).content.decode()
    browser.post(address, {"is_on": "on", "name": "Kreditkarte"})
    method.refresh_from_db()
    assert (method.name, method.is_on, bool(method.settings)) == ("Kreditkarte", True, True)


def test_who_sells_sees_the_programme_and_changes_nothing_of_it(cast, olive, signed_in):
    shop, price = an_open_shop(cast)
    member = Membership.objects.get(person=cast.people.malik)
    grant_rights(olive, member, rights=["tickets.sales"], instances=[shop.instance])
    browser = signed_in(actor_for_person(cast.people.malik))
    page = browser.get(reverse("tickets:events", args=[shop.id]))
    assert page.status_code == HTTPStatus.OK
    assert "New event" not in page.content.decode()
    date = price.zone.performance_id
    assert browser.get(reverse("tickets:pricing", args=[date])).status_code == HTTPStatus.OK
    for name, parts in (("settings", [shop.id]), ("price", [date, price.id]), ("offers", [shop.id]), ("date", [date])):
        assert browser.get(reverse(f"tickets:{name}", args=parts)).status_code == HTTPStatus.NOT_FOUND


def test_an_event_says_what_it_still_needs(cast, olive, signed_in):
    _shop, price = an_open_shop(cast, is_numbered=True)
    event, browser = price.zone.performance.event, signed_in(olive)
    page = browser.get(reverse("tickets:event", args=[event.id])).content.decode()
    assert page.count('data-passes="no"') == 1, "the seats are missing"
    set_zone(olive, price.zone.performance, zone=price.zone, is_numbered=False)
    set_event(olive, event, online="hidden")
    page = browser.get(reverse("tickets:event", args=[event.id])).content.decode()
    assert page.count('data-passes="no"') == 2, "it is hidden, so no price of it is seen"
