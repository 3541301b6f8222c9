"""Make the repairs of an incident: ordinary paid tasks, known answers corrected, tasks set aside.

What a repair may be follows from the cause; its estimate is shown before it is made. Funds are held
for it as for any answer of the project. Where the platform pays, whoever runs it deposits the
estimate first, so that no client pays for a fault of ours.
"""

from typing import NamedTuple

import numpy as np
from django.db import transaction
from django.db.models import Sum

from canut.actions.learning.slice_tasks import tasks_of_slice
from canut.actions.ledger.entries import record_fact
from canut.actions.pay.funds import deposit_funds
from canut.actions.pay.required_funds import cost_of_answers, lock_again
from canut.actions.quality.bulk_edit import BulkChange, change_many
from canut.actions.quality.gold import correct_known_in_favour
from canut.actions.tasks.priority import FIRST
from canut.core.clock import MINUTE_MS, Ms
from canut.core.errors import BadInput, Conflict, Forbidden, Missing, Unfunded
from canut.core.learning.incident_terms import IncidentCause, IncidentState, RepairKind, RepairPayer
from canut.core.learning.incidents import REPAIRS, payer_of
from canut.core.money import Money
from canut.store.pay.funds import is_funded
from canut.store.projects.versions import current_question, rate_or_none
from canut.store.tables.learning import Incident, IncidentRepair, Proposal
from canut.store.tables.pay import FundsLine
from canut.store.tables.people import Person
from canut.store.tables.quality import Bulk, Gold
from canut.store.tables.tasks import Task, TaskState
from canut.store.tables.work import Worker
from canut.store.tasks.filter_sql import Filter

MOST_TASKS = 2_000
MOST_FOLD = 10
IN_REPAIR = frozenset({IncidentState.REPAIRING.value})
IN_PROOF = frozenset({IncidentState.REPAIRING.value, IncidentState.PROVING.value})


class RepairIn(NamedTuple):
    """A repair that is asked for.

    ``amount``: how many tasks, at most; for corrected known answers the key is of the task and the
    label what is right. ``fold``: further answers a task, times the project's own number.
    ``outside``: hidden tasks of the rest, not of the slice.
    """

    kind: str
    amount: int = 0
    fold: int = 1
    outside: bool = False
    key: str = ""
    label: str = ""


class RepairEstimate(NamedTuple):
    """What a repair asks of people and costs: tasks, answers, their time, and the money to hold.

    ``money`` is None where nobody is paid by the answer here.
    """

    tasks: tuple[int, ...]
    answers: int
    ms: Ms
    money: Money | None
    paid_by: RepairPayer


def estimate_repair(incident: Incident, repair: RepairIn, now_ms: Ms) -> RepairEstimate:
    """Estimate a repair before it is made.

    Raises:
        BadInput: ``incident-repair``: the cause has no such repair; ``incident-amount``.
        Conflict: ``incident-few``: there are too few tasks for it; ``incident-question``: no newer
            version of the question is there.
        Missing: ``not-gold``: the task has no known answer.
    """
    kind = _check_kind(incident, repair)
    tasks = _tasks_for(incident, kind, repair)
    answers = _answers_of(incident, kind, repair, len(tasks))
    ms, money = _cost(incident, answers, now_ms)
    return RepairEstimate(tuple(tasks), answers, ms, money, payer_of(IncidentCause(incident.cause)))


def make_repair(incident_id: int, repair: RepairIn, *, by: Person, now_ms: Ms) -> IncidentRepair:
    """Make a repair, and hold the funds for it.

    Raises:
        Missing: there is no such incident.
        Conflict: ``incident-step``: nothing is repaired in its state; as ``estimate_repair``.
        Forbidden: ``incident-not-owner``: somebody else owns it.
        Unfunded: the money for it is not there.
    """
    incident = _lock(incident_id)
    allowed = IN_PROOF if repair.kind == RepairKind.HIDDEN_SAMPLE else IN_REPAIR
    if incident.state not in allowed:
        raise Conflict(f"nothing is repaired while it is {incident.state}", code="incident-step")
    if incident.owner_id != by.pk:
        raise Forbidden("the owner of the incident does this", code="incident-not-owner")
    estimate = estimate_repair(incident, repair, now_ms)
    with transaction.atomic():
        _check_paid(incident, estimate)
        stored = IncidentRepair.objects.create(
            incident=incident, kind=repair.kind, cause=incident.cause, tasks=list(estimate.tasks),
            answers=estimate.answers, ms=estimate.ms,
            micro=estimate.money.micro if estimate.money else 0,
            currency=estimate.money.currency if estimate.money else "",
            paid_by=estimate.paid_by.value, by=by, at_ms=now_ms,
        )  # fmt: skip
        _MAKE[RepairKind(repair.kind)](incident, repair, estimate, by, now_ms)
        facts = {
            "of": incident.pk, "cause": incident.cause, "kind": stored.kind,
            "tasks": len(estimate.tasks), "minutes": stored.ms // MINUTE_MS, "micro": stored.micro,
            "currency": stored.currency, "paid_by": stored.paid_by,
        }  # fmt: skip
        record_fact(incident.project_id, "repair", facts, now_ms)
    return stored


