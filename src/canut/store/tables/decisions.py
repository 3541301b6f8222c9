"""Tables of decisions, rejections that wait, sanctions and appeals.

Database constraints refuse a decision without an explanation, an adverse one without a human
author, and an automated one that does not name its rule.
"""

from django.db import models
from django.db.models import F, Q

from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import APPEAL_DAYS
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer, Worker

ADVERSE = ("rejection", "restriction", "suspension", "closure", "time_refused")


class Decision(models.Model):
    """One decision about one person; immutable, except for its undoing.

    ``system`` and ``rule`` name the automated system and its version; a human's have none.
    ``factors`` are ``{"name", "value", "weight"}``; ``evidence`` is in the words of who decided.
    """

    class Kind(models.TextChoices):
        """Kind of decision; only a human may make those in ``ADVERSE``."""

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
        WORDS = "words"

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


class Sanction(models.Model):
    """The effect of a restriction or suspension: start, end, tasks per day.

    ``daily``: tasks that may be leased in 24 hours; None if none may.
    """

    decision = models.OneToOneField(Decision, models.PROTECT, primary_key=True)
    worker = models.ForeignKey(Worker, models.PROTECT, db_index=False)
    from_ms = models.BigIntegerField()
    until_ms = models.BigIntegerField()
    daily = models.PositiveSmallIntegerField(null=True)
    lifted_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until_ms__gt=F("from_ms")), name="sanction_ends"),
        )
        indexes = (
            models.Index(
                fields=("worker", "until_ms"),
                condition=Q(lifted_ms__isnull=True),
                name="sanction_in_force",
            ),
        )


class WaitingRejection(models.Model):
    """A rejection that waits for a second person, who confirms or refuses it.

    Nothing follows from it before it is confirmed; past the days in which an answer can be rejected
    it has lapsed.
    """

    class Outcome(models.TextChoices):
        """What the second person decided; empty while it waits."""

        CONFIRMED = "confirmed"
        REFUSED = "refused"

    answer = models.OneToOneField(Answer, models.PROTECT, related_name="waiting_rejection")
    code = models.CharField(max_length=40)
    evidence = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_ms=None, outcome="")
                | (~Q(outcome="") & Q(decided_by__isnull=False) & Q(decided_ms__isnull=False)),
                name="waiting_rejection_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("by")),
                name="waiting_rejection_needs_two",
            ),
        )


class Appeal(models.Model):
    """A person's objection to a decision about them, and a different person's reply.

    ``author``: who took the decision; None for a rule. ``disputed``: inputs the person says are
    wrong, by name, with what they should be. ``held_by``: who reads it, until ``held_until_ms``. An
    appeal that nobody answered in time is won with nobody as ``answered_by``.
    """

    class Outcome(models.TextChoices):
        """Outcome of an appeal; empty while it waits."""

        UPHELD = "upheld"
        OVERTURNED = "overturned"

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="appeal")
    by = models.ForeignKey(Person, models.PROTECT, related_name="appeals")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    words = models.TextField()
    disputed = models.JSONField(default=dict)
    at_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    held_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    held_until_ms = models.BigIntegerField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answered_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="appeal_in_words"),
            models.CheckConstraint(
                condition=Q(due_ms=F("at_ms") + APPEAL_DAYS * DAY_MS), name="appeal_due_in_14_days"
            ),
            models.CheckConstraint(
                condition=(Q(answered_ms=None) & Q(outcome="") & Q(answer=""))
                | (Q(answered_ms__isnull=False) & ~Q(answer="") & ~Q(outcome="")),
                name="appeal_answered_in_words",
            ),
            models.CheckConstraint(
                condition=Q(outcome="")
                | Q(answered_by__isnull=False)
                | (Q(outcome="overturned") & Q(answered_ms__gt=F("due_ms"))),
                name="appeal_lost_to_nobody_never",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="upheld") | Q(answered_ms__lte=F("due_ms")),
                name="appeal_upheld_in_time",
            ),
            models.CheckConstraint(
                condition=(Q(answered_by=None) | ~Q(answered_by=F("by")))
                & (Q(held_by=None) | ~Q(held_by=F("by"))),
                name="appeal_not_answered_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(author=None)
                | (
                    (~Q(outcome="upheld") | ~Q(answered_by=F("author")))
                    & (Q(held_by=None) | ~Q(held_by=F("author")))
                ),
                name="appeal_not_upheld_by_author",
            ),
            models.CheckConstraint(
                condition=Q(held_by=None, held_until_ms=None)
                | Q(held_by__isnull=False, held_until_ms__isnull=False),
                name="appeal_held_until",
            ),
        )
        indexes = (
            models.Index(fields=("due_ms",), condition=Q(answered_ms=None), name="appeal_waiting"),
        )


class AppealLook(models.Model):
    """The exposure of a person who reads an appeal about hard material, like a lease.

    ``dose``: reserved in thousandths when the appeal was taken, less once it is answered.
    ``seen_ms``: when they uncovered the material; without it the dose goes once the reading ends.
    ``ended_ms``: when the reading ends, or ended.
    """

    appeal = models.ForeignKey(Appeal, models.PROTECT, db_index=False)
    bearer = models.ForeignKey(Person, models.PROTECT, db_index=False)
    severity = models.PositiveSmallIntegerField()
    dose = models.PositiveIntegerField()
    lent_ms = models.BigIntegerField()
    seen_ms = models.BigIntegerField(null=True)
    ended_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("bearer", "appeal"), name="appeal_look_once"),
        )
        indexes = (models.Index(fields=("bearer", "ended_ms"), name="appeal_look_counts"),)


class SystemsRead(models.Model):
    """When a person last confirmed reading the automated systems."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    at_ms = models.BigIntegerField()


class SystemNotice(models.Model):
    """A text about the automated systems as somebody was shown it, by its hash.

    ``versions``: hash of the versions of all systems; a person is shown a text again once it
    differs. ``content``: both languages, from which page and PDF are made again.
    """

    versions = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("sha256",), name="system_notice_once"),)


class SystemsShown(models.Model):
    """Which text about the automated systems a person was shown, and when; never "accepted"."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    notice = models.ForeignKey(SystemNotice, models.PROTECT, db_index=False)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "notice"), name="systems_shown_once"),
        )


class PlaceOpened(models.Model):
    """When a person last opened a place where news about them stand.

    ``place``: the name of the page in the addresses. What is newer than ``at_ms`` is announced to
    them, and counted beside the place's name.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    place = models.CharField(max_length=20)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "place"), name="place_opened_once"),
        )
