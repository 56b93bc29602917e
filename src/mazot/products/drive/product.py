# SPDX-License-Identifier: AGPL-3.0-or-later
from django.utils.translation import gettext_lazy as _

from mazot.exchange.facts import drive as facts
from mazot.exchange.product import Every, Feature, Limit, Live, Place, Product, Removal, Storage
from mazot.products.drive import jobs
from mazot.products.drive.actions.drives import open_drive
from mazot.products.drive.actions.furnish_demo import furnish_demo
from mazot.products.drive.actions.leaving import (
    bring_folder_back,
    forget_person,
    hand_over_folder,
    keep_folder_as_it_is,
    keep_names,
    release_locks,
)
from mazot.products.drive.actions.moving import move_drive
from mazot.products.drive.dav import DriveTree
from mazot.products.drive.models import Entry, Lock, Revision, Space, Trashing, Upload
from mazot.products.drive.queries.leaving import FOLDER, ask_about_folders, check_folder, receivers_for
from mazot.products.drive.queries.live import may_listen, topics_of
from mazot.products.drive.queries.spaces import ACCOUNT
from mazot.products.drive.queries.storage import bytes_by_holder, digests_in_use
from mazot.products.drive.rights import MANAGE, READ, USE, WRITE
from mazot.products.drive.rules.limits import DEFAULTS
from mazot.tenancy.catalogue import Move

ENTRY_FACTS = (
    facts.EntryAdded,
    facts.EntryRewritten,
    facts.EntryMoved,
    facts.EntryCopied,
    facts.EntryTrashed,
    facts.EntryRestored,
    facts.EntryErased,
)

DRIVE = Product(
    key="drive",
    title=_("Drive"),
    icon="folder",
    rights=(USE, MANAGE, READ, WRITE),
    order=20,
    use=USE,
    home="drive:home",
    urls="mazot.products.drive.web.urls",
    navigation=(
        Place("drive:home", _("My folder"), icon="user-round", needs=USE),
        Place("drive:recent", _("Recent"), icon="clock", needs=USE),
        Place("drive:search", _("Search files"), icon="search", needs=USE),
        Place("drive:trash", _("Trash"), icon="trash-2", needs=USE),
        Place("drive:connect", _("Connect a device"), icon="monitor-smartphone", needs=USE),
    ),
    facts=(*ENTRY_FACTS, facts.CommonFolderOpened, facts.CommonFolderRenamed, facts.CommonFolderClosed),
    live=tuple(Live(fact, topics_of) for fact in ENTRY_FACTS),
    may_listen=may_listen,
    storage=(Storage(ACCOUNT, digests_in_use=digests_in_use, bytes_by_holder=bytes_by_holder),),
    removal=(
        Removal(
            FOLDER,
            _("Drive files"),
            {Space: "hand_over"},
            act=hand_over_folder,
            undo=bring_folder_back,
            purge=keep_folder_as_it_is,
            ask=ask_about_folders,
            check=check_folder,
            receivers=receivers_for,
        ),
        Removal(
            "drive.traces",
            _("Locks, uploads and names in Drive"),
            {
                Entry: "keep_without_name",
                Revision: "keep_without_name",
                Trashing: "keep_without_name",
                Lock: "erase",
                Upload: "erase",
            },
            act=release_locks,
            undo=keep_names,
            purge=forget_person,
        ),
    ),
    jobs=(jobs.purge_trash, jobs.prune_revisions, jobs.sweep_locks, jobs.expire_uploads),
    schedule=(
        Every(jobs.purge_trash, minutes=60),
        Every(jobs.prune_revisions, minutes=360),
        Every(jobs.sweep_locks, minutes=30),
        Every(jobs.expire_uploads, minutes=60),
    ),
    features=(Feature("webdav", _("Files through WebDAV, for other programs and devices")),),
    limits=(
        Limit("storage_bytes", _("Storage"), unit="bytes", default=DEFAULTS["storage_bytes"]),
        Limit("trash_days", _("Days in the trash"), unit="days", default=DEFAULTS["trash_days"]),
        Limit("revisions", _("Versions of a file"), unit="versions", default=DEFAULTS["revisions"]),
        Limit("revision_days", _("Days a version is kept"), unit="days", default=DEFAULTS["revision_days"]),
    ),
    dav=DriveTree,
    search="drive:search",
    open_instance=open_drive,
    move_instance=Move(move_drive, carries=(USE,)),
    demo=furnish_demo,
)
