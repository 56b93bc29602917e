# SPDX-License-Identifier: AGPL-3.0-or-later
from dataclasses import dataclass

from mazot.foundation.facts import Fact


@dataclass(frozen=True, slots=True)
class TenancyFact(Fact):
    product = "tenancy"
