# SPDX-License-Identifier: AGPL-3.0-or-later
"""Resumable uploads from the browser: tus 1.0.0 at `/upload/drive` for whoever is signed in there.

`POST` announces a file, `PATCH` brings its bytes from an offset on, `HEAD` says how many are safe, `DELETE` forgets it.
Metadata: `parent` (id of the folder), `name`, `folders` (path of a dropped folder, made below the parent), `type`,
`modified` (milliseconds since 1970), `replaces` (`1`: a new version of the file of that name; else both are kept).
The bytes of a finished upload are a file of Drive; the answer names it in `Mazot-Entry`, and so does every later `HEAD`
until the upload is forgotten, so that a client which lost the last answer does not send the file twice.
"""

from mazot.heads.tus.door import app

__all__ = ["app"]
