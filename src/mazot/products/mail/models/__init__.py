# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.products.mail.models.addresses import Address, DevicePassword, Invited, Redirection, Sharing
from mazot.products.mail.models.domains import Service, SigningKey
from mazot.products.mail.models.filters import Remembered, Reply, Script
from mazot.products.mail.models.index import Indexed, Indexing, Kept, Word
from mazot.products.mail.models.metadata import Metadata
from mazot.products.mail.models.outgoing import Outgoing, Recipient, Trace
from mazot.products.mail.models.protection import Caller, Lesson, Taught, TaughtWord
from mazot.products.mail.models.stores import (
    Expunged,
    Mailbox,
    Message,
    Placement,
    Store,
    Thread,
    ThreadReference,
)
from mazot.products.mail.models.subscriptions import Subscription
from mazot.products.mail.models.transfers import Health, Transfer
from mazot.products.mail.models.transport import TransportPolicy

__all__ = [
    "Address",
    "Caller",
    "DevicePassword",
    "Expunged",
    "Health",
    "Indexed",
    "Indexing",
    "Invited",
    "Kept",
    "Lesson",
    "Mailbox",
    "Message",
    "Metadata",
    "Outgoing",
    "Placement",
    "Recipient",
    "Redirection",
    "Remembered",
    "Reply",
    "Script",
    "Service",
    "Sharing",
    "SigningKey",
    "Store",
    "Subscription",
    "Taught",
    "TaughtWord",
    "Thread",
    "ThreadReference",
    "Trace",
    "Transfer",
    "TransportPolicy",
    "Word",
]
