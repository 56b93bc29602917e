# SPDX-License-Identifier: AGPL-3.0-or-later
"""ManageSieve (RFC 5804): mail programs read and write the filters of an address."""
