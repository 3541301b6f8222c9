"""Restrict or suspend a worker in one project: a named person, a listed act, an end date.

The person is told before it takes effect, unless waiting would harm somebody. Their past work stays
paid and in their record. The effect of a limit on leases is in ``work.leases``.

Objecting costs nobody their work. A limit runs while the appeal against it waits: unanswered in
fourteen days that is won, and the days lost are paid (``pay.lost_days``). A limit decided while
another appeal of the person against the same client waits begins only when that one has to be
answered. What a client lost an appeal about is no reason again: a new limit for the same act needs
something that happened since.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from canut.actions.decisions.ethics_protection import check_unprotected
from canut.actions.decisions.record import Ruling, appeal_day, day_in_zone, decide, name_of
from canut.actions.decisions.rejections import check_evidence
from canut.core.clock import DAY_MS, day_bounds
from canut.core.decisions.deadlines import begins_after_appeals, takes_effect
from canut.core.decisions.explanations import Sentence, explain
from canut.core.decisions.misconduct import REJECTION, RESTRICTION, SUSPENSION, Act, act_in_force
from canut.core.errors import BadInput, Conflict, Missing
from canut.store.decisions.appeals import sanctions_of
from canut.store.decisions.sanctions import (
    has_answered,
    last_answered_ms,
    last_lost,
    tasks_named,
    waiting_appeals_due,
)
from canut.store.people.work_terms import zone_of
from canut.store.tables.decisions import Decision, Sanction
from canut.store.tables.people import Person
from canut.store.tables.work import Worker

MOST_DAYS = 90
MOST_DAILY = 500
KINDS = {
    RESTRICTION: Decision.Kind.RESTRICTION,
    SUSPENSION: Decision.Kind.SUSPENSION,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """The terms of a restriction or suspension.

    Args:
        kind: ``restriction`` or ``suspension``.
        days: how long it lasts, 1 to 90.
        code: an act of the list in force.
        evidence: what shows it, in words, for the person to read.
        daily: tasks that may be lent in 24 hours, for a restriction; ignored for a suspension.
        fact_day: the last day on which it happened; that of the last answer where none is given.
    """

    kind: str
    days: int
    code: str
    evidence: str
    daily: int = 0
    fact_day: date | None = None


@transaction.atomic
def limit_worker(worker_id: int, limit: Limit, *, by: Person, now_ms: int) -> Sanction:
    """Restrict or suspend a worker in their project.

    Raises:
        Missing: there is no such worker.
        BadInput: the kind, its length or number is out of range, the act is not on the list in
            force, the evidence says nothing or is too long, or the day of the facts is none on
            which they can have happened.
        Conflict: a limit is on its way or in force already, the client lost an appeal about the
            same facts, or the person serves as an ethics reviewer, or did within twelve months.
        Forbidden: a program decides, or somebody about themselves.
    """
    _check_limit(limit)
    worker = Worker.objects.select_related("project", "person").filter(id=worker_id).first()
    if worker is None or worker.person is None:
        raise Missing(f"there is no worker {worker_id} who is still here")
    Worker.objects.select_for_update().get(id=worker_id)
    check_evidence(limit.evidence, tasks_named(worker, limit.evidence))
    if sanctions_of(worker_id, now_ms):
        raise Conflict(
            "a limit is on its way or in force; take it back first", code="already-limited"
        )
    person = worker.person
    act = act_in_force(limit.code, limit.kind, day_in_zone(person.id, now_ms))
    check_unprotected(person.pk, now_ms, is_safety=act.is_safety)
    fact_day = check_facts(worker, act, limit.fact_day, limit.evidence, now_ms)
    from_ms = begins_after_appeals(
        takes_effect(now_ms, is_safety=act.is_safety),
        waiting_appeals_due(worker),
        is_safety=act.is_safety,
    )
    until_ms = from_ms + limit.days * DAY_MS
    explanation = explain(
        limit.kind,
        {
            "who": name_of(by),
            "project": worker.project.title,
            "daily": limit.daily,
            "from_day": day_in_zone(person.id, from_ms).isoformat(),
            "until_day": day_in_zone(person.id, until_ms).isoformat(),
            "reason": Sentence(act.en, act.fr),
            "appeal_day": appeal_day(person.id, now_ms),
        },
    )
    decision = decide(
        Ruling(
            person=person.id,
            kind=KINDS[limit.kind],
            code=limit.code,
            text_en=explanation.en,
            text_fr=explanation.fr,
            by=by,
            evidence=limit.evidence,
            worker=worker.id,
            project=worker.project_id,
            inputs={
                "days": limit.days,
                **({"daily": limit.daily} if limit.kind == RESTRICTION else {}),
                "fact_day": fact_day.isoformat(),
            },
        ),
        now_ms,
    )
    Worker.objects.filter(id=worker.id).update(is_limited=True)
    return Sanction.objects.create(
        decision=decision,
        worker=worker,
        from_ms=from_ms,
        until_ms=until_ms,
        daily=limit.daily if limit.kind == RESTRICTION else None,
    )


def check_facts(
    worker: Worker, act: Act, fact_day: date | None, evidence: str, now_ms: int
) -> date:
    """Return the day of the facts of a sanction, unless the client lost an appeal about them.

    Facts are the same where the act is the same, and nothing of it happened after the lost decision
    or the same evidence shows it. Of an act that answers show, the person gave answers on that day.

    Args:
        worker: whom it is about, with their project.
        act: the act that is the reason.
        fact_day: the last day on which it happened; None is that of their last answer.
        evidence: what shows it.
        now_ms: milliseconds since 1970 UTC.

    Raises:
        BadInput: the day is to come, or no answer was given on it.
        Conflict: the same client lost an appeal about the same act, and nothing happened since.
    """
    person_id = worker.person_id or 0
    answered_ms = last_answered_ms(worker)
    last_ms = now_ms if answered_ms is None else answered_ms
    day = fact_day or day_in_zone(person_id, last_ms)
    lost = last_lost(worker, act.code)
    if lost is not None:
        is_old = day <= day_in_zone(person_id, lost.at_ms)
        if is_old or evidence.strip() == lost.evidence:
            raise Conflict(
                f"an appeal about {act.code} was won, and nothing has happened since; the same"
                " facts are no reason again",
                code="same-facts",
            )
    is_shown_by_answers = REJECTION in act.leads_to and fact_day is not None
    is_past = day <= day_in_zone(person_id, now_ms)
    bounds = day_bounds(day, zone_of(person_id, now_ms))
    if not is_past or (is_shown_by_answers and not has_answered(worker, *bounds)):
        raise BadInput(
            f"on {day} the person gave no answer here; name the last day on which it happened",
            code="fact-day",
        )
    return day


def _check_limit(limit: Limit) -> None:
    is_right = (
        limit.kind in KINDS
        and 1 <= limit.days <= MOST_DAYS
        and (limit.kind != RESTRICTION or 1 <= limit.daily <= MOST_DAILY)
    )
    if not is_right:
        raise BadInput(
            f"{limit.kind} of {limit.daily} tasks a day for {limit.days} days; expected restriction"
            f" or suspension, 1 to {MOST_DAYS} days, 1 to {MOST_DAILY} tasks",
            code="limit-range",
            limit=MOST_DAYS,
        )
