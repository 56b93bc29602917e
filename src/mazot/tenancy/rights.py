# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rights as values, the one question `require`, the one door `@action`, and the path that explains an answer.

A product declares its rights; a manager grants those that are `grantable`. A right that depends on the thing itself
(may this person write in this folder?) names the grantable right it lives `within` and a `check`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from django.utils.functional import Promise

from mazot.foundation.errors import NotAllowed, NotFound
from mazot.foundation.transactions import one_transaction
from mazot.tenancy.actor import Actor
from mazot.tenancy.models.organizations import Organization


@dataclass(frozen=True, slots=True)
class Right:
    """One thing a person may do. `sentence` is what a manager reads."""

    key: str  # "drive.use"
    sentence: str | Promise
    grantable: bool = True
    to_write: bool = True
    within: "Right | None" = None
    check: Callable[[Actor, Any], bool] | None = None
    own_grant_wins: bool = False  # a grant to the member hides what their teams have on the same product (Drive)
    organization_wide: bool = False  # held through the role alone, no product instance behind it
    roles: frozenset[str] = frozenset()  # for organization-wide rights: who holds it
    delegable: bool = False  # a user manager holds it too, towards those whom they may touch
    scopes: frozenset[str] = frozenset()  # for organization-wide rights: the token scopes of which any opens it

    @property
    def product(self) -> str:
        return self.key.split(".", 1)[0]

    @property
    def root(self) -> "Right":
        """The grantable right at the bottom of this one."""
        return self.within.root if self.within else self


@dataclass(frozen=True, slots=True)
class Path:
    """One reason why somebody holds a right: through a role, a grant, a category, or a team."""

    through: str  # "role", "delegation", "grant", "category", "self", "system"
    holder: str = ""  # "member" or the team's name
    team_id: UUID | None = None
    grant_id: UUID | None = None


def require(actor: Actor, right: Right, subject: Any) -> None:
    """Raise unless the actor holds the right on the subject: NotFound for another organization, else NotAllowed."""
    from mazot.tenancy.queries.rights import holds

    if not isinstance(actor, Actor):
        raise TypeError("a deed needs an actor")
    if actor.is_system:
        return
    if not _same_organization(actor, subject):
        raise NotFound("not_found")
    if not in_scope(actor, right):
        raise NotAllowed("scope", right.sentence, right=right.key)
    if not holds(actor, right.root, subject):
        raise NotAllowed("right_missing", right.sentence, right=right.key)
    if right.check is not None and not right.check(actor, subject):
        raise NotAllowed("right_missing", right.sentence, right=right.key)


def in_scope(actor: Actor, right: Right) -> bool:
    """Whether the actor's credential opens this right at all, whatever the person may do otherwise.

    An organization-wide right is opened only by the scopes it names, so that no scope is a master key by its name.
    """
    scopes = right.scopes if right.organization_wide else {right.product}
    return "*" in actor.scopes or any(actor.opens(scope, to_write=right.to_write) for scope in scopes)


def _same_organization(actor: Actor, subject: Any) -> bool:
    owner = subject.id if isinstance(subject, Organization) else getattr(subject, "organization_id", None)
    if owner is None:
        raise TypeError(f"{type(subject).__name__} does not say which organization it belongs to")
    return bool(owner == actor.organization_id)


P = ParamSpec("P")
S = TypeVar("S")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Verb:
    """One registered deed, for the permission table and docs/map.md."""

    name: str
    module: str
    needs: Right | None
    sentence: str


ACTIONS: dict[str, Verb] = {}


def action(
    *, needs: Right | None
) -> Callable[[Callable[Concatenate[Actor, S, P], R]], Callable[Concatenate[Actor, S, P], R]]:
    """Make a write: one transaction, refused unless the actor holds the right on the subject.

    `needs=None` is for deeds of a person on their own account, which check the person themselves.
    """

    def decorate(verb: Callable[Concatenate[Actor, S, P], R]) -> Callable[Concatenate[Actor, S, P], R]:
        @wraps(verb)
        def act(actor: Actor, subject: S, /, *args: P.args, **details: P.kwargs) -> R:
            if not isinstance(actor, Actor):
                raise TypeError(f"{verb.__name__} needs an actor")
            with one_transaction():
                if needs is not None:
                    require(actor, needs, subject)
                return verb(actor, subject, *args, **details)

        name = f"{verb.__module__}.{verb.__qualname__}"
        ACTIONS[name] = Verb(verb.__name__, verb.__module__, needs, (verb.__doc__ or "").strip().split("\n")[0])
        return act

    return decorate
