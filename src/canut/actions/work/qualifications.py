"""Give an organisation's qualification, let paid training earn it, take it back with a reason.

A qualification is of one organisation. A person reads who gave it, when and why, or took it back.
It is never read from what they learnt elsewhere. Where it is taken back, each project that asks for
it decides again, with a decision that can be appealed.
"""

from dataclasses import dataclass

from django.db import transaction

from canut.actions.work.eligibility import PER_MILLE, decide_one
from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.core.quality.allocation.gold_check_rate import low_end
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Qualification, QualificationGrant, Worker
from canut.store.work.qualifications import asking_for, trained_by

LONGEST_NAME, LONGEST_WORDS, LONGEST_REASON = 60, 400, 200
EARNED = "earned"
"""The reason of a grant that paid training earned; pages write it in words."""


@dataclass(frozen=True, slots=True)
class QualificationIn:
    """A qualification as it is written.

    Args:
        name: people read it.
        description: what it stands for.
        training: the paid project that earns it; None where it is given by hand.
        at_least: thousandths of its gold tasks that must be right.
    """

    name: str
    description: str = ""
    training: Project | None = None
    at_least: int = 0


@transaction.atomic
def make_qualification(
    organisation_id: int, request: QualificationIn, *, by: Person, now_ms: Ms
) -> Qualification:
    """Make a qualification; people who already reached its share in training get it at once.

    Raises:
        Incomplete: ``qualification-name``.
        BadInput: ``qualification-share``, or ``project-elsewhere``; ``training-unpaid``: training
            is paid, so a project of own staff cannot be it.
        Conflict: ``qualification-exists``.
    """
    training, at_least = request.training, request.at_least
    plain = request.name.strip()[:LONGEST_NAME]
    if not plain:
        raise Incomplete("give the qualification a name", code="qualification-name", field="name")
    if training is not None:
        if training.organisation_id != organisation_id:
            raise BadInput("a project of another organisation", code="project-elsewhere")
        if training.is_own_staff:
            raise BadInput("training is paid; this project pays nothing", code="training-unpaid")
        if not 0 < at_least < PER_MILLE:
            raise BadInput(
                f"{at_least} in a thousand would be right; choose 1 to 999",
                code="qualification-share",
            )
    own = Qualification.objects.filter(organisation=organisation_id, ended_ms=None)
    if own.filter(name__iexact=plain).exists():
        raise Conflict(f"there is a qualification {plain!r} already", code="qualification-exists")
    qualification = Qualification.objects.create(
        organisation_id=organisation_id,
        name=plain,
        description=request.description.strip()[:LONGEST_WORDS],
        training=training,
        at_least=at_least if training is not None else 0,
        by=by,
        at_ms=now_ms,
    )
    if training is not None:
        for worker in Worker.objects.filter(project=training, person__isnull=False).order_by("id"):
            grant_earned(worker, now_ms)
    return qualification


@transaction.atomic
def grant_qualification(
    qualification: Qualification, person: Person, reason: str, *, by: Person | None, now_ms: Ms
) -> QualificationGrant:
    """Give a person a qualification, with the words why; twice is once.

    Raises:
        Incomplete: ``qualification-reason``.
        Forbidden: ``pool-no-work``: they never worked for the organisation.
    """
    plain = reason.strip()[:LONGEST_REASON]
    if not plain:
        raise Incomplete("say why; the person reads it", code="qualification-reason")
    works = Worker.objects.filter(
        person=person, project__organisation=qualification.organisation_id
    )
    if not works.exists():
        raise Forbidden("this person never worked for you", code="pool-no-work")
    grant, is_new = QualificationGrant.objects.get_or_create(
        qualification=qualification,
        person=person,
        ended_ms=None,
        defaults={"by": by, "reason": plain, "at_ms": now_ms},
    )
    if is_new:
        _decide_again(qualification, person, now_ms)
    return grant


@transaction.atomic
def revoke_qualification(
    qualification: Qualification, person_id: int, reason: str, now_ms: Ms
) -> None:
    """Take a qualification back, with the words why, which the person reads.

    Raises:
        Incomplete: ``qualification-reason``.
        Missing: ``qualification-none``: they do not have it.
    """
    plain = reason.strip()[:LONGEST_REASON]
    if not plain:
        raise Incomplete("say why; the person reads it", code="qualification-reason")
    grant = QualificationGrant.objects.filter(
        qualification=qualification, person=person_id, ended_ms=None
    ).first()
    if grant is None:
        raise Missing("this person does not have it", code="qualification-none")
    grant.ended_ms, grant.end_reason = now_ms, plain
    grant.save(update_fields=["ended_ms", "end_reason"])
    _decide_again(qualification, grant.person, now_ms)


def grant_earned(worker: Worker, now_ms: Ms) -> int:
    """Give what a worker's gold checks have earned by now; return how many qualifications.

    What was earned is not lost by a later answer; a person takes it back, with a reason.
    """
    if worker.person is None:
        return 0
    low = int(low_end(worker.checks_right, worker.checks_answered) * PER_MILLE)
    count = 0
    for qualification in trained_by(worker.project_id):
        past = QualificationGrant.objects.filter(qualification=qualification, person=worker.person)
        if low >= qualification.at_least and not past.exists():
            grant_qualification(qualification, worker.person, EARNED, by=None, now_ms=now_ms)
            count += 1
    return count


def _decide_again(qualification: Qualification, person: Person, now_ms: Ms) -> None:
    """Decide again in each project that asks for it and where the person works."""
    where = asking_for(qualification.pk)
    for worker in Worker.objects.filter(person=person, project__in=where, ended_at=None):
        decide_one(worker, now_ms)
