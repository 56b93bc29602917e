# SPDX-License-Identifier: AGPL-3.0-or-later
"""What guards a service against spam: words it was taught, and servers that were asked to come again."""

from django.db import models

from mazot.products.mail.models.domains import Service
from mazot.products.mail.models.stores import Message


class Taught(models.Model):
    """How many letters of each kind the people of an organization have marked."""

    organization = models.OneToOneField(
        "tenancy.Organization", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    n_spam = models.PositiveIntegerField(default=0)
    n_honest = models.PositiveIntegerField(default=0)


class TaughtWord(models.Model):
    """In how many of them a word stood. The word itself is not kept: `digest` tells nobody what it was."""

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey("tenancy.Organization", on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.BigIntegerField()
    n_spam = models.IntegerField(default=0)
    n_honest = models.IntegerField(default=0)
    taught_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organization", "digest"], name="taught_word_once"),)


class Lesson(models.Model):
    """What somebody says of a message by where they put it, and as what it was taught: nobody is taught twice."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, primary_key=True, related_name="+")
    is_spam = models.BooleanField()
    taught = models.BooleanField(null=True)  # as spam, as honest; none: not yet
    is_due = models.BooleanField(default=True)

    class Meta:
        indexes = (models.Index(fields=["message"], condition=models.Q(is_due=True), name="lessons_that_are_due"),)


class Caller(models.Model):
    """A network, or one letter of it, that greylisting has met: until when it is remembered, since when it is known."""

    id = models.BigAutoField(primary_key=True)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    known_at = models.DateTimeField(null=True)
    n_letters = models.PositiveIntegerField(default=0)  # of a network: different ones that came again
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["service", "digest"], name="caller_once"),)
