"""What a project's next answers buy: a sentence, a curve and its table, for people and model."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.platform.system_clock import now_ms
from canut.actions.quality.next_answers import (
    LEAST_TARGET,
    MOST_TARGET,
    NEXT,
    USUAL_TARGET,
    NextAnswers,
    Purchase,
    Reach,
    Status,
    next_answers,
)
from canut.core.learning.measure import Z95
from canut.core.outside_text import read_number
from canut.core.quality.measures.learning_curve import BIAS
from canut.store.models import Project
from canut.web.kit.formatting import format_count, money, share, tenths, whole_share
from canut.web.kit.messages import message_now
from canut.web.quality.results import may_manage


class PurchaseRow(NamedTuple):
    """One line of the table: what is asked for, what it buys and its price in words."""

    name: str
    purchase: Purchase
    price: str


def show(request: HttpRequest, project: Project) -> HttpResponse:
    """Show what the next answers buy, or what is missing to say it."""
    typed = read_number(request.GET.get("target", "").replace(",", ".")) or 100 * USUAL_TARGET
    target = min(max(typed, 100 * LEAST_TARGET), 100 * MOST_TARGET)
    figures = next_answers(project, target / 100, now_ms())
    context = {
        "project": project,
        "figures": figures,
        "is_forecast": figures.status == Status.FORECAST,
        "is_merged": figures.status == Status.MERGED,
        "is_waiting": figures.status == Status.NOT_MEASURED,
        "sentence": sentence_of(figures),
        "rows": _rows(figures),
        "target": f"{target:g}",
        "target_note": target_note(figures),
        "manages": may_manage(request, project),
        "off_by": tenths(100 * Z95 * BIAS),
        "next": NEXT,
    }
    return render(request, "quality/next_answers.html", context)


def target_note(figures: NextAnswers) -> str:
    """Say where no answers beyond the plan are needed for the share asked for, or none suffice."""
    target, plan = figures.purchase(Reach.TARGET), figures.purchase(Reach.PLAN)
    if figures.is_target_reached:
        code = "page.next_answers.reached"
    elif target is None:
        code = "page.next_answers.out_of_reach"
    elif _is_in_plan(target, plan):
        code = "page.next_answers.by_plan"
    else:
        return ""
    return message_now(code, target=_asked_share(figures.target))


def _is_in_plan(target: Purchase, plan: Purchase | None) -> bool:
    """Return whether the share asked for is reached once the plan is finished."""
    return plan is not None and target.answers == plan.answers


def _asked_share(target: float) -> str:
    """Format a share as it was typed: with a decimal only where it has one."""
    return whole_share(target) if float(f"{100 * target:.6f}").is_integer() else share(target)


def sentence_of(figures: NextAnswers) -> str:
    """Say in one sentence what the next thousand answers buy, or why nothing can be said."""
    status = figures.status
    if status == Status.FORECAST:
        return _forecast_sentence(figures)
    if status == Status.MERGED and figures.curve:
        point = figures.curve.by_depth[-1]
        return message_now(
            "page.next_answers.merged",
            n=round(point.depth),
            count=format_count(round(point.depth)),
            agreement=share(point.value),
            low=share(point.low),
            high=share(point.high),
        )
    if status == Status.TOO_FEW and figures.lack:
        return message_now(
            "page.next_answers.too_few",
            answers=format_count(figures.lack.answers),
            tasks=format_count(figures.lack.tasks),
        )
    codes = {
        Status.SURVEY: "page.next_answers.survey",
        Status.NO_QUESTION: "page.next_answers.no_question",
    }
    return message_now(codes.get(status, "page.next_answers.not_measured"))


def _forecast_sentence(figures: NextAnswers) -> str:
    purchase = figures.purchase(Reach.NEXT)
    if purchase is None or purchase.forecast is None:
        return message_now("page.next_answers.too_far", count=format_count(NEXT))
    ahead = purchase.forecast
    facts = {
        "amount": _amount(purchase),
        "measure": str(figures.measure),
        "points": tenths(100 * ahead.gain),
        "tasks": format_count(purchase.new_tasks),
        "n": purchase.new_tasks,
        "now": share(ahead.now),
        "then": share(ahead.then),
        "low": share(ahead.low),
        "high": share(ahead.high),
    }
    if purchase.new_tasks:
        return message_now("page.next_answers.new_tasks", **facts)
    code = "page.next_answers.flat" if ahead.is_flat else "page.next_answers.gain"
    return message_now(code, **facts)


def _amount(purchase: Purchase) -> str:
    count = format_count(purchase.answers)
    if purchase.price is None:
        return message_now("page.next_answers.amount", n=purchase.answers, count=count)
    price = money(purchase.price.micro, purchase.price.currency)
    return message_now(
        "page.next_answers.amount_paid", n=purchase.answers, count=count, price=price
    )


def _rows(figures: NextAnswers) -> list[PurchaseRow]:
    """List what can be bought, fewest answers first; what the plan reaches stands there once."""
    plan = figures.purchase(Reach.PLAN)
    names = {
        Reach.NEXT: message_now("page.next_answers.row_next", count=format_count(NEXT)),
        Reach.PLAN: message_now("page.next_answers.row_plan"),
        Reach.FUNDS: message_now("page.next_answers.row_funds"),
        Reach.EACH: message_now("page.next_answers.row_each"),
        Reach.TARGET: message_now(
            "page.next_answers.row_target",
            target=_asked_share(figures.target),
            measure=str(figures.measure),
        ),
    }
    return [
        PurchaseRow(
            names[purchase.reach],
            purchase,
            money(purchase.price.micro, purchase.price.currency) if purchase.price else "",
        )
        for purchase in figures.purchases
        if purchase.reach != Reach.TARGET or not _is_in_plan(purchase, plan)
    ]
