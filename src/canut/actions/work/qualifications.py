"""Make an organisation's qualifications, grant them, let paid training earn them, revoke them.

A qualification is of one organisation, made on its pages or by its programs. A person reads who
granted it, when and why, or revoked it. It is never read from what they learnt elsewhere. Where a
grant changes, each project that requires the qualification decides again at once, with a decision
that can be appealed.
"""

import secrets
from dataclasses import dataclass

from django.db import transaction

from canut.actions.work.eligibility import PER_MILLE, decide_one
from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.core.quality.allocation.gold_check_rate import low_end
from canut.core.turk.ids import RANDOM_BYTES, object_id
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import (
    Qualification,
    QualificationGrant,
    QualificationRequest,
    Worker,
)
from canut.store.work.qualifications import in_use, trained_by, workers_required

LONGEST_NAME, LONGEST_WORDS, LONGEST_REASON = 200, 400, 200
EARNED, TESTED, AUTOMATIC = "earned", "tested", "automatic"
"""Reasons of grants that training, a test or asking alone earned; pages write them in words."""


@dataclass(frozen=True, slots=True)
class QualificationIn:
    """A qualification as it is written.

    Args:
        name: people read it.
        description: what it stands for.
        training: the paid project that earns it; None where it is given by hand.
        at_least: thousandths of its gold tasks that must be right.
        keywords: words by which programs find it.
        is_active: whether people can ask for it.
        retry_s: seconds after a refusal until they can ask again; None: never.
        auto_value: granted at once to who asks; None: not so.
    """

    name: str
    description: str = ""
    training: Project | None = None
    at_least: int = 0
    keywords: str = ""
    is_active: bool = False
    retry_s: int | None = None
    auto_value: int | None = None


@dataclass(frozen=True, slots=True)
class GrantIn:
    """A grant as it is given.

    Args:
        reason: the words why; a program may leave them out.
        by: who grants it, a program too; None where it was earned.
        key: the key of the program; None for a person.
        value: a whole number that projects may compare.
    """

    reason: str
    by: Person | None
    key: int | None = None
    value: int = 1


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
    if in_use(organisation_id).filter(name__iexact=plain).exists():
        raise Conflict(f"there is a qualification {plain!r} already", code="qualification-exists")
    qualification = Qualification.objects.create(
        public_id=object_id(secrets.token_bytes(RANDOM_BYTES)),
        organisation_id=organisation_id,
        name=plain,
        keywords=request.keywords.strip(),
        description=request.description.strip(),
        is_active=request.is_active,
        retry_s=request.retry_s,
        auto_value=request.auto_value,
        training=training,
        at_least=at_least if training is not None else 0,
        by=by,
        at_ms=now_ms,
    )
    if training is not None:
        for worker in Worker.objects.filter(project=training, person__isnull=False).order_by("id"):
            grant_earned(worker, now_ms)
    return qualification


def end_qualification(qualification: Qualification, now_ms: Ms) -> None:
    """End a qualification; its name is free again, and its grants stay in the history.

    A project that requires it goes on comparing with the values that were granted.
    """
    qualification.ended_ms = now_ms
    qualification.save(update_fields=["ended_ms"])


@transaction.atomic
def grant_qualification(
    qualification: Qualification, person: Person, grant_in: GrantIn, now_ms: Ms
) -> QualificationGrant:
    """Grant a person a qualification; the same value twice is once, another one replaces it.

    If they asked for it, that is settled.

    Raises:
        Incomplete: ``qualification-reason``: a person grants it without the words why.
        Forbidden: ``pool-no-work``: they never worked for the organisation.
    """
    plain = grant_in.reason.strip()
    if not plain and grant_in.key is None:
        raise Incomplete("say why; the person reads it", code="qualification-reason")
    works = Worker.objects.filter(
        person=person, project__organisation=qualification.organisation_id
    )
    if not works.exists():
        raise Forbidden("this person never worked for you", code="pool-no-work")
    standing = _lock_standing(qualification, person.pk)
    if standing is not None and standing.value == grant_in.value:
        return standing
    if standing is not None:
        standing.ended_ms = now_ms
        standing.save(update_fields=["ended_ms"])
    grant = QualificationGrant.objects.create(
        qualification=qualification,
        person=person,
        value=grant_in.value,
        by=grant_in.by,
        key_id=grant_in.key,
        reason=plain,
        at_ms=now_ms,
    )
    waiting = QualificationRequest.objects.filter(
        qualification=qualification, person=person, outcome=""
    )
    waiting.update(outcome="granted", settled_ms=now_ms, settled_by=grant_in.by)
    _decide_again(qualification, person.pk, now_ms)
    return grant


@transaction.atomic
def revoke_qualification(
    qualification: Qualification, person_id: int, reason: str, now_ms: Ms, *, key: int | None = None
) -> None:
    """Revoke a qualification, with the words why, which the person reads.

    Args:
        qualification: which.
        person_id: whose.
        reason: the words why; a program may leave them out.
        now_ms: the moment.
        key: the key of the program that revokes it; None for a person.

    Raises:
        Incomplete: ``qualification-reason``.
        Missing: ``qualification-none``: they do not have it.
    """
    plain = reason.strip()
    if not plain and key is None:
        raise Incomplete("say why; the person reads it", code="qualification-reason")
    grant = _lock_standing(qualification, person_id)
    if grant is None:
        raise Missing("this person does not have it", code="qualification-none")
    grant.ended_ms, grant.is_revoked, grant.end_reason = now_ms, True, plain
    grant.save(update_fields=["ended_ms", "is_revoked", "end_reason"])
    _decide_again(qualification, person_id, now_ms)


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
            grant_qualification(qualification, worker.person, GrantIn(EARNED, None), now_ms)
            count += 1
    return count


def _lock_standing(qualification: Qualification, person_id: int) -> QualificationGrant | None:
    """Lock and return the grant in force of a person; None if there is none."""
    grants = QualificationGrant.objects.select_for_update().filter(
        qualification=qualification, person=person_id, ended_ms=None
    )
    return grants.first()


def _decide_again(qualification: Qualification, person_id: int, now_ms: Ms) -> None:
    """Decide again in each project that requires it and where the person works."""
    for worker in workers_required(qualification, person_id):
        decide_one(worker, now_ms)
