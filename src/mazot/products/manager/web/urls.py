# SPDX-License-Identifier: AGPL-3.0-or-later
from django.urls import path

from mazot.products.manager.web.views import (
    access,
    activity,
    delegates,
    invitations,
    organization,
    people,
    removal,
    security,
    teams,
)

app_name = "manager"

urlpatterns = [
    path("", people.home, name="home"),
    path("people", people.people, name="people"),
    path("people/invite", invitations.invite, name="invite"),
    path("people/<uuid:membership_id>", people.person, name="person"),
    path("people/<uuid:membership_id>/role", people.role_of, name="role"),
    path("people/<uuid:membership_id>/user-manager", delegates.user_manager, name="user-manager"),
    path("people/<uuid:membership_id>/block", people.block, name="block"),
    path("people/<uuid:membership_id>/unblock", people.unblock, name="unblock"),
    path("people/removed", removal.removed, name="removed"),
    path("people/removed/<uuid:leaving_id>/undo", removal.undo, name="removal-undo"),
    path("people/<uuid:membership_id>/remove", removal.remove, name="remove"),
    path("people/<uuid:membership_id>/restore", people.restore, name="restore"),
    path("people/<uuid:membership_id>/access", access.give_to_member, name="person-access"),
    path("people/<uuid:membership_id>/access/<uuid:grant_id>/take", access.take_from_member, name="person-take"),
    path("invitations/<uuid:invitation_id>/again", invitations.again, name="invitation-again"),
    path("invitations/<uuid:invitation_id>/revoke", invitations.revoke, name="invitation-revoke"),
    path("teams", teams.teams, name="teams"),
    path("teams/<uuid:team_id>", teams.team, name="team"),
    path("teams/<uuid:team_id>/members", teams.put_in, name="team-members"),
    path("teams/<uuid:team_id>/members/<uuid:membership_id>/take", teams.take_out, name="team-member-take"),
    path("teams/<uuid:team_id>/access", access.give_to_team, name="team-access"),
    path("teams/<uuid:team_id>/access/<uuid:grant_id>/take", access.take_from_team, name="team-take"),
    path("teams/<uuid:team_id>/remove", teams.remove, name="team-remove"),
    path("organization", organization.details, name="organization"),
    path("activity", activity.activity, name="activity"),
    path("activity/export", activity.export, name="activity-export"),
    path("security", security.security, name="security"),
    path("security/alert", security.alert, name="security-alert"),
    path("security/leave/<uuid:organization_id>", security.leave_instead, name="security-leave"),
    path("organization/leave", organization.leave, name="organization-leave"),
    path("organizations/new", organization.new, name="organization-new"),
]
