# SPDX-License-Identifier: AGPL-3.0-or-later
"""Count the tries that fail, by where they come from, and say how long the next one waits."""

import math
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import TooMany
from mazot.foundation.text import folded
from mazot.tenancy.models import Pace
from mazot.tenancy.rules.pace import (
    FADE,
    FREE_OF_A_NAME_AT_AN_ADDRESS,
    OF_PASSWORDS,
    Patience,
    Tally,
    is_own,
    side_of,
    wait,
    wait_for,
)
from mazot.tenancy.rules.secrets import digest_of


def check_pace(login: str, *, address: str, device: str = "", patience: Patience = OF_PASSWORDS) -> None:
    """Raise TooMany while a try for this name from this address, or from this browser that knows the name, waits."""
    keys = _keys(login, address, device, patience.door)
    moment = clock.now()
    found = {pace.key: pace for pace in Pace.objects.filter(key__in=keys.values())}
    tallies = {
        side: Tally(found[key].failures, (moment - found[key].at).total_seconds()) if key in found else Tally()
        for side, key in keys.items()
    }
    tally = tallies.get("device")
    waits = wait(tally, free=FREE_OF_A_NAME_AT_AN_ADDRESS) if tally else wait_for(**tallies, patience=patience)
    if seconds := math.ceil(waits):
        sentence = _("There were too many tries from here. The next one is possible in %(wait)d seconds.")
        raise TooMany("too_many", sentence % {"wait": seconds}, wait=seconds)


def count_failure(
    login: str, secret: str, *, address: str, device: str = "", patience: Patience = OF_PASSWORDS
) -> None:
    """Count a wrong password; the same wrong one again, as an unattended program sends it, counts once."""
    moment = clock.now()
    digest = digest_of(f"tried:{secret}", key=settings.MAZOT_CREDENTIAL_KEY)
    keys = _keys(login, address, device, patience.door)
    with transaction.atomic():
        Pace.objects.bulk_create([Pace(key=key, at=moment) for key in sorted(keys.values())], ignore_conflicts=True)
        paces = {
            pace.key: pace for pace in Pace.objects.select_for_update().filter(key__in=keys.values()).order_by("key")
        }
        # Not there when the name came in since the insertion: then it is forgiven, and this try with it.
        here = paces.get(keys.get("device") or keys["name_at_address"])
        if here and here.last_secret == digest and here.failures and (moment - here.at).total_seconds() < FADE * 20:
            return
        for pace in paces.values():
            pace.failures = Tally(pace.failures, (moment - pace.at).total_seconds()).now + 1
            pace.at = moment
            pace.last_secret = digest if pace is here else ""
            pace.save(update_fields=["failures", "at", "last_secret"])


def forgive(login: str, *, address: str, device: str = "") -> None:
    """Forget the failures of this name at this address once it has come in; those on other names stay.

    From a browser that knows the name only that browser's own are forgotten: else a guesser beside the victim, on the
    same address, would begin afresh each time the victim comes in.
    """
    keys = _keys(login, address, device)
    Pace.objects.filter(key=keys.get("device") or keys["name_at_address"]).delete()


def forget_old_paces() -> int:
    """Remove what has faded to nothing."""
    return Pace.objects.filter(at__lt=clock.now() - timedelta(days=1)).delete()[0]


def _keys(login: str, address: str, device: str = "", door: str = "") -> dict[str, str]:
    side, name, key = side_of(address), folded(login)[:254], settings.MAZOT_CREDENTIAL_KEY
    if door:
        # A name is nobody's own here, and this machine's own address is everybody's behind a proxy that is not trusted.
        said = {"name_at_address": f"{side} {name}"} | ({} if is_own(address) else {"address": side})
        return {kind: digest_of(f"pace:{door}:{kind}:{value}", key=key) for kind, value in said.items()}
    # A browser that has come in under this name before goes at its own pace, whatever happens around it.
    here = {"device": f"{device} {name}"} if device else {"address": side, "name_at_address": f"{side} {name}"}
    return {kind: digest_of(f"pace:{kind}:{value}", key=key) for kind, value in (here | {"name": name}).items()}
