# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mail service has without a plan that says otherwise."""

ADDRESSES = 5  # real ones of a new service
MOST_ADDRESSES = 10_000
ADDRESSES_A_DAY = 50
ALIASES_OF_AN_ADDRESS = 100
FREE_FOR_EACH_REAL = 20  # redirect-only addresses and aliases together, for each real one of the quota
TARGETS = 10
PEOPLE_OF_AN_ADDRESS = 200
DAYS_IN_THE_BIN = 30
LONGEST_NAME = 120
ROWS_OF_A_SHEET = 500
