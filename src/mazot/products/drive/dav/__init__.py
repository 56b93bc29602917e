# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drive as WebDAV clients see it: a person's own folder is the address itself, the organization's folders lie in one
reserved folder beside its content. A password limited to a folder resolves nothing outside of it.
"""

from mazot.products.drive.dav.tree import DriveTree

__all__ = ["DriveTree"]
