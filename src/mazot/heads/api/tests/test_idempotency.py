# SPDX-License-Identifier: AGPL-3.0-or-later
import threading

import pytest
from django.db import connection

from mazot.foundation.clock import CLOCK
from mazot.heads.api.tests.conftest import Program, program
from mazot.tenancy.actions.bearers import ANSWERS_KEPT_FOR, claim_answer, forget_old_answers
from mazot.tenancy.models import ApiToken, IdempotentAnswer, Team


@pytest.mark.django_db
def test_the_same_key_and_body_do_it_once_and_answer_alike(cast):
    adam = program(cast.adam)
    answers = [adam.post("/teams", {"name": "Strings"}, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert Team.objects.filter(name="Strings").count() == 1


@pytest.mark.django_db
def test_another_body_with_the_key_is_refused(cast):
    adam = program(cast.adam)
    adam.post("/teams", {"name": "Strings"}, **{"Idempotency-Key": "one"})
    assert adam.post("/teams", {"name": "Brass"}, **{"Idempotency-Key": "one"}).status_code == 422
    assert adam.post("/teams", {"name": "Brass"}, **{"Idempotency-Key": "é é"}).status_code == 422
    assert not Team.objects.filter(name="Brass").exists()


@pytest.mark.django_db
def test_a_key_of_another_token_is_another_key(cast):
    for name, actor in (("Strings", cast.adam), ("Brass", cast.olive)):
        assert program(actor).post("/teams", {"name": name}, **{"Idempotency-Key": "one"}).status_code == 201


@pytest.mark.django_db
def test_a_request_in_flight_is_not_carried_out_again_until_it_is_abandoned(cast):
    from datetime import timedelta

    program(cast.adam)
    token = ApiToken.objects.get()
    kept, ours = claim_answer(token, "one", request_digest="d")
    assert ours
    assert claim_answer(token, "one", request_digest="d")[1] is False
    try:
        CLOCK.advance(timedelta(minutes=2))
        assert claim_answer(token, "one", request_digest="d") == (kept, True)
        CLOCK.advance(ANSWERS_KEPT_FOR)
        assert forget_old_answers() == 1
    finally:
        CLOCK.reset()


@pytest.mark.django_db
def test_a_kept_answer_holds_no_secret_in_plain(cast, settings):
    adam = program(cast.adam)
    made = adam.post("/webhooks", {"url": "https://example.org/hook"}, **{"Idempotency-Key": "one"}).json()
    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in str(IdempotentAnswer.objects.get().body)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_it_once(cast):
    adam = program(cast.adam)
    statuses, start = [], threading.Barrier(6)

    def ask() -> None:
        start.wait()
        try:
            answer = Program(adam.token).post("/teams", {"name": "Strings"}, **{"Idempotency-Key": "one"})
            statuses.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert Team.objects.filter(name="Strings").count() == 1
