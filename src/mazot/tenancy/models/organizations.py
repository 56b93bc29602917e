# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id


class Role(models.TextChoices):
    LEGAL_REPRESENTATIVE = "legal_representative"
    ADMINISTRATOR = "administrator"
    COLLABORATOR = "collaborator"
    EXTERNAL = "external"


class Organization(models.Model):
    """Those who share one set of products and rights: a school, a theatre, a family."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    tint = models.PositiveSmallIntegerField(default=3)
    created_at = models.DateTimeField(auto_now_add=True)
    two_factor_from = models.DateTimeField(null=True)  # members need two-factor from here on
    allows_account_password_on_dav = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = [word for word in self.name.split() if word[:1].isupper()] or self.name.split()
        return "".join(word[0] for word in words[:2]).upper()


class Membership(models.Model):
    """A person's role in one organization."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    person = models.ForeignKey("tenancy.Person", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=24, choices=Role.choices)
    joined_at = models.DateTimeField(auto_now_add=True)
    blocked_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)  # the Manager's 30 days of undo start here

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organization", "person"], name="one_membership_per_organization"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_is_known"),
        )

    @property
    def is_active(self) -> bool:
        return self.blocked_at is None and self.removed_at is None


class Invitation(models.Model):
    """A letter that lets one address join an organization; only the digest of its token is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="invitations")
    address = models.EmailField(max_length=254)  # folded
    role = models.CharField(max_length=24, choices=Role.choices)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "address"],
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="one_open_invitation_per_address",
            ),
        )


class Team(models.Model):
    """People who get the same products together."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    tint = models.PositiveSmallIntegerField(default=2)
    leader = models.ForeignKey(Membership, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organization", "name"], name="one_team_per_name"),)

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="teams")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["team", "membership"], name="once_in_a_team"),)
