"""Queries behind a sanction: appeals that wait or were won, and the person's answers."""

from django.db.models import QuerySet

from canut.core.clock import Ms
from canut.core.decisions.evidence import possible_keys
from canut.store.tables.decisions import Appeal, Decision
from canut.store.tables.work import Answer, Worker

SANCTIONS = (Decision.Kind.RESTRICTION, Decision.Kind.SUSPENSION, Decision.Kind.CLOSURE)


def waiting_appeals_due(worker: Worker) -> list[int]:
    """List the deadlines of a person's appeals that wait against decisions of the same client."""
    waiting = Appeal.objects.filter(
        by=worker.person_id,
        answered_ms=None,
        decision__project__organisation=worker.project.organisation_id,
        decision__made_by__isnull=False,
    )
    return list(waiting.values_list("due_ms", flat=True))


def last_lost(worker: Worker, code: str) -> Decision | None:
    """Return the same client's last sanction for an act that an appeal overturned."""
    lost = Decision.objects.filter(
        person=worker.person_id,
        kind__in=SANCTIONS,
        code=code,
        project__organisation=worker.project.organisation_id,
        appeal__outcome=Appeal.Outcome.OVERTURNED,
    )
    return lost.order_by("-at_ms").first()


def last_answered_ms(worker: Worker) -> int | None:
    """Return when a person gave their last answer to this client."""
    newest = _answers(worker).order_by("-id")
    return newest.values_list("answered_ms", flat=True).first()


def has_answered(worker: Worker, begin_ms: Ms, end_ms: Ms) -> bool:
    """Return whether a person gave this client an answer between two moments."""
    answers = _answers(worker).filter(answered_ms__gte=begin_ms, answered_ms__lt=end_ms)
    return answers.exists()


def tasks_named(worker: Worker, evidence: str) -> list[str]:
    """List the keys of tasks in a text that this person answered in their project."""
    named = Answer.objects.filter(worker=worker, task__key__in=possible_keys(evidence))
    return list(named.values_list("task__key", flat=True).distinct())


def _answers(worker: Worker) -> QuerySet[Answer]:
    return Answer.objects.filter(
        worker__person=worker.person_id,
        project__organisation=worker.project.organisation_id,
    )
