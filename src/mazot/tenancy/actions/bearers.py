# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let a program in by its API token, count what it asks, and keep what it was answered."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, PositiveIntegerField, Q, Value, When

from mazot.foundation import clock
from mazot.foundation.errors import SignInRefused
from mazot.foundation.sealing import seal, unseal
from mazot.tenancy.actions.logins import Door, record_login
from mazot.tenancy.actions.paces import check_pace, count_failure
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ApiToken, IdempotentAnswer, Person
from mazot.tenancy.queries.actors import actor_in, memberships_of, needs_second_factor
from mazot.tenancy.rules.secrets import digest_of, is_equal, split_token
from mazot.tenancy.rules.windows import MINUTE, READS_A_MINUTE, WRITES_A_MINUTE, Window, window_of

USE_IS_NOTED_EVERY = timedelta(minutes=1)
SEALED_FOR = "answer"
ANSWERS_KEPT_FOR = timedelta(hours=24)
ABANDONED_AFTER = timedelta(seconds=60)  # no request takes that long: its server died under it


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a token let in."""

    token: ApiToken
    person: Person
    actor: Actor


def admit_token(sent: str, *, address: str, program: str = "") -> Bearer:
    """Who acts with this token, as they are now; SignInRefused for everything that is none, TooMany for guesses."""
    parts = split_token(sent)
    token = (
        ApiToken.objects.select_related("membership__person", "membership__organization")
        .filter(prefix=parts[0])
        .first()
        if parts
        else None
    )
    right = token is not None and is_equal(token.digest, digest_of(parts[1] if parts else "", key=_key()))
    if token is None or not right:
        # One name for all that are unknown: a guesser gains no fresh patience by inventing prefixes.
        check_pace("token", address=address)
        count_failure("token", sent[:200], address=address)
        raise SignInRefused("unknown_token")
    person, membership = token.membership.person, token.membership
    memberships = memberships_of(person)
    faults = (
        ("revoked", token.revoked_at is not None),
        ("expired", token.expires_at is not None and token.expires_at <= clock.now()),
        ("blocked", not person.is_active or not membership.is_active),
        # Somebody who left and was invited anew begins without what they once held.
        ("made_before_leaving", token.created_at < membership.joined_at),
        ("two_factor_is_missing", needs_second_factor(person, memberships)),
    )
    if reason := next((reason for reason, applies in faults if applies), ""):
        door = Door("api", address, program)
        record_login(
            person.login, door, reason=reason, person_id=person.id, succeeded=False, once_in=timedelta(minutes=1)
        )
        raise SignInRefused(reason)
    actor = replace(actor_in(person, membership, via="api", address=address), scopes=frozenset(token.scopes))
    return Bearer(token, person, actor)


def count_request(token: ApiToken, *, is_read: bool, address: str) -> Window:
    """Book a request on the token's present minute, in one statement: two at once cannot both take the last place."""
    moment = clock.now()
    minute, second = int(moment.timestamp() // MINUTE), moment.timestamp()
    column, limit = ("paced_reads", READS_A_MINUTE) if is_read else ("paced_writes", WRITES_A_MINUTE)
    other = "paced_writes" if is_read else "paced_reads"
    this_minute = Q(paced_minute=minute)
    changes: dict[str, Any] = {
        column: Case(When(this_minute, then=F(column) + 1), default=Value(1), output_field=PositiveIntegerField()),
        other: Case(When(this_minute, then=F(other)), default=Value(0), output_field=PositiveIntegerField()),
        "paced_minute": minute,
    }
    is_due = token.last_used_at is None or token.last_used_at < moment - USE_IS_NOTED_EVERY
    if is_due or token.last_used_from != address[:45]:
        changes |= {"last_used_at": moment, "last_used_from": address[:45]}
    free = ApiToken.objects.filter(~this_minute | Q(**{f"{column}__lt": limit}), id=token.id)
    if not free.update(**changes):
        return window_of(limit, is_read=is_read, second=second, is_over=True)
    count = getattr(token, column) + 1 if token.paced_minute == minute else 1
    return window_of(count, is_read=is_read, second=second)


def claim_answer(token: ApiToken, key: str, *, request_digest: str) -> tuple[IdempotentAnswer, bool]:
    """The row that stands for a request with an idempotency key, and whether this request is the one to fill it."""
    moment = clock.now()
    IdempotentAnswer.objects.filter(token=token, key=key, at__lt=moment - ANSWERS_KEPT_FOR).delete()
    claimed = IdempotentAnswer(token=token, key=key, request_digest=request_digest, at=moment)
    try:
        with transaction.atomic():
            claimed.save(force_insert=True)
    except IntegrityError:
        found = IdempotentAnswer.objects.filter(token=token, key=key).first()
        if found is None:  # given back this very moment
            return claim_answer(token, key, request_digest=request_digest)
        taken = IdempotentAnswer.objects.filter(
            id=found.id, status=0, at__lt=moment - ABANDONED_AFTER, request_digest=request_digest
        ).update(at=moment)
        return found, bool(taken)
    return claimed, True


def keep_answer(answer: IdempotentAnswer, *, status: int, body: Any) -> None:
    """Keep what was answered, for whoever asks the same again."""
    # Sealed, because an answer may carry a secret that is shown once.
    sealed = seal(json.dumps(body), key=_key(), purpose=SEALED_FOR)
    IdempotentAnswer.objects.filter(id=answer.id).update(status=status, body=sealed)


def kept_body(answer: IdempotentAnswer) -> Any:
    """What was answered then; none while it is still being answered."""
    return json.loads(unseal(answer.body, key=_key(), purpose=SEALED_FOR)) if answer.status and answer.body else None


def give_back(answer: IdempotentAnswer) -> None:
    """Forget the claim: the request did nothing, and may be sent again as it is."""
    IdempotentAnswer.objects.filter(id=answer.id, status=0).delete()


def forget_old_answers() -> int:
    """Remove answers that are kept no longer."""
    return IdempotentAnswer.objects.filter(at__lt=clock.now() - ANSWERS_KEPT_FOR).delete()[0]


def _key() -> str:
    return str(settings.MAZOT_CREDENTIAL_KEY)
