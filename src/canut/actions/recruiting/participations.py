"""Take part in a study on another site: begin, come back, break off, withdraw.

Beginning leases the task; coming back with a code that is paid as done submits an answer to it,
anything else gives the task back for others. Whatever the code, or with none, the time is credited
and paid at no less than the floor. A missed attention check, a wrong code or a late return takes
nothing. Withdrawing asks the requester to delete; pay stays.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass

from django.db import transaction

from canut.actions.pay.adjustments.bonuses import BonusIn, grant_bonus
from canut.actions.people.accounts import join_as_worker
from canut.actions.recruiting.studies import pseudonym, study_secret
from canut.actions.recruiting.study_links import fill_address
from canut.actions.time.outside_time import AtOnce, credit_outside_time
from canut.actions.work.leases import lease_tasks, skip_task
from canut.actions.work.qualifications import GrantIn, grant_qualification
from canut.actions.work.submission import Submission, submit
from canut.core.clock import MINUTE_MS, Ms
from canut.core.errors import BadInput, Conflict, LeaseGone, Missing, NotReady
from canut.core.pay.statement_input import SCREENED_OUT
from canut.core.recruiting.prescreening import is_answer
from canut.core.recruiting.studies import (
    LONGEST_CODE,
    PAID_AS_DONE,
    CodeReading,
    Meaning,
    read_code,
)
from canut.store.recruiting.studies import (
    own_part,
    participation_of,
    prescreening_of,
    quotas_of,
    study_of,
)
from canut.store.tables.people import Person
from canut.store.tables.recruiting.studies import Participation, PrescreenAnswer, Study
from canut.store.tables.work import Worker

QUESTION = "study"
LATE_MS = 30 * 24 * 60 * MINUTE_MS  # time can be claimed of the last thirty days


@dataclass(frozen=True, slots=True)
class Return:
    """What a person brings back: the code, and how many minutes it took by their own word.

    ``minutes`` None stands for all the time since they left.
    """

    code: str
    minutes: int | None = None


@transaction.atomic
def begin_participation(worker: Worker, now_ms: Ms) -> Participation:
    """Lease the task of a study and give the person a pseudonym; twice is once.

    Raises:
        Missing: ``study-none``: the project is no study.
        NotReady: ``study-prescreening``: a quota needs an answer that they have not given;
            ``study-nothing``: nothing is left, or tasks are held back.
        Conflict: ``study-full``: enough people with their answers took part.
        NotReady, Conflict: raised by ``check_part``.
    """
    study = _study(worker)
    existing = participation_of(worker.pk)
    if existing is not None:
        return existing
    person = _person(worker)
    check_part(study, person, now_ms)
    _check_quotas(study, person)
    leased = lease_tasks(worker.pk, 1, now_ms)
    if not leased.tasks:
        raise NotReady("no place is left in this study now", code="study-nothing")
    return Participation.objects.create(
        study=study,
        worker=worker,
        participant=pseudonym(study, person),
        session=secrets.token_hex(8),
        lease_id=leased.tasks[0].lease,
        begun_ms=now_ms,
    )


def check_part(study: Study, person: Person, now_ms: Ms) -> None:
    """Check that a later part of a study is open to a person now; a first part always is.

    Raises:
        NotReady: ``study-part-before``: they did not complete the part before; or
            ``study-part-early``.
        Conflict: ``study-part-late``.
    """
    if study.follows_id is None:
        return
    part = own_part(study, person)
    if part is None:
        raise NotReady("you did not complete the part before", code="study-part-before")
    if part.is_over(now_ms):
        raise Conflict("this part is closed to you", code="study-part-late")
    if not part.is_open(now_ms):
        raise NotReady("this part opens later", code="study-part-early")


@transaction.atomic
def join_part(person: Person, number: int, now_ms: Ms) -> Worker:
    """Let a person who completed a part of a study join the next one, without an invitation.

    Raises:
        Missing: ``study-none``: there is no such part.
        NotReady, Conflict: raised by ``check_part``; ``study-nothing``: it lends no tasks.
        BadInput, Incomplete: raised by ``join_as_worker``.
    """
    study = study_of(number)
    if study is None or study.follows_id is None:
        raise Missing("there is no such part of a study", code="study-none")
    check_part(study, person, now_ms)
    if not study.project.is_lending:
        raise NotReady("no place is left in this study now", code="study-nothing")
    return join_as_worker(study.project, person, now_ms)


def address_for(participation: Participation) -> str:
    """Return the address a person is sent to, with their pseudonym filled in."""
    study = participation.study
    return fill_address(
        study.address,
        study.preset,
        participation.participant,
        str(study.pk),
        participation.session,
    )


@transaction.atomic
def end_participation(worker: Worker, arrival: Return, now_ms: Ms) -> Participation:
    """Record a return, credit the time, and pay what the code says; without a code it broke off.

    Raises:
        Missing: ``study-not-begun``.
        Conflict: ``study-ended``: they returned before.
        BadInput: ``study-code-long``, or ``study-time``: more minutes than have passed.
    """
    study = _study(worker)
    participation = Participation.objects.select_for_update().filter(worker=worker).first()
    if participation is None:
        raise Missing("you have not begun this study", code="study-not-begun")
    if participation.returned_ms is not None:
        raise Conflict("you came back before; it is recorded", code="study-ended")
    code = arrival.code.strip()
    if len(code) > LONGEST_CODE or not code.isprintable():
        raise BadInput("a completion code has 60 signs at most", code="study-code-long")
    reading = read_code(code, study.codes, study_secret(study), participation.participant)
    person = _person(worker)
    end_ms = _end_ms(participation, arrival, now_ms)
    begin_ms = max(participation.begun_ms, end_ms - LATE_MS)
    participation.claim = credit_outside_time(
        person, worker.project_id, (begin_ms, end_ms), AtOnce(study.longest_ms), now_ms
    )
    participation.returned_ms, participation.code = now_ms, code
    participation.declared_ms = end_ms - begin_ms
    participation.meaning, participation.is_own_code = reading.meaning, reading.is_own
    participation.is_asked = reading.meaning == Meaning.UNKNOWN
    _settle(study, worker, participation, reading, now_ms)
    participation.save()
    return participation


@transaction.atomic
def withdraw_participation(worker: Worker, now_ms: Ms) -> None:
    """Take one's part back: the requester is asked to delete it under the pseudonym; pay stays.

    Raises:
        Missing: ``study-not-begun``.
    """
    participation = Participation.objects.filter(worker=worker).first()
    if participation is None:
        raise Missing("you have not begun this study", code="study-not-begun")
    Participation.objects.filter(pk=participation.pk, withdrawn_ms=None).update(withdrawn_ms=now_ms)


@transaction.atomic
def confirm_deletion(study: Study, number: int, now_ms: Ms) -> None:
    """Record that the requester deleted what a person took back; the person reads it.

    Raises:
        Missing: ``participation-gone``.
    """
    rows = Participation.objects.filter(study=study, pk=number, withdrawn_ms__isnull=False)
    if not rows.exists():
        raise Missing("nobody withdrew under this number", code="participation-gone")
    rows.filter(deleted_ms=None).update(deleted_ms=now_ms)


@transaction.atomic
def say_of_oneself(person: Person, answers: dict[str, str], now_ms: Ms) -> None:
    """Set what a person says of themselves; an empty answer deletes the earlier one.

    Raises:
        BadInput: ``prescreen-unknown``.
    """
    for question, answer in answers.items():
        if not answer:
            PrescreenAnswer.objects.filter(person=person, question=question).delete()
            continue
        if not is_answer(question, answer):
            raise BadInput(f"{question}={answer} cannot be said", code="prescreen-unknown")
        PrescreenAnswer.objects.update_or_create(
            person=person, question=question, defaults={"answer": answer, "said_ms": now_ms}
        )


def _settle(
    study: Study, worker: Worker, participation: Participation, reading: CodeReading, now_ms: Ms
) -> None:
    """Submit the answer of who is paid as done; give back the task of everybody else."""
    lease = participation.lease_id or 0
    if reading.meaning in PAID_AS_DONE:
        values = {QUESTION: participation.code}
        receipt = submit(worker.pk, Submission(lease, secrets.token_hex(16), values), now_ms)
        participation.answer_id = receipt.answer
        if study.gives is not None and reading.meaning != Meaning.UNKNOWN:
            words = worker.project.title[:200]
            grant_qualification(study.gives, _person(worker), GrantIn(words, None), now_ms)
        return
    with suppress(LeaseGone, Conflict):  # it ended before; the time is paid all the same
        skip_task(worker.pk, lease, f"study: {reading.meaning}", now_ms)
    if reading.meaning == Meaning.SCREENED_OUT and study.screened_out_micro:
        grant_bonus(worker, BonusIn(study.screened_out_micro, SCREENED_OUT), now_ms)


def _end_ms(participation: Participation, arrival: Return, now_ms: Ms) -> Ms:
    """Return when the time ends that a person says they took."""
    passed_ms = now_ms - participation.begun_ms
    if arrival.minutes is None:
        return now_ms
    declared_ms = arrival.minutes * MINUTE_MS
    if not 0 <= declared_ms <= passed_ms + MINUTE_MS:
        raise BadInput(
            f"{arrival.minutes} minutes since {passed_ms // MINUTE_MS} minutes ago",
            code="study-time",
            limit=passed_ms // MINUTE_MS,
        )
    return min(now_ms, participation.begun_ms + declared_ms)


def _check_quotas(study: Study, person: Person) -> None:
    """Check that the quotas leave a place for somebody with these answers."""
    quotas = quotas_of(study)
    answers = prescreening_of(person.pk)
    for question in {quota.question for quota in quotas}:
        if question not in answers:
            raise NotReady(f"say {question} of yourself first", code="study-prescreening")
        own = [q for q in quotas if q.question == question and q.answer == answers[question]]
        if not own or any(quota.is_full for quota in own):
            raise Conflict("enough people with your answer took part", code="study-full")


def _study(worker: Worker) -> Study:
    study = study_of(worker.project_id)
    if study is None:
        raise Missing("this project is no study on another site", code="study-none")
    return study


def _person(worker: Worker) -> Person:
    if worker.person is None:
        raise Missing("nobody is behind this worker", code="study-none")
    return worker.person
