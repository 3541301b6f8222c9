"""Results over the API: labels and their confidence, known labels, what the next answers buy."""

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Path, Query, Status
from pydantic import Field

from canut.actions.platform.system_clock import now_ms
from canut.actions.quality.next_answers import (
    LEAST_TARGET,
    MOST_TARGET,
    USUAL_TARGET,
    ModelCurve,
    Purchase,
    next_answers,
)
from canut.actions.tasks.known_labels import mark_known, unmark_known
from canut.core.quality.measures.learning_curve import CurvePoint
from canut.store.integrations.api_lists import BEGINNING, tasks_from
from canut.store.models import Task
from canut.web.kit.access import get_task
from canut.web.kit.api.gate import project_id_of, project_of
from canut.web.kit.api.schemas import (
    Into,
    ListQuery,
    Number,
    Out,
    Sought,
    moment,
    page_of,
    place_of,
)

Id = Annotated[Number, Path()]


class ResultOut(Out):
    """A task's label; `confidence` is the estimated chance that it is right."""

    task: int
    key: str
    label: str | None
    confidence: float | None
    answers: int = Field(description="Counted ones.")
    done: bool = Field(description="Whether no more answers are wanted.")


class ResultPage(Out):
    """Results in the order of the tasks' files."""

    items: list[ResultOut]
    next: str | None


class KnownIn(Into):
    """The known label of a task."""

    label: Annotated[str, Field(min_length=1, max_length=2000)] = Field(examples=["positive"])


class KnownOut(Out):
    """A task with a known label."""

    task: int
    key: str
    known: str


class KnownPage(Out):
    """Tasks with known labels, in the order of their files."""

    items: list[KnownOut]
    next: str | None


class TargetQuery(Sought):
    """A share of right labels that is asked for."""

    target: float = Field(
        USUAL_TARGET, ge=LEAST_TARGET, le=MOST_TARGET, description="Share of right labels wanted."
    )


class PointOut(Out):
    """A measured point with its 95 % interval; shares go from 0 to 1."""

    answers_per_task: float
    part: float = Field(description="Of the answers that were measured on.")
    value: float
    low: float
    high: float


class ForecastOut(Out):
    """What more answers bring; shares of the tasks with a label, with 95 % intervals."""

    now: float
    then: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


class PurchaseOut(Out):
    """A number of answers, their price and what they bring."""

    reach: Literal["next", "plan", "funds", "each", "target"] = Field(
        description="The next 1,000, all tasks finished, what the funds still pay, one more for "
        "every task beyond the plan, or until `target` is right."
    )
    answers: int
    new_tasks: int = Field(description="Tasks that get their first answer.")
    beyond_plan: bool
    price_micro: int | None = Field(
        description="Contributions and shares of intermediaries included; null where unpaid."
    )
    currency: str | None
    forecast: ForecastOut | None = Field(description="Null where nothing can be foreseen.")


class ModelPointOut(Out):
    """How right the model was on tasks held out, after so many answers to learn from."""

    answers: int
    value: float
    low: float
    high: float


class ModelCurveOut(Out):
    """The model's curve: measured points, and 1,000 more answers."""

    name: str
    version: str
    points: list[ModelPointOut]
    ahead: ModelPointOut | None = Field(description="Null below three points.")
    takes_over: float | None = Field(description="Share of hidden tasks it may decide alone.")


class NextAnswersOut(Out):
    """What a project's next answers buy: the figures of its page."""

    status: Literal["forecast", "merged", "survey", "no-question", "too-few", "not-measured"] = (
        Field(
            description="`merged`: answers of this kind are merged; the curve says how soon a "
            "result agrees with that of all answers, and there is no forecast."
        )
    )
    measure: Literal["labels", "choices", "merged"] | None = Field(
        description="What is right or agrees: labels, each choice of each task, merged results."
    )
    target: float
    answers: int = Field(description="Counted answers now, of tasks that are to have a label.")
    newer: int = Field(description="Of these, answers that came since the measuring.")
    missing_answers: int = Field(description="Wanted before a curve can be measured.")
    missing_tasks: int = Field(description="Tasks that want a second answer before that.")
    checked: int = Field(description="Tasks with a known label that correct the curve.")
    at: str | None = Field(description="When the last estimate was made.")
    by_arrival: list[PointOut] = Field(description="Of the answers that came first.")
    by_depth: list[PointOut] = Field(description="Of the first, second … answer of each task.")
    purchases: list[PurchaseOut] = Field(description="Fewest answers first.")
    model: ModelCurveOut | None


