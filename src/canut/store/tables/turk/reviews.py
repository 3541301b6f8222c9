"""Table of what review policies did, or proposed, because of a score."""

from django.db import models
from django.db.models import Q

from canut.store.tables.turk.hits import ID_LENGTH, Hit
from canut.store.tables.turk.people import TurkProposal
from canut.store.tables.work import Answer


class TurkReviewAction(models.Model):
    """What followed from a score: an approval or an extension was done, a rejection proposed.

    ``level``: of the policy; only what follows for a whole HIT is of no answer. ``error``: why it
    could not be done; empty where it was.
    """

    class Name(models.TextChoices):
        """What follows."""

        APPROVE = "approve"
        REJECT = "reject"
        EXTEND = "extend"

    public_id = models.CharField(max_length=ID_LENGTH, unique=True)
    hit = models.ForeignKey(Hit, models.CASCADE, related_name="review_actions", db_index=False)
    level = models.CharField(max_length=10)
    name = models.CharField(max_length=7, choices=Name.choices)
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="+")
    proposal = models.OneToOneField(
        TurkProposal, models.SET_NULL, null=True, related_name="review_action"
    )
    score = models.PositiveSmallIntegerField()
    error = models.CharField(max_length=60, blank=True)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("hit", "level", "name", "answer"),
                condition=Q(answer__isnull=False),
                name="turk_review_action_once",
            ),
            models.CheckConstraint(
                condition=Q(name="extend", level="HIT", answer=None) | Q(answer__isnull=False),
                name="turk_review_action_of_its_kind",
            ),
        )
        indexes = (models.Index(fields=("hit", "id"), name="turk_review_action_of"),)
