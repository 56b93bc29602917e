# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a change of grants or of a team would give and take, before anybody does it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from mazot.tenancy.actor import Held
from mazot.tenancy.catalogue import offers
from mazot.tenancy.models import Grant, Membership, ProductInstance, Team, TeamMember
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.access import AccessLine, Holder
from mazot.tenancy.queries.rights import EVERYTHING, reaching
from mazot.tenancy.rights import Right

NOT_YET = Grant().id  # stands for a grant that is only thought of
Change = Callable[[Sequence[Held]], list[Held]]


@dataclass(frozen=True, slots=True)
class Effect:
    """One right on one product (none: the products of this kind to come), with who gains and who loses it."""

    product: str
    instance: ProductInstance | None
    right: Right
    gained: list[Membership] = field(default_factory=list)
    lost: list[Membership] = field(default_factory=list)


def effects_of_access(holder: Holder, lines: Iterable[AccessLine]) -> list[Effect]:
    """What the holder, or each member of the team, would gain and lose with exactly these grants."""
    is_member = isinstance(holder, Membership)
    team_id, name = (None, "") if isinstance(holder, Membership) else (holder.id, holder.name)
    thought = [Held(line.product, line.instance_id, line.rights, NOT_YET, team_id, name) for line in lines]
    members = [holder] if isinstance(holder, Membership) else members_of(holder)

    def change(held: Sequence[Held]) -> list[Held]:
        return [one for one in held if (one.team_id is not None if is_member else one.team_id != team_id)] + thought

    return _effects(holder.organization_id, members, change)


def effects_of_leaving(team: Team, members: Iterable[Membership]) -> list[Effect]:
    """What these members would lose, or sometimes gain, without the team."""
    return _effects(team.organization_id, members, lambda held: [one for one in held if one.team_id != team.id])


def members_of(team: Team) -> list[Membership]:
    return list(Membership.objects.filter(teams__team=team, removed_at__isnull=True).select_related("person"))


def _effects(organization_id: object, members: Iterable[Membership], change: Change) -> list[Effect]:
    live = ProductInstance.objects.filter(organization_id=organization_id, ended_at__isnull=True)
    found = {
        (instance.id if instance else None, right.key): Effect(offered.key, instance, right)
        for offered in offers()
        for right in offered.rights
        if right.grantable
        for instance in [None, *(one for one in live if one.product == offered.key)]
    }
    # Those whom a role gives everything gain and lose nothing; many others have the very same grants.
    let_in = [one for one in members if one.blocked_at is None and one.role in (Role.COLLABORATOR, Role.EXTERNAL)]
    for held, alike in _alike(let_in):
        after = change(held)
        for (instance_id, _key), effect in found.items():
            had, will_have = (_has(some, effect.right, instance_id) for some in (held, after))
            if had != will_have:
                (effect.gained if will_have else effect.lost).extend(alike)
    effects = [effect for effect in found.values() if effect.gained or effect.lost]
    return sorted(effects, key=lambda one: (one.product, one.instance is not None, str(one.instance), one.right.key))


def _has(held: Sequence[Held], right: Right, instance_id: object) -> bool:
    return any(one.rights & {EVERYTHING, right.key} for one in reaching(held, right, instance_id))  # type: ignore[arg-type]


def _alike(members: Sequence[Membership]) -> Iterable[tuple[list[Held], list[Membership]]]:
    """The members by what they hold: each combination once."""
    ids = [member.id for member in members]
    places: dict[object, list[object]] = {}
    for start in range(0, len(ids), 900):  # below what one statement of any database takes
        rows = TeamMember.objects.filter(membership_id__in=ids[start : start + 900])
        for membership_id, team_id in rows.order_by("team_id").values_list("membership_id", "team_id"):
            places.setdefault(membership_id, []).append(team_id)
    given: dict[object, list[Held]] = {}
    organization_id = members[0].organization_id if members else None
    rows_of_grants = Grant.objects.filter(organization_id=organization_id).order_by("product", "instance_id", "id")
    for product, instance_id, rights, grant_id, membership_id, team_id, name in rows_of_grants.values_list(
        "product", "instance_id", "rights", "id", "membership_id", "team_id", "team__name"
    ):
        held = Held(product, instance_id, frozenset(rights), grant_id, team_id, name or "")
        given.setdefault(membership_id or team_id, []).append(held)
    groups: dict[object, tuple[list[Held], list[Membership]]] = {}
    for member in members:
        own, teams = given.get(member.id, []), places.get(member.id, [])
        key = (tuple((one.product, one.instance_id, one.rights) for one in own), tuple(teams))
        if key not in groups:
            groups[key] = ([*own, *(one for team in teams for one in given.get(team, []))], [])
        groups[key][1].append(member)
    return groups.values()
