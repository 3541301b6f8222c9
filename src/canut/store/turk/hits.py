"""HITs with what their state follows from, and the assignments of a HIT. Reads only."""

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Least

from canut.core.clock import Ms
from canut.core.turk.states import ACCEPTED_MS, AssignmentStatus, HitFacts
from canut.store.sql.written_once import FixedQuery, row_of
from canut.store.tables.decisions import Decision
from canut.store.tables.projects import LENDING, Project
from canut.store.tables.turk.hits import Assignment, Hit, HitType
from canut.store.tables.turk.people import WorkerAlias
from canut.store.tables.work import Answer, PageSeat


class AliasOfWorker(NamedTuple):
    """A worker's person in one organisation, by its name there."""

    person: int
    public_id: str


def hit_named(organisation: int, public_id: str) -> Hit | None:
    """Return a HIT of an organisation, disposed ones too; None if there is none."""
    return whole_hits(organisation).filter(public_id=public_id).first()


def has_hits(project_id: int) -> bool:
    """Return whether tasks of a project are HITs, each with a page and a number of answers."""
    return Hit.objects.filter(task__project=project_id).exists()


def hit_type_named(organisation: int, public_id: str) -> HitType | None:
    """Return a HIT type of an organisation; None if there is none."""
    types = HitType.objects.select_related("project__organisation")
    return types.filter(organisation=organisation, public_id=public_id).first()


_TYPE = (
    *("id", "public_id", "organisation_id", "project_id", "digest", "title", "description"),
    *("keywords", "reward_micro", "duration_s", "approval_s", "requirements", "created_ms"),
)
_PROJECT = ("id", "slug", "state", "held_ms", "is_own_staff", "organisation_id")
_TYPE_OF_DIGEST = FixedQuery(
    lambda organisation, digest: HitType.objects.filter(
        organisation=organisation, digest=digest
    ).values_list(*_TYPE, *(f"project__{name}" for name in _PROJECT)),
    [-1, "digest"],
)


def hit_type_of_digest(organisation: int, digest: str) -> HitType | None:
    """Return the HIT type of an organisation that equal requests share; None if there is none.

    Of its project, what a new HIT asks for is read; the rest is when it is asked for.
    """
    row = _TYPE_OF_DIGEST.first(organisation, digest)
    if row is None:
        return None
    hit_type = row_of(HitType, _TYPE, row)
    hit_type.project = row_of(Project, _PROJECT, row[len(_TYPE) :])
    return hit_type


def whole_hits(organisation: int) -> QuerySet[Hit]:
    """Select the HITs of an organisation, with type, project and task state."""
    return Hit.objects.select_related(
        "hit_type__project", "task__now", "task__own_page__page"
    ).filter(organisation=organisation)


def hit_facts(hits: Sequence[Hit], now_ms: Ms) -> list[HitFacts]:
    """Return what the state of each HIT follows from.

    A place is submitted unless it is live or lent again: a rejected answer gives its place back.
    """
    answered = [hit.task_id for hit in hits if hit.task.now.counted]
    approved = _approved(answered, now_ms) if answered else {}
    facts: list[HitFacts] = []
    for hit in hits:
        state, project = hit.task.now, hit.hit_type.project
        free = max(0, state.overlap - state.counted - state.live)
        facts.append(
            HitFacts(
                places=hit.places,
                live=state.live,
                submitted=max(0, hit.places - free - state.live),
                decided=approved.get(hit.task_id, 0),
                expires_ms=hit.expires_ms,
                is_lending=project.state in LENDING and project.held_ms is None,
                is_reviewing=hit.is_reviewing,
                is_disposed=hit.disposed_ms is not None,
            )
        )
    return facts


def submitted_answers(organisation: int) -> QuerySet[Answer]:
    """Select the newest answer of each submitted assignment of an organisation."""
    later = Answer.objects.filter(replaces=OuterRef("pk"))
    return (
        Answer.objects.filter(task__hit__organisation=organisation, lease__isnull=False)
        .exclude(Exists(later))
        .select_related("worker__person", "lease", "task__hit__hit_type")
    )


