# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this door can do, as it says itself: a name stands here when the commands behind it work."""

# ENABLE and IDLE already here: imaplib never asks again after it has logged in.
ALWAYS = (b"IMAP4rev1", b"IMAP4rev2", b"LITERAL+", b"SASL-IR", b"ID", b"ENABLE", b"IDLE")
# RFC 3501 and RFC 9051 let a server say more once somebody is in: it is what a stranger need not know.
ENTERED = tuple(
    b"NAMESPACE UNSELECT UIDPLUS MOVE CHILDREN LIST-EXTENDED LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE "
    b"SORT SORT=DISPLAY ESORT THREAD=ORDEREDSUBJECT THREAD=REFERENCES "
    b"STATUS=SIZE ESEARCH SEARCHRES WITHIN CONDSTORE QRESYNC MULTIAPPEND BINARY OBJECTID SAVEDATE PREVIEW QUOTA "
    b"QUOTA=RES-STORAGE METADATA NOTIFY UTF8=ACCEPT COMPRESS=DEFLATE".split()
)
APPEND_LIMIT = 50 * 1024 * 1024  # bytes of one message
CAN_BE_ENABLED = frozenset((b"CONDSTORE", b"QRESYNC", b"UTF8=ACCEPT", b"IMAP4REV2"))


def capabilities(*, has_entered: bool, offers_tls: bool, may_log_in: bool, is_deflated: bool = False) -> bytes:
    """The list, as CAPABILITY and the greeting tell it."""
    names = [*ALWAYS]
    if has_entered:
        names += [name for name in ENTERED if not (is_deflated and name == b"COMPRESS=DEFLATE")]
        names.append(b"APPENDLIMIT=%d" % APPEND_LIMIT)
    else:
        names += [b"STARTTLS"] if offers_tls else []
        names.append(b"AUTH=PLAIN" if may_log_in else b"LOGINDISABLED")
    return b" ".join((b"CAPABILITY", *names))
