# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id


class Role(models.TextChoices):
    LEGAL_REPRESENTATIVE = "legal_representative"
    ADMINISTRATOR = "administrator"
    COLLABORATOR = "collaborator"
    EXTERNAL = "external"


class Kind(models.TextChoices):
    INDIVIDUAL = "individual"
    ASSOCIATION = "association"
    COMPANY = "company"
    SCHOOL = "school"
    PUBLIC = "public"


class Organization(models.Model):
    """Those who share one set of products and rights: a school, a theatre, a family."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    tint = models.PositiveSmallIntegerField(default=3)
    created_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.INDIVIDUAL)
    legal_name = models.CharField(max_length=160, blank=True)
    street = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=16, blank=True)
    city = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166-1
    phone = models.CharField(max_length=32, blank=True)
    website = models.URLField(max_length=200, blank=True)
    logo_digest = models.CharField(max_length=64, blank=True)  # a blob: the re-encoded picture
    logo_is_wide = models.BooleanField(default=False)
    deleted_at = models.DateTimeField(null=True)
    two_factor_from = models.DateTimeField(null=True)  # members need two-factor from here on
    two_factor_grace_days = models.PositiveSmallIntegerField(default=0)  # for those who joined after that moment
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
    manages_people = models.BooleanField(default=False)  # the delegated user manager: collaborators and externals only
    notices = models.JSONField(default=dict)  # contact preferences: {"billing": bool, "products": bool}

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
    declined_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=5, blank=True)  # of the letter; empty: the inviter's
    access = models.JSONField(default=list)  # [{"product": key, "instance": id or null, "rights": [keys or "*"]}]
    notices = models.JSONField(default=dict)  # as in Membership
    letters = models.PositiveSmallIntegerField(default=1)  # how often it was sent
    sent_at = models.DateTimeField(null=True)
    teams = models.ManyToManyField("tenancy.Team", related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "address"],
                condition=models.Q(accepted_at__isnull=True, revoked_at__isnull=True, declined_at__isnull=True),
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


class Contact(models.Model):
    """Whom to write to about one side of an organization, besides its members."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="contacts")
    purpose = models.CharField(max_length=12)  # billing, technical, legal
    name = models.CharField(max_length=120)
    address = models.EmailField(max_length=254)
    phone = models.CharField(max_length=32, blank=True)