def with_status(
    answers: QuerySet[Answer], states: Collection[AssignmentStatus], approved_ms: Ms
) -> QuerySet[Answer]:
    """Select the answers of one HIT whose assignments have some states.

    Args:
        answers: as ``submitted_answers`` selects them.
        states: those wanted, at least one.
        approved_ms: an answer as old as this is approved by itself.
    """
    rejections = Decision.objects.filter(
        answer=OuterRef("pk"), kind=Decision.Kind.REJECTION, undone_ms=None
    )
    by_word = "lease__assignment__approved_ms__isnull"
    is_rejected = Q(Exists(rejections))
    is_approved = Q(answered_ms__lte=approved_ms) | Q(**{by_word: False})
    is_waiting = Q(answered_ms__gt=approved_ms) & Q(**{by_word: True})
    conditions = {
        AssignmentStatus.REJECTED: is_rejected,
        AssignmentStatus.APPROVED: ~is_rejected & is_approved,
        AssignmentStatus.SUBMITTED: ~is_rejected & is_waiting,
    }
    return answers.filter(reduce(or_, (conditions[status] for status in states)))


def answer_of(organisation: int, public_id: str) -> Answer | None:
    """Return the answer of an assignment, by its name; None if it has none."""
    answers = submitted_answers(organisation).filter(lease__assignment__public_id=public_id)
    return answers.order_by("-pk").first()


def is_assignment(organisation: int, public_id: str) -> bool:
    """Return whether an organisation has an assignment of this name, submitted or not."""
    of_hits = {"public_id": public_id, "lease__task__hit__organisation": organisation}
    named = Assignment.objects.filter(**of_hits)
    return named.exists() or PageSeat.objects.filter(**of_hits).exists()


def seats_of(leases: Iterable[int]) -> dict[int, str]:
    """Return the names that pages know leases by, by lease."""
    rows = PageSeat.objects.filter(lease__in=list(leases)).values_list("lease", "public_id")
    return dict(rows)


def rejections_of(answers: Iterable[int]) -> dict[int, Decision]:
    """Return the rejection in force of each rejected answer."""
    standing = Decision.objects.filter(
        answer__in=list(answers), kind=Decision.Kind.REJECTION, undone_ms=None
    )
    return {decision.answer_id or 0: decision for decision in standing}


def assignments_of(leases: Iterable[int]) -> dict[int, Assignment]:
    """Return the assignments that leases are known by, by lease."""
    return {row.lease_id: row for row in Assignment.objects.filter(lease__in=list(leases))}


def person_named(organisation: int, public_id: str) -> int | None:
    """Return the person an organisation knows by a name; None if it knows nobody by it."""
    aliases = WorkerAlias.objects.filter(organisation=organisation, public_id=public_id)
    return aliases.values_list("person", flat=True).first()


def expired_hits(now_ms: Ms, most: int) -> list[Hit]:
    """List HITs whose time is over and whose tasks can still be leased."""
    hits = Hit.objects.filter(expires_ms__lte=now_ms, task__now__state="open", disposed_ms=None)
    return list(hits.order_by("expires_ms")[:most])


def _approved(tasks: Sequence[int], now_ms: Ms) -> dict[int, int]:
    """Count the counted answers of tasks that are approved, by a word or by time."""
    delay = Least(F("task__hit__hit_type__approval_s") * 1000, Value(ACCEPTED_MS))
    rows = (
        Answer.objects.filter(task__in=tasks, counted=True)
        .filter(
            Q(answered_ms__lte=now_ms - delay) | Q(lease__assignment__approved_ms__isnull=False)
        )
        .values("task")
        .annotate(approved=Count("pk"))
        .order_by("task")
    )
    return {row["task"]: row["approved"] for row in rows}