def list_results(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the current label of each task; an export fixes them."""
    source, row = place_of(page.cursor, BEGINNING)
    rows = tasks_from(project_id_of(request), (source, row), page.limit)
    return page_of(rows, page.limit, _place, _result)


def list_gold(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the tasks with known labels."""
    source, row = place_of(page.cursor, BEGINNING)
    rows = tasks_from(project_id_of(request), (source, row), page.limit, only_known=True)
    return page_of(rows, page.limit, _place, _known)


def mark(request: HttpRequest, project: str, task: Id, body: KnownIn) -> dict[str, object]:
    """Set the known label of a task; it measures quality, and workers never see it."""
    row = get_task(project_of(request), task)
    mark_known(row, body.label)
    return {"task": row.pk, "key": row.key, "known": body.label}


def unmark(request: HttpRequest, project: str, task: Id) -> Status[None]:
    """Remove the known label of a task."""
    unmark_known(get_task(project_of(request), task))
    return Status(204, None)


def read_next_answers(
    request: HttpRequest, project: str, sought: Query[TargetQuery]
) -> dict[str, object]:
    """Return what the next answers buy, with their price: the figures of the page."""
    figures = next_answers(project_of(request), sought.target, now_ms())
    curve, lack = figures.curve, figures.lack
    return {
        "status": figures.status.value,
        "measure": figures.measure and figures.measure.value,
        "target": figures.target,
        "answers": figures.state.answers if figures.state else 0,
        "newer": figures.newer,
        "missing_answers": lack.answers if lack else 0,
        "missing_tasks": lack.tasks if lack else 0,
        "checked": curve.checked if curve else 0,
        "at": moment(figures.estimate.created_at) if figures.estimate else None,
        "by_arrival": [_point(point) for point in curve.by_arrival] if curve else [],
        "by_depth": [_point(point) for point in curve.by_depth] if curve else [],
        "purchases": [_purchase(purchase) for purchase in figures.purchases],
        "model": figures.model and _model(figures.model),
    }


def _point(point: CurvePoint) -> dict[str, object]:
    return {
        "answers_per_task": point.depth,
        "part": point.share,
        **{name: getattr(point, name) for name in ("value", "low", "high")},
    }


def _purchase(purchase: Purchase) -> dict[str, object]:
    ahead = purchase.forecast
    return {
        "reach": purchase.reach.value,
        "answers": purchase.answers,
        "new_tasks": purchase.new_tasks,
        "beyond_plan": purchase.is_beyond_plan,
        "price_micro": purchase.price.micro if purchase.price else None,
        "currency": purchase.price.currency if purchase.price else None,
        "forecast": ahead and ahead._asdict() | {"gain": ahead.gain},
    }


def _model(model: ModelCurve) -> dict[str, object]:
    return {
        "name": model.trained.author.name,
        "version": model.trained.author.version,
        "points": [{"answers": answers, **right._asdict()} for answers, right in model.points],
        "ahead": model.ahead and model.ahead._asdict(),
        "takes_over": model.takes_over,
    }


def _place(task: Task) -> tuple[int, int]:
    return task.source_id, task.row


def _result(task: Task) -> dict[str, object]:
    return {
        "task": task.pk,
        "key": task.key,
        "label": task.now.label,
        "confidence": task.now.confidence,
        "answers": task.now.counted,
        "done": task.now.state == task.now.State.CLOSED,
    }


def _known(task: Task) -> dict[str, object]:
    return {"task": task.pk, "key": task.key, "known": task.known}
