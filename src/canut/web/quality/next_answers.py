"""What a project's next answers buy: a sentence, a curve and its table, for people and model."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.platform.system_clock import now_ms
from canut.actions.quality.next_answers import NEXT, NextAnswers, Purchase, next_answers
from canut.core.learning.measure import Z95, ShareInterval, wilson
from canut.core.outside_text import read_number
from canut.core.quality.measures.answer_forecast import ModelPoint, forecast_model
from canut.core.quality.measures.learning_curve import BIAS
from canut.store.learning.loop import last_trained
from canut.store.models import Project, Trained
from canut.store.quality import results
from canut.web.kit.formatting import format_count, money, share, tenths, whole_share
from canut.web.kit.messages import message_now
from canut.web.quality.results import may_manage

USUAL_TARGET, LEAST_TARGET, MOST_TARGET = 95.0, 1.0, 100.0


class PurchaseRow(NamedTuple):
    """One line of the table: what is asked for, what it buys and its price in words."""

    name: str
    purchase: Purchase
    price: str


class ModelRow(NamedTuple):
    """How right the model was after so many answers."""

    answers: int
    share: ShareInterval


def show(request: HttpRequest, project: Project) -> HttpResponse:
    """Show what the next answers buy, or what is missing to say it."""
    typed = read_number(request.GET.get("target", "").replace(",", ".")) or USUAL_TARGET
    target = min(max(typed, LEAST_TARGET), MOST_TARGET)
    figures = next_answers(project, target / 100, now_ms())
    trained = last_trained(project.pk)
    context = {
        "project": project,
        "figures": figures,
        "sentence": sentence_of(figures),
        "rows": _rows(figures),
        "target": f"{target:g}",
        "manages": may_manage(request, project),
        "estimate": results.last_estimate(project.pk),
        "off_by": tenths(100 * Z95 * BIAS),
        "model": trained,
        "model_rows": _model_rows(trained) if trained else [],
        "model_ahead": _model_ahead(trained) if trained else None,
        "takes_over": _takes_over(trained) if trained else None,
        "next": NEXT,
    }
    return render(request, "quality/next_answers.html", context)


def sentence_of(figures: NextAnswers) -> str:
    """Say in one sentence what the next thousand answers buy, or why nothing can be said."""
    if not figures.is_measured_kind:
        return message_now("page.next_answers.other_kind")
    if figures.lack:
        return message_now(
            "page.next_answers.too_few",
            answers=format_count(figures.lack.answers),
            tasks=format_count(figures.lack.tasks),
        )
    if figures.curve is None:
        return message_now("page.next_answers.not_measured")
    if figures.next is None:
        return message_now("page.next_answers.too_far", count=format_count(NEXT))
    ahead = figures.next.forecast
    facts = {
        "amount": _amount(figures.next),
        "points": tenths(100 * ahead.gain),
        "tasks": format_count(ahead.new_tasks),
        "n": ahead.new_tasks,
        "now": share(ahead.now),
        "then": share(ahead.then),
        "low": share(ahead.low),
        "high": share(ahead.high),
    }
    if ahead.new_tasks:
        return message_now("page.next_answers.new_tasks", **facts)
    code = "page.next_answers.flat" if ahead.is_flat else "page.next_answers.gain"
    return message_now(code, **facts)


def _amount(purchase: Purchase) -> str:
    count = format_count(purchase.forecast.answers)
    if purchase.price is None:
        return message_now("page.next_answers.amount", n=purchase.forecast.answers, count=count)
    price = money(purchase.price.micro, purchase.price.currency)
    return message_now(
        "page.next_answers.amount_paid", n=purchase.forecast.answers, count=count, price=price
    )


def _rows(figures: NextAnswers) -> list[PurchaseRow]:
    """List what can be bought, fewest answers first."""
    named = (
        (message_now("page.next_answers.row_next", count=format_count(NEXT)), figures.next),
        (message_now("page.next_answers.row_plan"), figures.plan),
        (message_now("page.next_answers.row_funds"), figures.fund),
        (message_now("page.next_answers.row_each"), figures.each),
        (
            message_now("page.next_answers.row_target", target=whole_share(figures.target)),
            figures.until_target,
        ),
    )
    rows = [
        PurchaseRow(name, purchase, money(purchase.price.micro, purchase.price.currency))
        if purchase.price
        else PurchaseRow(name, purchase, "")
        for name, purchase in named
        if purchase
    ]
    return sorted(rows, key=lambda row: row.purchase.forecast.answers)


def _model_rows(trained: Trained) -> list[ModelRow]:
    return [
        ModelRow(answers, wilson(right, held_out)) for answers, right, held_out in trained.curve
    ]


def _model_ahead(trained: Trained) -> ModelPoint | None:
    return forecast_model([tuple(point) for point in trained.curve], NEXT)


def _takes_over(trained: Trained) -> float | None:
    """Return the share of hidden tasks that the model has proven it can decide; None without."""
    most = max((seen for _low, seen, *_rest in trained.bands), default=0)
    if not most:
        return None
    proven = [seen for _low, seen, _right, _worst, is_proven in trained.bands if is_proven]
    return max(proven, default=0) / most
