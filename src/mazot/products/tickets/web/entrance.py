# SPDX-License-Identifier: AGPL-3.0-or-later
"""What strangers reach: the shop below /shop/, the gate below /gate/."""

urlpatterns: list[object] = []
