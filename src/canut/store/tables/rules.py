"""Tables of the register of rules: what was counted, verdicts, tasks, notes."""

from django.db import models
from django.db.models import Q

from canut.core.rules.verdicts import RuleVerdictKind
from canut.store.tables.pay import Period
from canut.store.tables.people import Person


class RuleEvidence(models.Model):
    """What a query of the register counted last; of a closed period once and for ever.

    ``bad``: cases that fall short, of ``people`` people. ``until``: the last row it saw, for a
    query that goes on from there. ``failed``: it could not be run, and the counts are none.
    """

    query = models.CharField(max_length=5)
    period = models.ForeignKey(Period, models.CASCADE, null=True, related_name="+")
    cases = models.BigIntegerField()
    bad = models.BigIntegerField()
    people = models.BigIntegerField(default=0)
    until = models.BigIntegerField(default=0)
    is_complete = models.BooleanField(default=True)
    failed = models.BooleanField(default=False)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("query",), condition=Q(period=None), name="rule_evidence_once"
            ),
            models.UniqueConstraint(
                fields=("query", "period"),
                condition=Q(period__isnull=False),
                name="rule_evidence_once_a_period",
            ),
            models.CheckConstraint(
                condition=Q(bad__gte=0, cases__gte=models.F("bad")), name="rule_evidence_of_cases"
            ),
        )


class RuleVerdict(models.Model):
    """A verdict on one rule from a moment on; stored and logged only when it changes.

    ``digest``: SHA-256 of the register's files that it was given by.
    """

    rule = models.CharField(max_length=20)
    verdict = models.CharField(
        max_length=14, choices=[(kind.value, kind.name) for kind in RuleVerdictKind]
    )
    reason = models.CharField(max_length=20)
    cases = models.BigIntegerField()
    bad = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("rule", "at_ms"), name="rule_verdict_of_rule"),)


class RuleTask(models.Model):
    """What an operator took on for a rule, until when, and when it was done."""

    rule = models.CharField(max_length=20)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_ms = models.BigIntegerField()
    note = models.CharField(max_length=500)
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    set_ms = models.BigIntegerField()
    done_ms = models.BigIntegerField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("rule",), condition=Q(done_ms=None), name="rule_task_one_open"
            ),
            models.CheckConstraint(
                condition=Q(done_ms=None, done_by=None)
                | Q(done_ms__isnull=False, done_by__isnull=False),
                name="rule_task_done_by_somebody",
            ),
        )


class RuleReview(models.Model):
    """A note of a jurist, a representative or an inspector on a rule; shown word for word.

    It is never changed: a correction is another note. ``role``: as what they wrote.
    """

    class As(models.TextChoices):
        """As what somebody wrote it."""

        JURIST = "jurist"
        REPRESENTATIVE = "representative"
        INSPECTOR = "inspector"

    rule = models.CharField(max_length=20)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(max_length=14, choices=As.choices)
    text_en = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(text_en="") | ~Q(text_fr=""), name="rule_review_in_words"
            ),
        )
        indexes = (models.Index(fields=("rule", "at_ms"), name="rule_review_of_rule"),)
