"""Compute what a project's next answers buy, and their price: figures for the page and the API.

The curve was measured with the last estimate. The plan, the prices and the funds are those of now.
What a curve shows for each kind of question is decided in ``curves``.

Reads only.
"""

from enum import StrEnum
from typing import NamedTuple

from canut.actions.pay.required_funds import cost_of_answers
from canut.actions.quality.curves import measure_of
from canut.core.errors import Incomplete
from canut.core.learning.measure import ShareInterval, wilson
from canut.core.money import Money
from canut.core.pay.bill import share_on_the_way
from canut.core.quality.measures import learning_curve, merged_curve
from canut.core.quality.measures.answer_forecast import (
    Forecast,
    ModelPoint,
    WorkState,
    answers_until,
    forecast,
    forecast_model,
)
from canut.core.quality.measures.learning_curve import CurveMeasure, Lack, LearningCurve, from_json
from canut.store.learning.loop import last_trained
from canut.store.models import Estimate, Project, Trained
from canut.store.pay.funds import balance, chain_of
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.store.quality.work_counts import WorkCounts, count_work

NEXT = 1_000
ENOUGH_CLOSED = 30
USUAL_TARGET, LEAST_TARGET, MOST_TARGET = 0.95, 0.01, 1.0


class Reach(StrEnum):
    """How far a purchase goes."""

    NEXT = "next"
    """The next thousand answers."""
    PLAN = "plan"
    """All tasks finished."""
    FUNDS = "funds"
    """What the funds still pay."""
    EACH = "each"
    """One more answer for every task, beyond the plan."""
    TARGET = "target"
    """Until a share of labels is right."""


class Status(StrEnum):
    """What can be said of the next answers, or why nothing can."""

    FORECAST = "forecast"
    """The curve is measured, and more answers can be foreseen."""
    MERGED = "merged"
    """Answers are merged by their kind: the curve shows how soon the result settles."""
    SURVEY = "survey"
    """There is no right answer."""
    NO_QUESTION = "no-question"
    """The project asks nothing yet."""
    TOO_FEW = "too-few"
    """Answers are missing before a curve can be measured."""
    NOT_MEASURED = "not-measured"
    """The next estimate measures the curve."""


class Purchase(NamedTuple):
    """A number of answers, their price and what they bring.

    Args:
        reach: how far it goes.
        answers: how many more.
        new_tasks: tasks without an answer that get a label.
        is_beyond_plan: whether the plan would have to ask for more answers per task.
        price: with contributions and the shares of intermediaries, as the bill adds them; None
            where nothing is paid.
        forecast: None for kinds of which nothing can be foreseen.
    """

    reach: Reach
    answers: int
    new_tasks: int
    is_beyond_plan: bool
    price: Money | None
    forecast: Forecast | None


class ModelCurve(NamedTuple):
    """How right the project's model was, by the answers it learnt from.

    Args:
        trained: the last training.
        points: answers it learnt from, and the share right of the tasks held out.
        ahead: after a thousand more; None below three points, or too far ahead.
        takes_over: share of hidden tasks it has proven that it can decide; None without any.
    """

    trained: Trained
    points: list[tuple[int, ShareInterval]]
    ahead: ModelPoint | None
    takes_over: float | None


class NextAnswers(NamedTuple):
    """What is said of the next answers.

    Args:
        measure: what share the curve shows; None without a question, and in a survey.
        has_question: whether the project asks anything.
        lack: what is missing before a curve is measured; None if nothing is.
        curve: as measured; None where it was not.
        state: how far the work is; None before the first answer.
        purchases: what can be bought, fewest answers first.
        target: share of right labels asked for.
        estimate: the last one; None before.
        model: None without a model.
        on_the_way: what all parties between client and worker receive of each answer, in the
            prices; None where nothing is paid, or nobody stands between.
    """

    measure: CurveMeasure | None
    has_question: bool
    lack: Lack | None
    curve: LearningCurve | None
    state: WorkState | None
    purchases: list[Purchase]
    target: float
    estimate: Estimate | None
    model: ModelCurve | None
    on_the_way: Money | None = None

    @property
    def status(self) -> Status:
        """What can be said, or why nothing can."""
        if not self.has_question:
            return Status.NO_QUESTION
        if self.measure is None:
            return Status.SURVEY
        if self.lack:
            return Status.TOO_FEW
        if self.curve is None:
            return Status.NOT_MEASURED
        return Status.MERGED if self.measure == CurveMeasure.MERGED else Status.FORECAST

    @property
    def newer(self) -> int:
        """Answers that came since the curve was measured."""
        if not (self.curve and self.curve.project_answers and self.state):
            return 0
        return max(self.state.answers - self.curve.project_answers, 0)

    @property
    def is_target_reached(self) -> bool:
        """Whether nothing is planned any more and the share of labels is right already."""
        if self.curve is None or self.state is None or self.state.planned:
            return False
        ahead = forecast(self.curve, self.state, 1)
        return ahead is not None and ahead.now >= self.target

    def purchase(self, reach: Reach) -> Purchase | None:
        """Return the purchase that goes so far; None where there is none."""
        return next((each for each in self.purchases if each.reach == reach), None)

    @property
    def ahead(self) -> Purchase | None:
        """The forecast that is drawn: of a thousand more, else the nearest one that is foreseen."""
        foreseen = [each for each in self.purchases if each.forecast]
        return next((each for each in foreseen if each.reach == Reach.NEXT), None) or next(
            iter(foreseen), None
        )


