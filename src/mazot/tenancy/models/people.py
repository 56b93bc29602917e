# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from mazot.foundation.ids import new_id
from mazot.foundation.text import folded, sought

LANGUAGES = ("en", "fr", "de", "it", "es")
APPEARANCES = ("light", "dark", "auto")


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(login=folded(username or ""))


class Person(AbstractBaseUser):
    """One human with one login identifier, which opens every web page and DAV, and no mailbox."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.EmailField(max_length=254, unique=True)  # stored folded; not an address of the mail service
    given_name = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    sought = models.TextField(default="", editable=False)  # names and login as they are looked for and ordered
    phone = models.CharField(max_length=32, blank=True)
    photo_digest = models.CharField(max_length=64, blank=True)  # a blob: the re-encoded square picture
    tint = models.PositiveSmallIntegerField(default=1)  # 1 to 8: the colour of this person everywhere
    language = models.CharField(max_length=5, default="en")
    time_zone = models.CharField(max_length=64, default="Europe/Zurich")
    appearance = models.CharField(max_length=5, default="auto")
    notices = models.JSONField(default=dict)  # {"logins": bool, "failures": bool}
    is_active = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)  # by the person themselves, who can open the account again for a while
    ended_sessions = models.PositiveIntegerField(default=0)  # grows at each sign-out, which ends what was verified
    joined_at = models.DateTimeField(auto_now_add=True)
    current_organization = models.ForeignKey(
        "tenancy.Organization", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(appearance__in=APPEARANCES), name="appearance_is_known"),
        )

    def __str__(self) -> str:
        return self.name or self.login

    def save(self, *args: Any, **named: Any) -> None:
        """Keep what the person is found by beside what they are called."""
        fields = named.get("update_fields")
        if fields is None or {"login", "given_name", "family_name"} & set(fields):
            self.sought = sought(f"{self.family_name} {self.given_name} {self.login}")
            if fields is not None:
                named["update_fields"] = [*fields, "sought"]
        super().save(*args, **named)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip() or self.login

    @property
    def photo(self) -> str:
        """Where the photo is, for people who share an organization with this person; empty without one."""
        return f"{settings.MAZOT_PHOTOS}{self.id}/{self.photo_digest}" if self.photo_digest else ""

    @property
    def initials(self) -> str:
        letters = [part[0] for part in (self.given_name, self.family_name) if part]
        return "".join(letters).upper() or self.login[:2].upper()


class IdentifierChange(models.Model):
    """A person's way from one login identifier to another: confirmed at the new one, undone from the old one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifier_changes")
    old_login = models.EmailField(max_length=254)
    new_login = models.EmailField(max_length=254)
    confirm_digest = models.CharField(max_length=64, unique=True)
    undo_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)  # 72 hours after the confirmation
    undone_at = models.DateTimeField(null=True)
