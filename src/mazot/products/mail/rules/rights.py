# SPDX-License-Identifier: AGPL-3.0-or-later
"""The rights of a person on one address, as bits: the twelve switches a manager sees, and reading itself.

A sharing always lets its person read, unless `LOOK_ONLY` is on, which lets them read and change nothing.
"""

from enum import IntFlag


class AddressRight(IntFlag):
    """One switch; their order is the order on the page."""

    DEVICES = 1  # make device passwords of their own
    REPLIES = 2  # the automatic reply
    SIGNATURES = 4
    REDIRECTIONS = 8
    ALIASES = 16
    LOG = 32  # what was sent and received, hop by hop
    RESTORE = 64
    FILTERS = 128  # spam and the other filters
    RULES = 256  # sorting
    FOLDERS = 512  # which folder is the one for drafts, sent, junk, trash, archive
    SENDERS = 1024  # approved and blocked senders
    SEND = 2048
    LOOK_ONLY = 4096  # reads, and moves, marks and deletes nothing


EVERYTHING = AddressRight(4095)
