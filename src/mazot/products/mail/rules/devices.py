# SPDX-License-Identifier: AGPL-3.0-or-later
"""Device passwords: how many there may be, and how patient their door is."""

from mazot.tenancy.rules.pace import FREE_OF_A_NAME_AT_AN_ADDRESS, FREE_OF_AN_ADDRESS, Patience

DEVICES_OF_AN_ADDRESS = 100
LONGEST_NAME = 80
# By itself: a telephone that goes on with an old password must not slow its owner at the web's door (mission AC2).
OF_DEVICES = Patience("mail", FREE_OF_AN_ADDRESS, FREE_OF_A_NAME_AT_AN_ADDRESS)
