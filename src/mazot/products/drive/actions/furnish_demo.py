# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fill a new drive with what the demo organization would keep in it."""

from collections.abc import Mapping
from datetime import timedelta

from mazot.foundation import clock, quota
from mazot.foundation.blobs import blobs
from mazot.products.drive.actions.drives import open_common_folder, open_own_folder
from mazot.products.drive.actions.files import make_folder, put_file
from mazot.products.drive.models import Entry, Space
from mazot.products.drive.queries.spaces import ACCOUNT
from mazot.products.drive.rules.orchestra import COMMON, SAMPLES, Sample
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance

ROOM = 20_000_000_000  # bytes: enough to try it, and little enough to see the gauge move


def furnish_demo(actor: Actor, instance: ProductInstance, *, people: Mapping[str, Actor]) -> None:
    """Make the folders and files of the demo; who is not among the people is stood in for by the actor.

    Not one transaction: contents are written between the deeds, and a demo that stops half-way is made anew.
    """
    quota.open_account(instance.id, ACCOUNT, allowed=ROOM)
    tops = {name: open_common_folder(actor, instance, name=name).root for name in COMMON}
    for sample in SAMPLES:
        by = people.get(sample.by, actor)
        _put(by, _folder_of(by, instance, tops, sample), sample)
    for person in people.values():
        open_own_folder(person, instance)


def _folder_of(by: Actor, instance: ProductInstance, tops: Mapping[str, Entry | None], sample: Sample) -> Entry:
    top, *names = sample.folder.split("/")
    folder = open_own_folder(by, instance).root if top == "~" else tops[top]
    assert folder is not None
    folder.space = Space.objects.get(id=folder.space_id)
    for name in names:
        folder = make_folder(by, folder, name=name, on_taken="reuse")
    return folder


def _put(by: Actor, folder: Entry, sample: Sample) -> None:
    content = sample.make()
    for number in range(sample.versions, 0, -1):
        earlier = content if number == 1 else content + b"%% draft %d\n" % number
        moment = clock.now() - timedelta(hours=sample.hours + 24 * (number - 1))
        put_file(by, folder, name=sample.name, blob=blobs().put(earlier), modified_at=moment)