def fund_repair(incident_id: int, micro: int, *, by: Person, now_ms: Ms) -> FundsLine:
    """Deposit the platform's money for a repair it pays.

    Raises:
        Missing: there is no such incident.
        Conflict: ``incident-payer``: the client pays this one.
        BadInput: nothing or less.
    """
    incident = _lock(incident_id)
    if not incident.cause or payer_of(IncidentCause(incident.cause)) is RepairPayer.REQUESTER:
        raise Conflict("the client pays the repair of this cause", code="incident-payer")
    rate = rate_or_none(incident.project_id)
    currency = rate.currency if rate else "CAD"
    note = deposit_note(incident)
    return deposit_funds(incident.project, Money(micro, currency), note, by=by, now_ms=now_ms)


def deposit_note(incident: Incident) -> str:
    """Return the note of deposits that the platform makes for an incident."""
    return f"incident {incident.pk}"


def _lock(incident_id: int) -> Incident:
    incident = Incident.objects.select_related("project", "author").filter(pk=incident_id).first()
    if incident is None:
        raise Missing(f"there is no incident {incident_id}", code="incident-missing")
    return incident


def _check_kind(incident: Incident, repair: RepairIn) -> RepairKind:
    causes = REPAIRS[IncidentCause(incident.cause)] if incident.cause else ()
    if repair.kind not in set(causes):
        raise BadInput(
            f"{repair.kind[:20]!r} is no repair of the cause {incident.cause or 'not said'}",
            code="incident-repair",
        )
    kind = RepairKind(repair.kind)
    is_counted = kind in {RepairKind.RELABEL, RepairKind.HIDDEN_SAMPLE, RepairKind.WITHDRAW}
    if is_counted and not 1 <= repair.amount <= MOST_TASKS:
        raise BadInput(
            f"{repair.amount} tasks; give 1 to {MOST_TASKS}",
            code="incident-amount",
            limit=MOST_TASKS,
        )
    return kind


def _tasks_for(incident: Incident, kind: RepairKind, repair: RepairIn) -> list[int]:
    """Return the tasks a repair concerns; linked ones first where some are to be chosen."""
    if kind is RepairKind.QUESTION:
        _check_newer_question(incident)
        return []
    if kind is RepairKind.KNOWN_ANSWERS:
        gold = Gold.objects.filter(
            project=incident.project_id, task__key=repair.key, ended_ms=None
        ).first()
        if gold is None:
            raise Missing(f"task {repair.key!r} has no known answer", code="not-gold")
        return [gold.task_id]
    members = [task.task for task in tasks_of_slice(incident.project_id, incident.slice)]
    if kind is RepairKind.HIDDEN_SAMPLE:
        return _drawn(incident, members, repair)
    linked = [task for task in incident.linked if task]
    if kind is RepairKind.WITHDRAW:
        members = linked or members
    else:
        members = list(dict.fromkeys([*linked, *members]))
    states = TaskState.objects.filter(task__in=members).exclude(
        state__in=(TaskState.State.GOLD, TaskState.State.PRACTICE, TaskState.State.ASIDE)
    )
    if kind is RepairKind.RELABEL:
        states = states.filter(counted__gt=0)
    usable = set(states.values_list("task_id", flat=True))
    chosen = [task for task in members if task in usable][: repair.amount]
    if not chosen:
        raise Conflict("no task of this kind is left for it", code="incident-few", found=0)
    return chosen


def _drawn(incident: Incident, members: list[int], repair: RepairIn) -> list[int]:
    """Draw tasks at random that nobody answered, whose proposal nobody saw while answering.

    Raises:
        Conflict: ``incident-few``.
    """
    states = TaskState.objects.filter(
        project=incident.project_id, counted=0, live=0, reviewed_ms=None,
        state__in=(TaskState.State.OPEN, TaskState.State.CLOSED),
        task__proposal__is_hidden=False, task__withdrawn=None,
    )  # fmt: skip
    free = set(states.values_list("task_id", flat=True))
    inside = set(members)
    usable = sorted(free - inside if repair.outside else free & inside)
    if len(usable) < repair.amount:
        raise Conflict(
            f"{len(usable)} tasks can be asked; import more, or ask fewer",
            code="incident-few",
            found=len(usable),
        )
    rng = np.random.default_rng()
    return sorted(int(task) for task in rng.choice(usable, repair.amount, replace=False))


def _answers_of(incident: Incident, kind: RepairKind, repair: RepairIn, tasks: int) -> int:
    """Return how many answers a repair asks for."""
    overlap = incident.project.overlap
    if kind is RepairKind.HIDDEN_SAMPLE:
        return tasks * overlap
    if kind is RepairKind.RELABEL:
        if not 1 <= repair.fold * overlap <= MOST_FOLD:
            raise BadInput(
                f"{repair.fold * overlap} further answers a task; give 1 to {MOST_FOLD}",
                code="incident-amount",
                limit=MOST_FOLD,
            )
        return tasks * repair.fold * overlap
    return 0


