# SPDX-License-Identifier: AGPL-3.0-or-later
"""Account: what a person does with their own login, whatever organization they are in.

Nouns: sign-in (a login identifier and a password, or a passkey), second factor (a code from a phone, a passkey, a
recovery code), application password (for one program), session (one browser that is signed in).
Invariants: nothing here tells a stranger whether an account exists; what opens the account is asked again before it is
changed; a secret is shown once. The tables are tenancy's and allauth's; this room holds the screens.
"""
