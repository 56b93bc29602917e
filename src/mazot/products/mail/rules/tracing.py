# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the log of an address says of a letter: where it stands, and why."""

DELIVERED, DEFERRED, REJECTED, SENT, REDIRECTED, DISCARDED, BOUNCED = (
    "delivered",
    "deferred",
    "rejected",
    "sent",
    "redirected",
    "discarded",
    "bounced",
)
STATUSES = (DELIVERED, DEFERRED, REJECTED, SENT, REDIRECTED, DISCARDED, BOUNCED)

# Why: one word for each, whose sentence is made when somebody reads it.
OVER_QUOTA = "over_quota"
GREYLISTED = "greylisted"
RULE = "rule"
SPAM = "spam"
UNREACHABLE = "unreachable"  # no host of the domain could be talked to
REFUSED = "refused"  # by the other side, with its own words
EXPIRED = "expired"
NO_MAIL = "no_mail"  # the domain says that it takes none
UNKNOWN = "unknown"  # there is no such domain
RULE_FAILED = "rule_failed"  # a filter went wrong, and the letter lies in the inbox
VIRUS = "virus"
FORGED = "forged"  # its author's domain asks that it be refused
LIMIT = "daily_limit"  # the address has written to as many people as it may in a day
UNSAFE = "unsafe"  # the domain asks for servers that prove who they are, and none did
REASONS = (
    OVER_QUOTA,
    GREYLISTED,
    RULE,
    SPAM,
    UNREACHABLE,
    REFUSED,
    EXPIRED,
    NO_MAIL,
    UNKNOWN,
    RULE_FAILED,
    VIRUS,
    FORGED,
    LIMIT,
    UNSAFE,
)
