# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import models

from mazot.foundation.ids import new_id
from mazot.tenancy.models.organizations import Membership, Organization


class LeavingState(models.TextChoices):
    GOING = "going"  # the steps are carried out
    GONE = "gone"  # all done; can be undone until `undo_until`
    COMING_BACK = "coming_back"
    BACK = "back"
    FINAL = "final"  # the thirty days are over


class Leaving(models.Model):
    """One removal of a member, with what was decided about their things and the way back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="leavings")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="leavings")
    by = models.ForeignKey("tenancy.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    choices = models.JSONField(default=dict)  # {step key: {"fate": …, "receiver": membership id, …}}
    before = models.JSONField(default=dict)  # role, teams led, what restores the rights
    state = models.CharField(max_length=12, choices=LeavingState.choices, default=LeavingState.GOING)
    created_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["membership"],
                condition=models.Q(state__in=("going", "gone", "coming_back")),
                name="one_leaving_at_a_time",
            ),
        )


class LeavingStep(models.Model):
    """One thing done in a removal, and what its undoing needs; done at most once, undone at most once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    leaving = models.ForeignKey(Leaving, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=60)  # "drive.space": product and what the declaration names
    order = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    record = models.JSONField(default=dict)  # what was moved where, for the way back

    class Meta:
        ordering = ("order",)
        constraints = (models.UniqueConstraint(fields=["leaving", "key"], name="one_step_per_key"),)
