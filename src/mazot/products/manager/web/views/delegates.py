# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mazot.products.manager.web.views.frame import attempt, needing
from mazot.tenancy.actions.user_managers import end_user_manager, name_user_manager
from mazot.tenancy.manage import NAME_USER_MANAGERS
from mazot.tenancy.queries.people import member_for


@needing(NAME_USER_MANAGERS)
@require_POST
def user_manager(request: Any, membership_id: UUID) -> HttpResponse:
    """Entrust a collaborator with people (`on`), or end it."""
    member = member_for(request.actor, membership_id)
    name = {"name": member.person.name}
    if request.POST.get("on"):
        deed, said = name_user_manager, _("%(name)s looks after people now: collaborators and externals.") % name
    else:
        deed, said = end_user_manager, _("%(name)s no longer looks after people.") % name
    back = reverse("manager:person", args=[membership_id])
    return attempt(request, lambda: deed(request.actor, member), said=said, back=back)
