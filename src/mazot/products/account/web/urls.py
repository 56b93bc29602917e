# SPDX-License-Identifier: AGPL-3.0-or-later
from django.urls import path

from mazot.products.account.web.views import (
    activity,
    app_passwords,
    closing,
    compromised,
    identifier,
    pages,
    photos,
    sessions,
    teams,
    tokens,
)

app_name = "account"

urlpatterns = [
    path("", pages.home, name="home"),
    path("profile", pages.profile, name="profile"),
    path("photo", photos.choose, name="photo-choose"),
    path("photo/<uuid:person_id>/<str:digest>", photos.show, name="photo"),
    path("compromised", compromised.guide, name="compromised"),
    path("identifier", identifier.ask, name="identifier"),
    path("identifier/drop", identifier.drop, name="identifier-drop"),
    path("identifier/confirm/<str:token>", identifier.confirm, name="identifier-confirm"),
    path("identifier/undo/<str:token>", identifier.undo, name="identifier-undo"),
    path("close", closing.close, name="close"),
    path("reopen/<str:token>", closing.reopen, name="reopen"),
    path("appearance", pages.appearance, name="appearance"),
    path("notices", pages.notices, name="notices"),
    path("memberships", pages.memberships, name="memberships"),
    path("teams", teams.overview, name="teams"),
    path("teams/<uuid:team_id>/leave", teams.leave, name="team-leave"),
    path("switch", pages.switch, name="switch"),
    path("application-passwords", app_passwords.overview, name="app-passwords"),
    path("application-passwords/new", app_passwords.make, name="app-password-new"),
    path("application-passwords/revoke", app_passwords.revoke_all, name="app-passwords-revoke"),
    path("application-passwords/<uuid:app_password_id>/revoke", app_passwords.revoke, name="app-password-revoke"),
    path("tokens", tokens.overview, name="tokens"),
    path("tokens/<uuid:token_id>/revoke", tokens.revoke, name="token-revoke"),
    path("sessions", sessions.overview, name="sessions"),
    path("sessions/end", sessions.end_others, name="sessions-end"),
    path("sessions/<int:session_id>/end", sessions.end, name="session-end"),
    path("activity", activity.own, name="activity"),
    path("logins", sessions.logins, name="logins"),
]
