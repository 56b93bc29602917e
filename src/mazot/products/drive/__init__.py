# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drive: an organization's files, one tree for the browser, for WebDAV and later for every other door.

Nouns: drive (a product instance), space (one person's folder or one organization folder), entry (a name in a place:
folder or file), revision (one content of a file in time), trashing (a deletion that can be undone), change (one line
of a space's log), lock and dead property (what WebDAV clients leave), upload (a file on its way in).
Invariants: an entry belongs to one space and one parent for as long as it lives there; names are NFC, unique in their
folder, with their case kept; a file's current content is its newest revision; the mtime a client sees never goes back
on a rewrite; every byte a revision holds is charged to the drive; an entry in the trash is nowhere else.
Publishes: EntryAdded, EntryRewritten, EntryMoved, EntryCopied, EntryTrashed, EntryRestored, EntryErased.
"""
