"""Tables of ethics reviewers: reviews of projects, opinions, holds, overrides, terms, recalls.

What somebody said or signed is never changed. A review outlives its project: the register still
shows it by the name it had.
"""

from django.db import models
from django.db.models import F, Q

from canut.core.ethics.holds import AppealState, HoldState
from canut.core.ethics.opening import OpeningRule, Verdict
from canut.store.tables.participation import Election
from canut.store.tables.pay import Period
from canut.store.tables.people import Person
from canut.store.tables.projects import Project


class EthicsReview(models.Model):
    """What ethics reviewers look at of one project, and by what it was let through.

    ``slug``, ``title`` and ``client`` are those of the project when it was last asked about;
    ``masked``: why the client's name and the sample are not shown, empty where they are.
    ``due_ms``: until when an opinion is due. ``cleared_by``: by what rule it may lend.
    ``ethical_aim``: what was published where it opened without an opinion.
    """

    project = models.OneToOneField(Project, models.SET_NULL, null=True, related_name="ethics")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    client = models.CharField(max_length=120)
    masked = models.CharField(max_length=400, blank=True)
    risk = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_ms = models.BigIntegerField(null=True)
    due_ms = models.BigIntegerField(null=True)
    cleared_ms = models.BigIntegerField(null=True)
    cleared_by = models.CharField(
        max_length=13, blank=True, choices=[(rule.value, rule.name) for rule in OpeningRule]
    )
    ethical_aim = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(cleared_ms=None, cleared_by="")
                | (Q(cleared_ms__isnull=False) & ~Q(cleared_by="")),
                name="ethics_cleared_by_rule",
            ),
        )


class EthicsTerm(models.Model):
    """The term of office of an ethics reviewer, or of a deputy; an election alone gives it."""

    class Why(models.TextChoices):
        """Why it ended."""

        OVER = "over"
        RESIGNED = "resigned"
        RECALLED = "recalled"

    person = models.ForeignKey(Person, models.PROTECT, related_name="ethics_terms")
    election = models.ForeignKey(Election, models.PROTECT, related_name="+", db_index=False)
    is_deputy = models.BooleanField(default=False)
    begins_ms = models.BigIntegerField()
    ends_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)
    ended_why = models.CharField(max_length=8, blank=True, choices=Why.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(ended_ms=None), name="ethics_term_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ends_ms__gt=F("begins_ms")), name="ethics_term_has_length"
            ),
            models.CheckConstraint(
                condition=Q(ended_ms=None, ended_why="")
                | (Q(ended_ms__isnull=False) & ~Q(ended_why="")),
                name="ethics_term_ended_for_a_reason",
            ),
        )


class EthicsNominee(models.Model):
    """Somebody from outside whom representatives propose as a reviewer, with their CV."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    cv = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(cv=""), name="ethics_nominee_has_cv"),)


class EthicsOpinion(models.Model):
    """An opinion: its verdict, reasons, points to answer, grounds and facts; immutable."""

    review = models.ForeignKey(EthicsReview, models.PROTECT, related_name="opinions")
    term = models.ForeignKey(EthicsTerm, models.PROTECT, related_name="+", db_index=False)
    verdict = models.CharField(
        max_length=6, choices=[(verdict.value, verdict.name) for verdict in Verdict]
    )
    reasons = models.TextField()
    points = models.JSONField(default=list)
    grounds = models.JSONField(default=list)
    facts = models.JSONField(default=list)
    at_ms = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reasons=""), name="ethics_opinion_in_words"),
        )


class EthicsHold(models.Model):
    """The hold that an opinion began, and how it went on.

    ``lift_words``: what the reviewer said when lifting it. ``appeal_words``: what the requester
    says to the council. ``override_barred``: its grounds leave the operator no override.
    """

    opinion = models.OneToOneField(EthicsOpinion, models.PROTECT, related_name="hold")
    begins_ms = models.BigIntegerField()
    renewed_ms = models.BigIntegerField(null=True)
    renewal_words = models.TextField(blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.name) for state in HoldState],
        default=HoldState.HELD.value,
    )
    ended_ms = models.BigIntegerField(null=True)
    lift_words = models.TextField(blank=True)
    appeal = models.CharField(
        max_length=6,
        choices=[(state.value, state.name) for state in AppealState],
        default=AppealState.NONE.value,
    )
    appeal_words = models.TextField(blank=True)
    appealed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    appeal_closes_ms = models.BigIntegerField(default=0)
    override_barred = models.BooleanField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("held", "lapsed"), ended_ms=None)
                | (~Q(state__in=("held", "lapsed")) & Q(ended_ms__isnull=False)),
                name="ethics_hold_ends",
            ),
            models.CheckConstraint(
                condition=Q(renewed_ms=None, renewal_words="")
                | (Q(renewed_ms__isnull=False) & ~Q(renewal_words="")),
                name="ethics_hold_renewed_with_words",
            ),
            models.CheckConstraint(
                condition=~Q(state="overridden")
                | Q(override_barred=False, renewed_ms__isnull=False),
                name="ethics_hold_override_allowed",
            ),
        )


class EthicsReply(models.Model):
    """The requester's answer to one point of an opinion; immutable."""

    opinion = models.ForeignKey(EthicsOpinion, models.PROTECT, related_name="replies")
    point = models.PositiveSmallIntegerField()
    text = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("opinion", "point"), name="ethics_reply_once"),
            models.CheckConstraint(condition=~Q(text=""), name="ethics_reply_in_words"),
        )


