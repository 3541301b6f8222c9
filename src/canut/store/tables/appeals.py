"""Appeals against decisions, and the limits a decision sets on somebody's work in a project.

The database itself refuses an appeal that is answered by who made it or by who took the decision,
that is answered without words, that is upheld too late, or that was lost without anybody reading
it. What spans several rows is decided in ``actions.decisions.appeals``.
"""

from typing import NamedTuple

from django.db import models
from django.db.models import F, Q, QuerySet

from canut.core.decisions.deadlines import APPEAL_DAYS, DAY_MS, is_rejectable, rejectable_until
from canut.store.tables.decisions import Decision
from canut.store.tables.organisations import Membership, Organisation, Role
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer, Task, Worker

MOST_COUNTED = 1_000


class Sanction(models.Model):
    """What a restriction or a suspension changes: from when, until when, how many tasks a day.

    ``daily``: tasks that may be lent in 24 hours; None where none may.
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


class Appeal(models.Model):
    """One person's objection to one decision about them, and what a different human said of it.

    ``author``: who took the decision; None for a rule. ``disputed``: inputs the person says are
    wrong, by name, with what they should be. ``held_by``: who reads it, until ``held_until_ms``. An
    appeal that nobody answered in time is won with nobody as ``answered_by``.
    """

    class Outcome(models.TextChoices):
        """How it ended; empty while it waits."""

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
    """What reading an appeal about hard material puts on whoever reads it, as a lease does.

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


def looks_of(person_id: int, since_ms: int, now_ms: int) -> QuerySet[AppealLook]:
    """Choose what somebody's reading of appeals counts for since a moment, or holds now."""
    counts = Q(seen_ms__isnull=False) | Q(ended_ms__gt=now_ms)
    return AppealLook.objects.filter(counts, bearer=person_id, ended_ms__gt=since_ms)


def has_uncovered(appeal: Appeal, person: Person) -> bool:
    """Say whether somebody who reads an appeal has uncovered the hard material it is about."""
    looks = AppealLook.objects.filter(appeal=appeal, bearer=person)
    return looks.filter(seen_ms__isnull=False).exists()


def may_answer(person: Person, decision: Decision) -> bool:
    """Say whether somebody may answer an appeal against a decision: independent, and a human."""
    return independent_of(decision).filter(pk=person.pk).exists()


def independent_of(decision: Decision) -> QuerySet[Person]:
    """Choose the people who may answer an appeal against a decision.

    They review this project or run this instance, and are neither of the client nor the author of
    the decision, nor whom it is about; a program never is.
    """
    involved = [decision.person_id, decision.made_by_id or 0]
    return independent_people(decision.project).exclude(pk__in=involved)


def independent_people(project: Project | None) -> QuerySet[Person]:
    """Choose who may hear appeals of a project, or of none, but for who is involved themselves."""
    now = Q(memberships__ended_at=None)
    runs = now & Q(
        memberships__role=Role.OPERATOR, memberships__organisation__kind=Organisation.Kind.OPERATOR
    )
    people = Person.objects.filter(is_active=True, is_service=False)
    if project is None:
        return people.filter(runs).distinct()
    reviews = now & Q(memberships__role=Role.REVIEWER, memberships__project=project)
    of_client = Membership.objects.filter(ended_at=None).filter(
        Q(organisation=project.organisation_id) | Q(project=project, role=Role.REQUESTER)
    )
    return (
        people.filter(runs | reviews)
        .exclude(pk__in=of_client.exclude(role=Role.WORKER).values("person"))
        .exclude(pk=project.created_by_id)
        .distinct()
    )


def appeals_waiting(person: Person) -> list[Appeal]:
    """List the appeals that wait for an answer from this person, the first due first."""
    waiting = Appeal.objects.filter(answered_ms=None).select_related(
        "decision__project", "decision__worker", "decision__made_by", "held_by"
    )
    return [each for each in waiting.order_by("due_ms") if may_answer(person, each.decision)]


def appeals_out_of_reach(project_ids: list[int]) -> list[Appeal]:
    """List the waiting appeals of these projects that nobody here is independent to uphold."""
    waiting = Appeal.objects.filter(answered_ms=None, decision__project__in=project_ids)
    found = waiting.select_related("decision__project", "decision__made_by").order_by("due_ms")
    return [each for each in found if not independent_of(each.decision).exists()]


def decisions_about(person: Person) -> list[Decision]:
    """List every decision about somebody, the newest first, each with its appeal."""
    found = Decision.objects.filter(person=person).select_related(
        "project", "made_by", "appeal", "appeal__answered_by", "sanction"
    )
    return list(found.order_by("-at_ms", "-id"))


def sanctions_of(worker_id: int, now_ms: int) -> list[Sanction]:
    """List what limits a worker now or will soon."""
    held = Sanction.objects.filter(worker_id=worker_id, until_ms__gt=now_ms, lifted_ms=None)
    return list(held.select_related("decision").order_by("from_ms"))


def decisions_in(project: Project, most: int = 100) -> list[Decision]:
    """List what people decided about people in a project, the newest first."""
    found = Decision.objects.filter(project=project, made_by__isnull=False)
    found = found.select_related("made_by", "worker", "answer__task", "appeal", "sanction")
    return list(found.order_by("-id")[:most])


class Window(NamedTuple):
    """Answers of a project that may still be rejected, up to a number; and until when the first."""

    project: Project
    answers: int
    is_more: bool
    first_until_ms: int


def windows_of(projects: list[Project], now_ms: int) -> list[Window]:
    """Count the answers of each project that may still be rejected, the newest thousand at most."""
    found = []
    for project in projects:
        newest = Answer.objects.filter(project=project).order_by("-id")[: MOST_COUNTED + 1]
        moments = [
            moment
            for moment in newest.values_list("answered_ms", flat=True)
            if is_rejectable(moment, now_ms)
        ]
        if moments:
            count = min(len(moments), MOST_COUNTED)
            until_ms = rejectable_until(min(moments))
            found.append(Window(project, count, len(moments) > MOST_COUNTED, until_ms))
    return found


def rejected_of(task: Task) -> set[int]:
    """Return which answers to a task stand rejected."""
    found = Decision.objects.filter(answer__task=task, kind=Decision.Kind.REJECTION, undone_ms=None)
    return {answer for answer in found.values_list("answer", flat=True) if answer}


def appealed(begin_ms: int, end_ms: int) -> list[tuple[int, str, int | None]]:
    """List the appeals made between two moments: by whom, how it ended, days until it did."""
    found = Appeal.objects.filter(at_ms__gte=begin_ms, at_ms__lt=end_ms).order_by("id")
    return [
        (by, outcome, None if answered_ms is None else -(-(answered_ms - at_ms) // DAY_MS))
        for by, outcome, at_ms, answered_ms in found.values_list(
            "by_id", "outcome", "at_ms", "answered_ms"
        )
    ]
