# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.products.drive.models.davs import DeadProperty, Lock
from mazot.products.drive.models.entries import Change, Entry, Revision, Space, Trashing
from mazot.products.drive.models.uploads import Upload

__all__ = ["Change", "DeadProperty", "Entry", "Lock", "Revision", "Space", "Trashing", "Upload"]
