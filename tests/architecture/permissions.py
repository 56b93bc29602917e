# SPDX-License-Identifier: AGPL-3.0-or-later
"""The permission table: who of the cast may do what. A right, a deed or an address that is missing here fails.

Basil has left Mimosa and belongs nowhere else; Otto belongs to Rival. What is about Mimosa is absent for both.
"""

MANAGERS = "olive adam"
STAFF = "olive adam malik"
MEMBERS = "olive adam malik gaia"

# Who holds each right that a deed asks for: on Mimosa, on its drive, on a file of an organization folder.
RIGHTS = {
    "organization.belong": MEMBERS,
    "organization.details": MANAGERS,
    "organization.people": MANAGERS,
    "organization.products": MANAGERS,
    "organization.representatives": "olive",
    "organization.user_managers": MANAGERS,
    "organization.directory": STAFF,
    "organization.activity": MANAGERS,
    "drive.use": MEMBERS,
    "drive.manage": MANAGERS,
    "drive.read": STAFF,
    "drive.write": STAFF,
}

# Deeds without a right: each checks by itself that the actor is the person concerned, or the system.
OF_ONESELF = {
    "accept_invitation",
    "close_account",
    "create_organization",
    "decline_invitation",
    "make_app_password",
    "replace_second_factor",
    "revoke_app_password",
    "revoke_every_app_password",
    "set_appearance",
    "set_language",
    "set_notices",
    "set_password",
    "set_profile",
    "switch_organization",
}
OF_THE_SYSTEM = {"offer_plan", "register_person"}

# Addresses that strangers open too.
PUBLIC = {
    "account_confirm_email",
    "account_email_verification_sent",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_signup",
    "invitation",
    "mfa_login_webauthn",
    "set_language",
}

# Addresses that show a signed-in person what is theirs, whichever organization they are in.
PERSONAL = {
    "account:app-password-new",
    "account:app-password-revoke",
    "account:app-passwords",
    "account:app-passwords-revoke",
    "account:appearance",
    "account:home",
    "account:logins",
    "account:memberships",
    "account:notices",
    "account:profile",
    "account:session-end",
    "account:sessions",
    "account:sessions-end",
    "account:switch",
    "account_change_password",
    "manager:organization-leave",
    "manager:organization-new",
    "manager:security-leave",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
}

# Addresses of an organization: who gets an answer. Those about no single thing show each member their own view.
EVERY_MEMBER = f"{MEMBERS} otto"
ADDRESSES = {
    "front-door": EVERY_MEMBER,
    "drive:connect": EVERY_MEMBER,
    "drive:copy": EVERY_MEMBER,
    "drive:home": EVERY_MEMBER,
    "drive:move": EVERY_MEMBER,
    "drive:recent": EVERY_MEMBER,
    "drive:search": EVERY_MEMBER,
    "drive:trash": EVERY_MEMBER,
    "drive:trash-empty": EVERY_MEMBER,
    "drive:trash-erase": EVERY_MEMBER,
    "drive:trash-put": EVERY_MEMBER,
    "drive:trash-restore": EVERY_MEMBER,
    "drive:zip": EVERY_MEMBER,
    "manager:home": f"{MANAGERS} otto",
    "manager:invitation-again": MANAGERS,
    "manager:invitation-revoke": MANAGERS,
    "manager:invite": f"{MANAGERS} otto",
    "manager:block": MANAGERS,
    "manager:organization": f"{MANAGERS} otto",
    "manager:people": f"{MANAGERS} otto",
    "manager:person": MANAGERS,
    "manager:person-access": MANAGERS,
    "manager:person-take": MANAGERS,
    "manager:remove": MANAGERS,
    "manager:restore": f"{MANAGERS} otto",
    "manager:role": MANAGERS,
    "manager:security": f"{MANAGERS} otto",
    "manager:security-alert": f"{MANAGERS} otto",
    "manager:team": MANAGERS,
    "manager:team-access": MANAGERS,
    "manager:team-member-take": MANAGERS,
    "manager:team-members": MANAGERS,
    "manager:team-remove": MANAGERS,
    "manager:team-take": MANAGERS,
    "manager:teams": f"{MANAGERS} otto",
    "manager:unblock": MANAGERS,
    "manager:user-manager": MANAGERS,
    "drive:choose": STAFF,
    "drive:content": STAFF,
    "drive:details": STAFF,
    "drive:download": STAFF,
    "drive:file": STAFF,
    "drive:folder": STAFF,
    "drive:new-folder": STAFF,
    "drive:rename": STAFF,
    "drive:revision": STAFF,
    "drive:revision-restore": STAFF,
    "drive:rows": STAFF,
    "drive:taken": STAFF,
    "drive:upload": STAFF,
}

# What opens for a collaborator besides, once they are a user manager: the rights, and the addresses of the manager.
OF_A_USER_MANAGER = {"organization.people"}
OPEN_TO_A_USER_MANAGER = {
    "manager:block",
    "manager:home",
    "manager:invitation-again",
    "manager:invitation-revoke",
    "manager:invite",
    "manager:people",
    "manager:person",
    "manager:person-access",
    "manager:person-take",
    "manager:remove",
    "manager:restore",
    "manager:role",
    "manager:team",
    "manager:team-access",
    "manager:team-member-take",
    "manager:team-members",
    "manager:team-remove",
    "manager:team-take",
    "manager:teams",
    "manager:unblock",
}
