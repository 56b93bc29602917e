# SPDX-License-Identifier: AGPL-3.0-or-later
"""What somebody who leaves has in their own folders, who may take it over, and whether that can work."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.exchange.product import Choice, Option, Question
from mazot.foundation.errors import Refused
from mazot.foundation.ids import read_id
from mazot.products.drive.models import Entry, Revision, Space
from mazot.products.drive.queries import rows
from mazot.products.drive.rights import USE
from mazot.products.drive.rules.limits import MAX_DEPTH
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Leaving, Membership, Person, ProductInstance
from mazot.tenancy.queries.people import found_by
from mazot.tenancy.queries.rights import members_who_reach

FOLDER = "drive.folder"


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is in one own folder."""

    files: int
    folders: int
    trashed: int
    size: int


def ask_about_folders(_actor: Actor, membership: Membership) -> list[Question]:
    """One question for each of the leaver's own folders that holds something."""
    found = []
    for space in own_spaces(membership).order_by("instance__created_at", "id"):
        kept = kept_in(space)
        if kept.files or kept.folders or kept.trashed:
            found.append(_question(space, kept))
    return found


def own_spaces(membership: Membership) -> QuerySet[Space]:
    return Space.objects.filter(
        organization_id=membership.organization_id, person_id=membership.person_id, root__isnull=False
    ).select_related("root", "instance")


def kept_in(space: Space) -> Kept:
    inside = Entry.objects.filter(space_id=space.id).exclude(id=space.root_id)
    counts = inside.aggregate(
        files=Count("id", filter=Q(is_folder=False, trashed__isnull=True)),
        folders=Count("id", filter=Q(is_folder=True, trashed__isnull=True)),
        trashed=Count("id", filter=Q(is_folder=False, trashed__isnull=False)),
    )
    size = Revision.objects.filter(entry__space_id=space.id).aggregate(size=Sum("size"))["size"] or 0
    return Kept(size=size, **counts)


def spaces_that_may_come_back(instance: ProductInstance) -> QuerySet[Space]:
    """Own folders of people who were removed and can be brought back: nothing in them ages meanwhile."""
    away = Leaving.objects.filter(organization_id=instance.organization_id, state__in=("going", "gone", "coming_back"))
    return Space.objects.filter(instance_id=instance.id, person_id__in=away.values("membership__person_id"))


def instance_of(key: str) -> ProductInstance:
    """The drive a question is about."""
    return ProductInstance.objects.get(id=UUID(key.split(":", 1)[1]))


def receivers_for(_actor: Actor, membership: Membership, key: str, words: str) -> QuerySet[Membership]:
    """Members who could take the folder over, by words of their name or login."""
    instance = instance_of(key)
    found = (
        members_who_reach(instance, USE)
        .filter(organization_id=membership.organization_id, person__is_active=True)
        .exclude(id=membership.id)
        .select_related("person")
    )
    return found_by(found, words).order_by("person__family_name", "person__given_name", "id")


def receiver_in(actor: Actor, membership: Membership, key: str, receiver_id: str) -> Membership:
    """The member who takes the folder over, as long as they can."""
    found = receivers_for(actor, membership, key, "").filter(id=read_id(receiver_id)).first()
    if found is None:
        raise Refused(
            "wrong_receiver",
            _("The files go to another member who can open the drive."),
            way_out=_("Choose somebody from the list."),
        )
    return found


def place_in(membership: Membership, key: str, space_id: str) -> Space:
    """The organization folder the files go to."""
    commons = Space.objects.filter(
        organization_id=membership.organization_id, instance_id=instance_of(key).id, kind=Space.Kind.COMMON
    )
    found = commons.filter(id=read_id(space_id)).select_related("root").first()
    if found is None:
        raise Refused(
            "wrong_place",
            _("There is no such organization folder in this drive."),
            way_out=_("Choose one from the list."),
        )
    return found


def check_folder(actor: Actor, membership: Membership, key: str, choice: Choice) -> None:
    """Raise where a choice about an own folder cannot work, before anything is done.

    Bytes are charged to the drive and stay charged to it, so a hand-over needs no new room; levels it does need.
    """
    if choice["fate"] == "hand_over":
        receiver_in(actor, membership, key, choice.get("receiver", ""))
    elif choice["fate"] == "organization_folder":
        place_in(membership, key, choice.get("place", ""))
    else:
        return
    for space in own_spaces(membership).filter(instance_id=instance_of(key).id):
        must_fit_below(space)


def must_fit_below(space: Space) -> None:
    """A hand-over puts one more folder above everything."""
    below = rows.descendants(space.root_id) if space.root_id else []
    levels = (below[-1].depth if below else 0) + 1
    if levels > MAX_DEPTH:
        raise Refused(
            "too_deep",
            _("With one more folder around them, these files would lie %(levels)s levels deep; the limit is %(limit)s.")
            % {"levels": levels, "limit": MAX_DEPTH},
            way_out=_("Have the deepest folders moved further up first, or choose something else."),
        )


def name_for(leaver: Person) -> str:
    """What the folder with a leaver's files is called."""
    name = leaver.name.replace("/", " ").replace("\\", " ").strip(" .")[:80] or leaver.login
    return _("From %(person)s") % {"person": name}


def _question(space: Space, kept: Kept) -> Question:
    places = Space.objects.filter(instance_id=space.instance_id, kind=Space.Kind.COMMON).order_by("name")
    size = filesizeformat(kept.size)
    files = ngettext("%(n)s file", "%(n)s files", kept.files) % {"n": kept.files}
    lines = [(_("My folder"), files)]
    if kept.folders:
        lines.append(
            (_("Folders in it"), ngettext("%(n)s folder", "%(n)s folders", kept.folders) % {"n": kept.folders})
        )
    if kept.trashed:
        trashed = ngettext("%(n)s file", "%(n)s files", kept.trashed) % {"n": kept.trashed}
        lines.append((_("Trash: stays hidden, and is erased after the 30 days"), trashed))
    lines.append((_("All versions together"), size))
    return Question(
        key=f"{FOLDER}:{space.instance_id.hex}",
        title=space.instance.name,
        icon="folder",
        summary=_("%(size)s in My folder, %(files)s") % {"size": size, "files": files},
        lines=tuple(lines),
        options=_options(tuple((str(place.id), place.name) for place in places)),
        default="hand_over",
    )


def _options(places: tuple[tuple[str, str], ...]) -> tuple[Option, ...]:
    hand_over = Option(
        "hand_over",
        _("Hand over to a member"),
        _("Everything goes into one folder, named after the person who leaves, in the member's own folder."),
        outcome=_("Handed over"),
        note=_("My folder goes to %(target)s, in a folder named after the person who leaves"),
        picks="member",
    )
    move = Option(
        "organization_folder",
        _("Move to an organization folder"),
        _("Everybody who opens that folder finds the files there."),
        outcome=_("Moved"),
        note=_("My folder goes to the organization folder %(target)s"),
        picks="place",
        places=places,
    )
    delete = Option(
        "delete",
        _("Delete"),
        _("The files are hidden at once and erased for good after 30 days. Until then you can undo it."),
        outcome=_("Deleted"),
        note=_("My folder is hidden now and erased for good after 30 days"),
        loses=True,
    )
    return (hand_over, move, delete) if places else (hand_over, delete)
