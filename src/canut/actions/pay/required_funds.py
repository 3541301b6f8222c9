"""Say how much money a project needs locked for the work it may come to pay, and keep it locked.

What answers and reviews are for is counted here from what the project asks, holds and has paid;
what they cost is decided in ``core.pay.required_funds``. A pilot needs money for its own part
alone.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import F, Sum

from canut.actions.pay.floors import floors_known, rate_on_top
from canut.actions.pay.funds import free_funds, lock_funds
from canut.core.errors import Incomplete
from canut.core.kinds import choices_of
from canut.core.money import Money, divided_up
from canut.core.pay.pilot import PEOPLE_WANTED, TASKS_AT_MOST, PilotPerson
from canut.core.pay.required_funds import Need, need_after_pilot, need_before_pilot
from canut.core.pay.workload import Looks, Workload, audit_answers, gold_answers, look_time
from canut.core.quality.allocation.expected_answers import likely_answers
from canut.core.quality.allocation.overlap import Asking
from canut.store.models import Project, RateVersion, TaskState
from canut.store.pay import pay_lines
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.store.quality.reviews import has_reviewers, looks_known, looks_made, rule_of
from canut.store.tables.quality import Bulk, ReviewRule
from canut.store.work.pilots import invited, pilot_of, rows_waiting, tasks_of

State = TaskState.State
ENOUGH_CLOSED = 30  # closed tasks after which their mean says how many answers are likely
LOOKED_AT = {ReviewRule.Second.NONE: 1, ReviewRule.Second.CHANGE: 2, ReviewRule.Second.ALWAYS: 3}


def need_of(
    project: Project,
    now_ms: int,
    *,
    more: int = 0,
    gold: int = 0,
    tried: Sequence[PilotPerson] = (),
) -> Need:
    """Say what must be locked for the whole project, by its pilot if there was one.

    Args:
        project: which.
        now_ms: the moment.
        more: answers about to be asked of single tasks.
        gold: tasks about to become gold.
        tried: what a pilot shows that has not passed yet.

    Raises:
        Incomplete: there is no price, or a place's values are not known.
    """
    rate = _rate(project)
    asked = workload_of(project, more=more, gold=gold)
    bare = cost_of_answers(project, rate, asked.answers, now_ms, tried)
    return bare.covering(asked, looks_of(project, rate, asked.tasks, bare.task_ms))


def cost_of_answers(
    project: Project,
    rate: RateVersion,
    answers: int,
    now_ms: int,
    tried: Sequence[PilotPerson] = (),
) -> Need:
    """Say what so many answers cost, by the pilot if there was one; no review among them.

    Raises:
        Incomplete: a place's values are not known.
    """
    pilot = pilot_of(project.id)
    if pilot is not None and pilot.passed_ms is not None:
        tried = [
            PilotPerson(
                one["worker"],
                one["pieces"],
                one["ms"],
                Money(one["floor"], rate.currency),
                rate.by_hour_micro,
            )
            for one in pilot.tried
        ]
    if not any(one.pieces for one in tried):
        return _before(project, rate, answers, now_ms)
    _floor, codes = floors_known(project, rate.currency, now_ms)
    piece = Money(rate.piece_micro, rate.currency)
    return need_after_pilot(answers, piece, tried, rate_on_top(codes, now_ms))


def need_of_pilot(project: Project, now_ms: int, *, more: int = 0) -> Need:
    """Say what must be locked for the pilot alone: twenty tasks a person, practice, reviews.

    Raises:
        Incomplete: there is no price, or a place's values are not known.
    """
    rate = _rate(project)
    people = max(PEOPLE_WANTED, invited(project.id))
    asked = workload_of(project, more=more)
    answers = min(asked.answers, people * (TASKS_AT_MOST + 1))
    bare = _before(project, rate, answers, now_ms)
    tasks = min(asked.tasks, divided_up(answers, asked.least))
    return bare.covering(asked, looks_of(project, rate, tasks, bare.task_ms))


def need_at(
    project: Project, rate: RateVersion, overlap: int, floor_micro: int | None, now_ms: int
) -> Need:
    """Say what a draft would need at a price and an overlap that are not kept yet.

    Raises:
        Incomplete: a place's values are not known.
    """
    project.floor_micro = floor_micro  # as typed; nothing is saved here
    if overlap != project.overlap:
        project.overlap, project.overlap_most = overlap, None
    asked = workload_of(project)
    bare = _before(project, rate, asked.answers, now_ms)
    return bare.covering(asked, looks_of(project, rate, asked.tasks, bare.task_ms))


def need_now(project: Project, now_ms: int, *, more: int = 0, gold: int = 0) -> Need:
    """Say what must be locked as far as the project has come: its pilot, or all of it.

    Raises:
        Incomplete: there is no price, or a place's values are not known.
    """
    pilot = pilot_of(project.id)
    is_tried = project.state == Project.State.PILOT
    if is_tried or (pilot is not None and pilot.passed_ms is None):
        return need_of_pilot(project, now_ms, more=more)
    return need_of(project, now_ms, more=more, gold=gold)


def lock_again(project: Project, now_ms: int, *, gold: int = 0) -> None:
    """Have the money locked follow a new price, another number of answers, reviews or checks.

    Raises:
        Unfunded: there is not enough for it.
    """
    if project.is_lending or project.state == Project.State.PAUSED:
        needed = need_now(project, now_ms, gold=gold)
        lock_funds(project, needed.total, _note(project), now_ms)


def free_again(project: Project, now_ms: int) -> None:
    """Free what is locked beyond the need; lock nothing more."""
    if project.is_lending or project.state == Project.State.PAUSED:
        free_funds(project, need_now(project, now_ms).total, _note(project), now_ms)


def workload_of(project: Project, *, more: int = 0, gold: int = 0) -> Workload:
    """Count the answers a project may come to pay, by what they are for.

    Args:
        project: which; its overlap may be one that is not kept yet.
        more: answers about to be asked of single tasks.
        gold: tasks about to become gold.
    """
    paid = pay_lines.count_answers(project.id)
    counted = pay_lines.count_counted_answers(project.id)
    hidden = TaskState.objects.filter(project=project, state=State.GOLD).count() + gold
    tasks = (tasks_of(project.id) or rows_waiting(project.id)) - hidden
    people, most = invited(project.id), project.overlap_most or project.overlap
    more += _more(project, most) + _about_to(project)
    regular = max(0, tasks) * most + more
    return Workload(
        tasks=max(0, tasks),
        least=project.overlap,
        most=most,
        more=more,
        practice=people,
        gold=gold_answers(regular, hidden, people),
        audits=audit_answers(max(0, tasks), project.audit_per_mille),
        counted=counted,
        beside=paid - counted,
        likely_hundredths=_likely(project) if project.overlap_most else 0,
    )


def looks_of(project: Project, rate: RateVersion, tasks: int, task_ms: int) -> Looks | None:
    """Say how many reviews may come and what each takes; None where nobody reviews.

    Args:
        project: which.
        rate: whose currency and price of an hour reviews have.
        tasks: how many may be reviewed.
        task_ms: how long a task is taken to take.
    """
    known = looks_known(project.id)
    if not known and not has_reviewers(project):
        return None
    rule = rule_of(project.id)
    look_ms, is_measured = look_time(rule.look_ms, looks_made(project.id), task_ms)
    return Looks(
        tasks=tasks,
        per_mille=rule.share_per_mille,
        people=LOOKED_AT[ReviewRule.Second(rule.second)],
        known=known,
        piece=Money(rule.piece_micro, rate.currency),
        by_hour=Money(rate.by_hour_micro, rate.currency) if rate.by_hour_micro else None,
        look_ms=look_ms,
        is_measured=is_measured,
    )


def _more(project: Project, most: int) -> int:
    """Add up the answers asked of single tasks beyond what the project asks of each."""
    found = TaskState.objects.filter(project=project, overlap__gt=most)
    found = found.exclude(state__in=(State.PRACTICE, State.GOLD))
    added: int = found.aggregate(more=Sum(F("overlap") - most))["more"] or 0
    return added


def _about_to(project: Project) -> int:
    """Add up the answers that changes of many tasks, under way now, are still to ask."""
    running = Bulk.objects.filter(project=project, kind=Bulk.Kind.ANSWERS, state=Bulk.State.RUNNING)
    rows = running.values_list("amount", "said", "changed")
    return sum(amount * max(0, said - changed) for amount, said, changed in rows)


def _likely(project: Project) -> int:
    """Return how many answers a task is likely to get, in hundredths, where asked until sure."""
    closed = TaskState.objects.filter(project=project, state=State.CLOSED)
    done = closed.aggregate(sum=Sum("counted", default=0))["sum"], closed.count()
    if done[1] >= ENOUGH_CLOSED:
        return divided_up(100 * done[0], done[1])
    question = question_or_none(project.id)
    choices = choices_of(question.schema) if question else 0
    asking = Asking(project.overlap, project.overlap_most)
    return int(100 * likely_answers(asking, max(2, choices)) + 0.5)


def _before(project: Project, rate: RateVersion, answers: int, now_ms: int) -> Need:
    floor, codes = floors_known(project, rate.currency, now_ms)
    on_top = rate_on_top(codes, now_ms) if codes else Decimal(0)
    return need_before_pilot(answers, rate.declared, floor, on_top)


def _note(project: Project) -> str:
    return "pilot" if project.state == Project.State.PILOT else "project"


def _rate(project: Project) -> RateVersion:
    rate = rate_or_none(project.id)
    if rate is None:
        raise Incomplete("set the price before opening the project", field="price")
    return rate