class EthicsQuestion(models.Model):
    """A reviewer's question to the requester, and its answer."""

    review = models.ForeignKey(EthicsReview, models.PROTECT, related_name="questions")
    text = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    asked_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    answered_ms = models.BigIntegerField(null=True)


class EthicsWord(models.Model):
    """A representative's word on a project while no reviewer is in office; immutable."""

    review = models.ForeignKey(EthicsReview, models.PROTECT, related_name="words")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    agrees = models.BooleanField()
    text = models.TextField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("review", "by"), name="ethics_word_once"),
            models.CheckConstraint(condition=~Q(text=""), name="ethics_word_in_words"),
        )


class EthicsVote(models.Model):
    """A representative's vote on an appeal against a hold, with its reason; immutable."""

    hold = models.ForeignKey(EthicsHold, models.PROTECT, related_name="votes")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    lifts = models.BooleanField()
    text = models.TextField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("hold", "by"), name="ethics_vote_once"),
            models.CheckConstraint(condition=~Q(text=""), name="ethics_vote_in_words"),
        )


class EthicsOverride(models.Model):
    """The override of a lapsed hold that an operator signed; immutable."""

    hold = models.OneToOneField(EthicsHold, models.PROTECT, related_name="override")
    reasons = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reasons=""), name="ethics_override_in_words"),
        )


class EthicsAssisted(models.Model):
    """A candidate's blind opinion, and the reviewer's that it was then compared with.

    ``opinion``: the reviewer's newest one when it was compared; None while there is none.
    """

    review = models.ForeignKey(EthicsReview, models.PROTECT, related_name="assisted")
    by = models.ForeignKey(Person, models.CASCADE, related_name="+")
    verdict = models.CharField(
        max_length=6, choices=[(verdict.value, verdict.name) for verdict in Verdict]
    )
    reasons = models.TextField()
    at_ms = models.BigIntegerField()
    opinion = models.ForeignKey(
        EthicsOpinion, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("review", "by"), name="ethics_assisted_once"),
            models.CheckConstraint(condition=~Q(reasons=""), name="ethics_assisted_in_words"),
        )


class EthicsLook(models.Model):
    """The exposure of somebody who uncovers a hard task of a sample, like a lease.

    ``dose``: in thousandths, as of the longest usual look at such a task. ``task``: its number.
    """

    review = models.ForeignKey(EthicsReview, models.CASCADE, related_name="+", db_index=False)
    task = models.BigIntegerField()
    bearer = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    severity = models.PositiveSmallIntegerField()
    dose = models.PositiveIntegerField()
    seen_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("bearer", "review", "task"), name="ethics_look_once"),
        )
        indexes = (models.Index(fields=("bearer", "ended_ms"), name="ethics_look_counts"),)


class EthicsRecall(models.Model):
    """A ballot on recalling a reviewer; ``box`` holds the sorted ballots."""

    term = models.ForeignKey(EthicsTerm, models.PROTECT, related_name="recalls")
    reasons = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    opened_ms = models.BigIntegerField()
    closes_ms = models.BigIntegerField()
    voters = models.PositiveIntegerField()
    box = models.JSONField(default=list)
    counted_ms = models.BigIntegerField(null=True)
    result = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("term",), condition=Q(counted_ms=None), name="ethics_recall_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="ethics_recall_in_words"),
        )


class EthicsRecallVoter(models.Model):
    """A person who may vote on a recall, and whether they did; never when or how."""

    recall = models.ForeignKey(EthicsRecall, models.CASCADE, related_name="electorate")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    has_voted = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("recall", "person"), name="ethics_recall_voter_once"),
        )


class EthicsHour(models.Model):
    """What an hour of review pays a person from a moment on; 0 where their floor alone pays."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    hour_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("person", "at_ms"), name="ethics_hour_of_person"),)


class EthicsLevy(models.Model):
    """A project's share of what ethics reviews of a closed period cost; charged with it."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    micro = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("period", "project", "currency"), name="ethics_levy_once"
            ),
            models.CheckConstraint(condition=Q(micro__gt=0), name="ethics_levy_above_nothing"),
        )
