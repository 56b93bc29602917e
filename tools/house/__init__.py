# SPDX-License-Identifier: AGPL-3.0-or-later
"""The house rules as classes: each has a sentence, specimens that break it and specimens that keep it."""
