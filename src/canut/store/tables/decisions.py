"""Decisions about people, each with what it rests on and a sentence to read.

The database itself refuses a decision that nobody could understand, one that goes against a person
without a person behind it, and an automated one that does not name its rule.
"""

from django.db import models
from django.db.models import F, Q

from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer, Worker

ADVERSE = ("rejection", "restriction", "suspension", "closure", "time_refused")


class Decision(models.Model):
    """One decision about one person; never changed but for when it was undone.

    ``system`` and ``rule`` name the automated system and its version; a human's have none.
    ``factors`` are ``{"name", "value", "weight"}``; ``evidence`` is in the words of who decided.
    """

    class Kind(models.TextChoices):
        """What was decided; those of ``ADVERSE`` only a human may take."""

        REJECTION = "rejection"
        RESTRICTION = "restriction"
        SUSPENSION = "suspension"
        CLOSURE = "closure"
        TIME_REFUSED = "time_refused"
        TIME_HELD = "time_held"
        TIME_GRANTED = "time_granted"
        NOT_LENT = "not_lent"
        QUALITY = "quality"
        PRICE = "price"
        CORRECTION = "correction"

    person = models.ForeignKey(Person, models.PROTECT, related_name="decisions", db_index=False)
    worker = models.ForeignKey(Worker, models.PROTECT, null=True)
    project = models.ForeignKey(Project, models.PROTECT, null=True)
    answer = models.ForeignKey(Answer, models.PROTECT, null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=40)
    system = models.CharField(max_length=40, blank=True)
    rule = models.CharField(max_length=40, blank=True)
    inputs = models.JSONField(default=dict)
    factors = models.JSONField(default=list)
    text_en = models.TextField()
    text_fr = models.TextField()
    evidence = models.TextField(blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at_ms = models.BigIntegerField()
    undone_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(text_en="") & ~Q(text_fr="") & ~Q(code=""), name="decision_in_words"
            ),
            models.CheckConstraint(
                condition=(Q(made_by=None) & ~Q(system="") & ~Q(rule="") & ~Q(factors=[]))
                | (Q(made_by__isnull=False) & Q(system="")),
                name="decision_by_rule_or_person",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=ADVERSE)
                | (Q(made_by__isnull=False) & ~Q(evidence="") & ~Q(made_by=F("person"))),
                name="decision_against_by_person",
            ),
            models.UniqueConstraint(
                fields=("answer",),
                condition=Q(kind="rejection", undone_ms__isnull=True),
                name="decision_rejects_once",
            ),
        )
        indexes = (models.Index(fields=("person", "at_ms"), name="decision_of_person"),)
