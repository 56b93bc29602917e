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
OVER_QUOTA, GREYLISTED, RULE, SPAM, UNREACHABLE, REFUSED, EXPIRED, NO_MAIL, UNKNOWN, RULE_FAILED, VIRUS, FORGED = (
    "over_quota",
    "greylisted",
    "rule",
    "spam",
    "unreachable",  # no host of the domain could be talked to
    "refused",  # by the other side, with its own words
    "expired",
    "no_mail",  # the domain says that it takes none
    "unknown",  # there is no such domain
    "rule_failed",  # a filter went wrong, and the letter lies in the inbox
    "virus",
    "forged",  # its author's domain asks that it be refused
)
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
)