def _cost(incident: Incident, answers: int, now_ms: Ms) -> tuple[Ms, Money | None]:
    """Return the time and the money that answers take; no money where nobody is paid by them."""
    rate = rate_or_none(incident.project_id)
    if rate is None or not answers:
        return 0, None
    need = cost_of_answers(incident.project, rate, answers, now_ms)
    return need.task_ms * answers, need.total


def _check_newer_question(incident: Incident) -> None:
    """Raise ``Conflict`` unless the question has a version from after the alarm."""
    version = current_question(incident.project_id)
    if round(version.created_at.timestamp() * 1000) < incident.at_ms:
        raise Conflict("write the new version of the question first", code="incident-question")


def _check_paid(incident: Incident, estimate: RepairEstimate) -> None:
    """Raise ``Unfunded`` where the platform pays and has not deposited the estimate."""
    is_ours = estimate.paid_by is RepairPayer.PLATFORM
    if not is_ours or estimate.money is None or not is_funded(incident.project_id):
        return
    deposits = FundsLine.objects.filter(
        project=incident.project_id, kind=FundsLine.Kind.DEPOSIT, note=deposit_note(incident)
    )
    deposited = deposits.aggregate(sum=Sum("micro", default=0))["sum"]
    planned = incident.repairs.aggregate(sum=Sum("micro", default=0))["sum"]
    missing = planned + estimate.money.micro - deposited
    if missing > 0:
        raise Unfunded(
            "the platform pays this repair; whoever runs it deposits the money first",
            code="incident-unfunded",
            needed_micro=estimate.money.micro,
            missing_micro=missing,
            currency=estimate.money.currency,
        )


def _relabel(
    incident: Incident, repair: RepairIn, estimate: RepairEstimate, by: Person, now_ms: Ms
) -> None:
    """Ask for further answers to the tasks, before all others."""
    change = BulkChange(
        Bulk.Kind.ANSWERS.value,
        Filter(incident.project_id),
        repair.fold * incident.project.overlap,
        estimate.tasks,
    )
    change_many(incident.project, change, len(estimate.tasks), by=by, now_ms=now_ms)
    _put_first(incident.project_id, estimate.tasks)


def _draw_hidden(
    incident: Incident, _repair: RepairIn, estimate: RepairEstimate, _by: Person, now_ms: Ms
) -> None:
    """Ask people about tasks whose proposal nobody sees."""
    tasks = list(estimate.tasks)
    list(TaskState.objects.select_for_update().filter(task__in=tasks).order_by("task_id"))
    Proposal.objects.filter(task__in=tasks, took_ms__isnull=False).update(back_ms=now_ms)
    Proposal.objects.filter(task__in=tasks).update(is_shown=False, took_ms=None, is_hidden=True)
    TaskState.objects.filter(task__in=tasks, counted=0).update(
        state=TaskState.State.OPEN, label=None, confidence=None
    )
    _put_first(incident.project_id, estimate.tasks)
    if is_funded(incident.project_id):
        lock_again(incident.project, now_ms)


def _correct(
    incident: Incident, repair: RepairIn, estimate: RepairEstimate, by: Person, now_ms: Ms
) -> None:
    """Correct a known answer; no score falls by it."""
    reason = incident.cause_words[:400]
    correct_known_in_favour(estimate.tasks[0], repair.label, reason, by=by, now_ms=now_ms)


def _withdraw(
    incident: Incident, _repair: RepairIn, estimate: RepairEstimate, by: Person, now_ms: Ms
) -> None:
    """Set the tasks aside; their answers stay, and stay paid."""
    change = BulkChange(Bulk.Kind.ASIDE.value, Filter(incident.project_id), tasks=estimate.tasks)
    change_many(incident.project, change, len(estimate.tasks), by=by, now_ms=now_ms)


def _name_question(
    _incident: Incident, _repair: RepairIn, _estimate: RepairEstimate, _by: Person, _now_ms: Ms
) -> None:
    """Do nothing more: the new version of the question is there."""


def _put_first(project_id: int, tasks: tuple[int, ...]) -> None:
    """Let people of the project meet these tasks before all others."""
    TaskState.objects.filter(task__in=tasks).update(priority=FIRST)
    Worker.objects.filter(project=project_id).update(cursor_priority=FIRST, cursor_task=0)


_MAKE = {
    RepairKind.RELABEL: _relabel,
    RepairKind.HIDDEN_SAMPLE: _draw_hidden,
    RepairKind.KNOWN_ANSWERS: _correct,
    RepairKind.WITHDRAW: _withdraw,
    RepairKind.QUESTION: _name_question,
}


def repairable_keys(incident: Incident) -> list[str]:
    """List the keys of the tasks linked to an incident."""
    return list(Task.objects.filter(pk__in=incident.linked).values_list("key", flat=True))