def next_answers(project: Project, target: float, now_ms: int) -> NextAnswers:
    """Return what the next answers of a project buy.

    Args:
        project: which.
        target: share of right labels asked for, from 0 to 1.
        now_ms: the moment, for the prices.
    """
    question = question_or_none(project.pk)
    measure = measure_of(question.schema) if question else None
    counts = count_work(project.pk)
    estimate = Estimate.objects.filter(project=project.pk).order_by("-id").first()
    figures = NextAnswers(
        measure,
        question is not None,
        _lack_of(measure, counts),
        None,
        None,
        [],
        target,
        estimate,
        _model_curve(project),
    )
    if not counts.answered:
        return figures
    state = WorkState(
        counts.tasks,
        counts.answered,
        counts.answers,
        counts.fresh,
        counts.lacking,
        _wanted(project, counts),
    )
    curve = from_json(estimate.curve) if estimate and estimate.curve else None
    if curve and curve.measure != measure:  # the question was of another kind
        curve = None
    figures = figures._replace(state=state, curve=curve, on_the_way=_on_the_way(project))
    return figures._replace(purchases=_purchases(project, figures, state, now_ms))


def _purchases(
    project: Project, figures: NextAnswers, state: WorkState, now_ms: int
) -> list[Purchase]:
    """Return what can be bought, fewest answers first; nothing that cannot be foreseen."""
    labour, curve = _labour_of_next(project, now_ms), figures.curve
    price = labour + figures.on_the_way * NEXT if labour and figures.on_the_way else labour
    reaches = {
        Reach.NEXT: NEXT,
        Reach.PLAN: state.planned,
        Reach.FUNDS: _free_answers(project, labour),
        Reach.EACH: state.planned + state.tasks,
        Reach.TARGET: answers_until(curve, state, figures.target) if curve else None,
    }
    purchases = [
        _buy(reach, answers, price, state, curve) for reach, answers in reaches.items() if answers
    ]
    if figures.measure in {CurveMeasure.LABELS, CurveMeasure.CHOICES}:
        purchases = [purchase for purchase in purchases if purchase.forecast]
    return sorted(purchases, key=lambda purchase: purchase.answers)


def _buy(
    reach: Reach, answers: int, price: Money | None, state: WorkState, curve: LearningCurve | None
) -> Purchase:
    coverage = state.after(answers)
    micro = -(-price.micro * answers // NEXT) if price else 0
    return Purchase(
        reach,
        answers,
        round(coverage.new_tasks),
        coverage.is_beyond_plan,
        Money(micro, price.currency) if price else None,
        forecast(curve, state, answers) if curve else None,
    )


def _lack_of(measure: CurveMeasure | None, counts: WorkCounts) -> Lack | None:
    """Return what is missing for a curve; None where nothing is, or nothing could be measured."""
    if measure is None:
        return None
    fewest = merged_curve if measure == CurveMeasure.MERGED else learning_curve
    answers = max(fewest.FEWEST_ANSWERS - counts.answers, 0)
    tasks = max(fewest.FEWEST_TASKS - counts.twice, 0)
    return Lack(answers, tasks) if answers or tasks else None


def _wanted(project: Project, counts: WorkCounts) -> float:
    """Return the answers a fresh task is to get: where that depends on them, those others took."""
    per_task = float(project.overlap)
    least, most = project.overlap_first or project.overlap, project.overlap_most or project.overlap
    if least < most:
        middle = (least + most) / 2
        is_known = counts.closed >= ENOUGH_CLOSED
        per_task = counts.of_closed / counts.closed if is_known else middle
    return max(per_task, 1.0)


def _labour_of_next(project: Project, now_ms: int) -> Money | None:
    """Return what the funds pay for a thousand answers, with contributions; None where unpaid."""
    rate = rate_or_none(project.pk)
    if rate is None or project.is_own_staff:
        return None
    try:
        return cost_of_answers(project, rate, NEXT, now_ms).total
    except Incomplete:  # a value of a place is missing: no price is better than a wrong one
        return None


def _on_the_way(project: Project) -> Money | None:
    """Return what all parties between client and worker receive of each answer, if anything."""
    rate = rate_or_none(project.pk)
    if rate is None or project.is_own_staff:
        return None
    share = share_on_the_way(chain_of(project.pk), rate.currency)
    return share if share.micro else None


def _free_answers(project: Project, labour: Money | None) -> int | None:
    """Return how many answers the funds still pay; the client pays intermediaries besides."""
    if labour is None or not labour.micro:
        return None
    funds = balance(project.pk, labour.currency)
    unspent = (funds.deposited - funds.spent).micro
    return unspent * NEXT // labour.micro if unspent > 0 else None


def _model_curve(project: Project) -> ModelCurve | None:
    trained = last_trained(project.pk)
    if trained is None:
        return None
    return ModelCurve(
        trained,
        [(answers, wilson(right, held_out)) for answers, right, held_out in trained.curve],
        forecast_model([tuple(point) for point in trained.curve], NEXT),
        _takes_over(trained),
    )


def _takes_over(trained: Trained) -> float | None:
    """Return the share of hidden tasks that the model has proven it can decide; None without."""
    most = max((count for _low, count, *_rest in trained.bands), default=0)
    if not most:
        return None
    proven = [count for _low, count, _right, _worst, is_proven in trained.bands if is_proven]
    return max(proven, default=0) / most
