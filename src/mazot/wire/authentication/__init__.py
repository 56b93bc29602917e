# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who vouches for a letter: SPF, DMARC and how the results are written; names are asked through what is given."""
