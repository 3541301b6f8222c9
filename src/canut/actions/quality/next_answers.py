"""Compute what a project's next answers buy, and their price: figures for the page.

The curve was measured with the last estimate. The plan, the prices and the funds are those of now.

Reads only.
"""

from typing import NamedTuple

from django.db.models import Count, Q, Sum

from canut.actions.pay.required_funds import cost_of_answers
from canut.core.errors import Incomplete
from canut.core.kinds import choice, is_plain_choice, questions_of
from canut.core.money import Money
from canut.core.quality.measures.answer_forecast import (
    Forecast,
    WorkState,
    answers_until,
    forecast,
)
from canut.core.quality.measures.learning_curve import (
    FEWEST_ANSWERS,
    FEWEST_TASKS,
    Lack,
    LearningCurve,
    from_json,
)
from canut.store.models import Estimate, Project, TaskState
from canut.store.pay.funds import balance
from canut.store.projects.versions import question_or_none, rate_or_none

NEXT = 1_000
ENOUGH_CLOSED = 30
State = TaskState.State


class Purchase(NamedTuple):
    """A number of answers, what it buys, and its price; no price where nothing is paid."""

    forecast: Forecast
    price: Money | None


class NextAnswers(NamedTuple):
    """What the page says of the next answers.

    Args:
        is_measured_kind: whether the question has one label per task, of a list.
        lack: what is missing before a curve is measured; None if nothing is.
        curve: as measured; None where it was not.
        state: how far the work is; None before the first answer.
        next: what the next thousand buy; None so far ahead that nothing can be said.
        plan, fund, each: until the plan ends, until the free funds end, one more for every task;
            None where there is nothing of that.
        target: share of right labels asked for.
        until_target: what brings it; None if no number of answers within reach does.
    """

    is_measured_kind: bool
    lack: Lack | None
    curve: LearningCurve | None
    state: WorkState | None
    next: Purchase | None
    plan: Purchase | None
    fund: Purchase | None
    each: Purchase | None
    target: float
    until_target: Purchase | None


def next_answers(project: Project, target: float, now_ms: int) -> NextAnswers:
    """Return what the next answers of a project buy.

    Args:
        project: which.
        target: share of right labels asked for, from 0 to 1.
        now_ms: the moment, for the prices.
    """
    nothing = NextAnswers(
        _is_measured_kind(project), None, None, None, None, None, None, None, target, None
    )
    if not nothing.is_measured_kind:
        return nothing
    stored = (
        Estimate.objects.filter(project=project.pk)
        .order_by("-id")
        .values_list("curve", flat=True)
        .first()
    )
    state, lack = _state_of(project)
    if stored is None or not state.answered:
        return nothing._replace(lack=lack)
    curve = from_json(stored)
    price = _price_of_next(project, now_ms)

    def buy(answers: int | None) -> Purchase | None:
        ahead = forecast(curve, state, answers) if answers else None
        if ahead is None:
            return None
        micro = -(-price.micro * ahead.answers // NEXT) if price else 0
        return Purchase(ahead, Money(micro, price.currency) if price else None)

    free = _free_answers(project, price)
    return nothing._replace(
        curve=curve,
        state=state,
        next=buy(NEXT),
        plan=buy(state.planned),
        fund=buy(free),
        each=buy(state.planned + state.tasks),
        until_target=buy(answers_until(curve, state, target)),
    )


def _is_measured_kind(project: Project) -> bool:
    """Return whether each task gets one label of a list; other kinds have no right share."""
    question = question_or_none(project.pk)
    if question is None or not is_plain_choice(question.schema):
        return False
    return not choice.is_multiple(questions_of(question.schema)[0])


def _state_of(project: Project) -> tuple[WorkState, Lack | None]:
    """Return how far the work is, and what is missing for a curve."""
    closed, is_answered = Q(state=State.CLOSED, counted__gt=0), Q(counted__gt=0)
    sums = (
        TaskState.objects.filter(project=project.pk)
        .exclude(state__in=(State.PRACTICE, State.GOLD))
        .aggregate(
            tasks=Count("task_id"),
            answered=Count("task_id", filter=is_answered),
            answers=Sum("counted", default=0),
            twice=Count("task_id", filter=Q(counted__gt=1)),
            closed=Count("task_id", filter=closed),
            of_closed=Sum("counted", filter=closed, default=0),
        )
    )
    per_task = float(project.overlap)
    if project.overlap_most:
        enough = sums["closed"] >= ENOUGH_CLOSED
        middle = (project.overlap + project.overlap_most) / 2
        per_task = sums["of_closed"] / sums["closed"] if enough else middle
    state = WorkState(sums["tasks"], sums["answered"], sums["answers"], max(per_task, 1.0))
    lack = Lack(max(FEWEST_ANSWERS - sums["answers"], 0), max(FEWEST_TASKS - sums["twice"], 0))
    return state, lack if lack.answers or lack.tasks else None


def _price_of_next(project: Project, now_ms: int) -> Money | None:
    """Return the price of the next thousand answers, contributions included; None where unpaid."""
    rate = rate_or_none(project.pk)
    if rate is None or project.is_own_staff:
        return None
    try:
        return cost_of_answers(project, rate, NEXT, now_ms).total
    except Incomplete:  # a value of a place is missing: no price is better than a wrong one
        return None


def _free_answers(project: Project, price: Money | None) -> int | None:
    """Return how many answers the funds that are deposited and not spent still pay."""
    if price is None or not price.micro:
        return None
    funds = balance(project.pk, price.currency)
    unspent = (funds.deposited - funds.spent).micro
    return unspent * NEXT // price.micro if unspent > 0 else None
