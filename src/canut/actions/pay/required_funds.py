"""Compute the funds a project needs for its possible work, and keep them locked.

This module counts the possible answers and reviews by purpose; their cost is computed in
``core.pay.required_funds``. A pilot needs funds for its own tasks only.
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
from canut.store.datasets.resales import reserved_for_resales
from canut.store.models import Project, RateVersion, TaskState
from canut.store.pay import pay_lines
from canut.store.pay.bonuses import reserved_for_bonuses
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
    """Return the funds the whole project needs, estimated by its pilot if there was one.

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
    workload = workload_of(project, more=more, gold=gold)
    bare = cost_of_answers(project, rate, workload.answers, now_ms, tried)
    return bare.covering(workload, looks_of(project, rate, workload.tasks, bare.task_ms))


def cost_of_answers(
    project: Project,
    rate: RateVersion,
    answers: int,
    now_ms: int,
    tried: Sequence[PilotPerson] = (),
) -> Need:
    """Return the cost of a number of answers, by the pilot if any; without reviews.

    Raises:
        Incomplete: a place's values are not known.
    """
    pilot = pilot_of(project.id)
    if pilot is not None and pilot.passed_ms is not None:
        tried = [
            PilotPerson(
                person["worker"],
                person["pieces"],
                person["ms"],
                Money(person["floor"], rate.currency),
                rate.by_hour_micro,
            )
            for person in pilot.tried
        ]
    if not any(person.pieces for person in tried):
        return _before(project, rate, answers, now_ms)
    _floor, codes = floors_known(project, rate.currency, now_ms)
    piece = Money(rate.piece_micro, rate.currency)
    return need_after_pilot(answers, piece, tried, rate_on_top(codes, now_ms))


def need_of_pilot(
    project: Project,
    now_ms: int,
    *,
    more: int = 0,
    rate: RateVersion | None = None,
    people: int = 0,
) -> Need:
    """Return the funds the pilot needs: twenty tasks a person, practice, reviews.

    Args:
        project: which.
        now_ms: the moment.
        more: answers about to be asked of single tasks.
        rate: a price that is not saved yet.
        people: how many are about to be invited; by default those invited, else ten.

    Raises:
        Incomplete: there is no price, or a place's values are not known.
    """
    rate = rate or _rate(project)
    people = people or invited(project.id) or PEOPLE_WANTED
    workload = workload_of(project, more=more)
    answers = min(workload.answers, people * (TASKS_AT_MOST + 1))
    bare = _before(project, rate, answers, now_ms)
    tasks = min(workload.tasks, divided_up(answers, workload.least))
    return bare.covering(workload, looks_of(project, rate, tasks, bare.task_ms))


def need_at(
    project: Project, rate: RateVersion, overlap: int, now_ms: int, *, people: int = 0
) -> Need:
    """Return the funds a draft would need at a price and an overlap not saved yet.

    Args:
        project: which; its floor may be one that is typed and not saved.
        rate: the price, as typed.
        overlap: the number of answers a task, as typed.
        now_ms: the time.
        people: how many are about to be invited, each with a practice task, before anybody is.

    Raises:
        Incomplete: a place's values are not known.
    """
    if overlap != project.overlap:
        project.overlap, project.overlap_most = overlap, None
    workload = workload_of(project, people=people)
    bare = _before(project, rate, workload.answers, now_ms)
    return bare.covering(workload, looks_of(project, rate, workload.tasks, bare.task_ms))


def need_now(project: Project, now_ms: int, *, more: int = 0, gold: int = 0) -> Need:
    """Return the funds needed at this stage: for the pilot, or for the whole project.

    Raises:
        Incomplete: there is no price, or a place's values are not known.
    """
    pilot = pilot_of(project.id)
    is_tried = project.state == Project.State.PILOT
    if is_tried or (pilot is not None and pilot.passed_ms is None):
        return need_of_pilot(project, now_ms, more=more)
    return need_of(project, now_ms, more=more, gold=gold)


def lock_again(project: Project, now_ms: int, *, gold: int = 0) -> None:
    """Lock or release funds after a change of price, overlap, reviews or checks.

    Raises:
        Unfunded: there is not enough for it.
    """
    if project.is_lending or project.state == Project.State.PAUSED:
        needed = need_now(project, now_ms, gold=gold)
        lock_funds(project, needed.total + _beside_answers(project, needed), _note(project), now_ms)


def free_again(project: Project, now_ms: int) -> None:
    """Release funds locked beyond the need; lock nothing more."""
    if project.is_lending or project.state == Project.State.PAUSED:
        needed = need_now(project, now_ms)
        free_funds(project, needed.total + _beside_answers(project, needed), _note(project), now_ms)


def _beside_answers(project: Project, needed: Need) -> Money:
    """Return what was locked for bonuses and shares of resales; it stays so until it is charged."""
    currency = needed.total.currency
    shares = reserved_for_resales(project.id, currency)
    return Money(shares + reserved_for_bonuses(project.id, currency), currency)


def workload_of(project: Project, *, more: int = 0, gold: int = 0, people: int = 0) -> Workload:
    """Count the answers a project may have to pay, by purpose.

    Args:
        project: which; its overlap may be one that is not kept yet.
        more: answers about to be asked of single tasks.
        gold: tasks about to become gold.
        people: how many are about to be invited, where nobody is yet.
    """
    paid = pay_lines.count_answers(project.id)
    counted = pay_lines.count_counted_answers(project.id)
    hidden = TaskState.objects.filter(project=project, state=State.GOLD).count() + gold
    tasks = (tasks_of(project.id) or rows_waiting(project.id)) - hidden
    people, most = invited(project.id) or people, project.overlap_most or project.overlap
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
    """Return how many reviews may come and how long each takes; None without reviewers.

    Args:
        project: which.
        rate: whose currency and price of an hour reviews have.
        tasks: how many may be reviewed.
        task_ms: how long a task is taken to take.
    """
    looks = looks_known(project.id)
    if not looks and not has_reviewers(project):
        return None
    rule = rule_of(project.id)
    look_ms, is_measured = look_time(rule.look_ms, looks_made(project.id), task_ms)
    return Looks(
        tasks=tasks,
        per_mille=rule.share_per_mille,
        people=LOOKED_AT[ReviewRule.Second(rule.second)],
        known=looks,
        piece=Money(rule.piece_micro, rate.currency),
        by_hour=Money(rate.by_hour_micro, rate.currency) if rate.by_hour_micro else None,
        look_ms=look_ms,
        is_measured=is_measured,
    )


def _more(project: Project, most: int) -> int:
    """Add up the answers that single tasks need beyond the project's overlap."""
    tasks = TaskState.objects.filter(project=project, overlap__gt=most)
    tasks = tasks.exclude(state__in=(State.PRACTICE, State.GOLD))
    added: int = tasks.aggregate(more=Sum(F("overlap") - most))["more"] or 0
    return added


def _about_to(project: Project) -> int:
    """Add up the answers that running bulk edits have still to add."""
    running = Bulk.objects.filter(project=project, kind=Bulk.Kind.ANSWERS, state=Bulk.State.RUNNING)
    rows = running.values_list("amount", "said", "changed")
    return sum(amount * max(0, total - changed) for amount, total, changed in rows)


def _likely(project: Project) -> int:
    """Return the expected answers per task, in hundredths, with adaptive overlap."""
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
