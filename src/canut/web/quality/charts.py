"""Quality charts as SVG, and the names of models.

Attributes and classes only: the content policy forbids inline styles. A table says the same.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import floor

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from canut.actions.quality.next_answers import NextAnswers
from canut.core.quality.measures.answer_forecast import Forecast
from canut.core.quality.measures.learning_curve import CurvePoint
from canut.core.svg import Scale, Sheet
from canut.store.models import Estimate
from canut.store.quality.measures import Compared, Confusion, compared_by
from canut.web.kit import formatting
from canut.web.kit.drawing.interval_mark import MARK_WIDTH, mark_interval
from canut.web.kit.formatting import format_count, whole_share
from canut.web.kit.messages import message_now

register = template.Library()
register.filter(formatting.decimal_of.__name__, formatting.decimal_of)
register.filter(formatting.chance_of.__name__, formatting.chance_of)

CELL, NAMES, TOP = 56, 120, 28
SURE_WIDTH, SURE_HEIGHT = 72, 8
CHART_WIDTH, CHART_HEIGHT, CHART_TOP = 760, 96, 20
CURVE_WIDTH, CURVE_LEFT, CURVE_RIGHT, CURVE_TOP, CURVE_BOTTOM = 500, 52, 12, 14, 200
NEAR_LABELS = 64  # points under which two figures of the axis would touch
WIDE_FROM = 0.5
WIDEST_NAME, WIDEST_HEAD = 16, 7
OFTEN, MOST_TIMES = 0.5, 1_000
WEIGHED_BY = {
    "equal": "page.charts.all_weigh_the_same",
    "simulated": "page.charts.right_more_often",
    "gold": "page.charts.right_more_often",
}
PALE = 0.55  # over it the figure is written in the ground's colour


@register.simple_tag
def confusion_mark(confusion: Confusion) -> SafeString:
    """Draw the confusion matrix: darker cells are more frequent; each shows its figure."""
    size = len(confusion.labels)
    sheet = Sheet(NAMES + size * CELL, "ch conf")
    for index, label in enumerate(confusion.labels):
        sheet.text(_middle(NAMES, index), TOP - 10, _cut(label, WIDEST_HEAD), anchor="middle")
    for row, (label, _answers, shares) in enumerate(confusion.rows):
        y = _middle(TOP, row) + 4
        sheet.text(NAMES - 10, y, _cut(label, WIDEST_NAME), anchor="end")
        for index, share in enumerate(shares):
            if share is None:
                continue
            left, top = NAMES + index * CELL + 1, TOP + row * CELL + 1
            opacity = f"{0.04 + 0.96 * share:.2f}"
            sheet.rect("s1", left, top, CELL - 2, CELL - 2, fill_opacity=opacity)
            kind = "inv" if share > PALE else "st"
            sheet.text(_middle(NAMES, index), y, whole_share(share), kind, "middle")
    label = message_now("page.charts.what_was_said_under")
    return SafeString(sheet.close(TOP + size * CELL, label))


def _middle(begin: int, place: int) -> int:
    """Return the centre of a column or row, in pixels."""
    return begin + place * CELL + CELL // 2


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


@register.simple_tag
def days_chart(days: Sequence[tuple[int, int]]) -> SafeString:
    """Draw the answers of each day as bars, and say their sum."""
    sheet = Sheet(CHART_WIDTH, "ch")
    most = max([count for _day, count in days] + [1])
    scale = Scale(0, CHART_HEIGHT, most)
    step = CHART_WIDTH / len(days)
    for index, (day_ms, count) in enumerate(days):
        height = scale.at(count)
        top = CHART_TOP + CHART_HEIGHT - height
        sheet.rect("s1", index * step, top, max(min(step - 2, 40), 1), height)
        if index in {0, len(days) - 1}:
            end = "end" if index and index == len(days) - 1 else "start"
            x = CHART_WIDTH if end == "end" else 0
            sheet.text(x, CHART_TOP + CHART_HEIGHT + 18, formatting.calendar_day(day_ms), "", end)
    sheet.text(0, 12, message_now("page.charts.at_most_a_day", n=most, count=format_count(most)))
    total = sum(count for _day, count in days)
    label = message_now(
        "page.charts.answers_of_days", n=len(days), days=len(days), count=format_count(total)
    )
    chart = sheet.close(
        CHART_TOP + CHART_HEIGHT + 24, label, width="100%", preserveAspectRatio="xMinYMid meet"
    )
    return SafeString(f'{chart}<p class="small mute">{conditional_escape(label)}</p>')


@register.simple_tag
def learning_chart(figures: NextAnswers) -> SafeString:
    """Draw the share of right labels by answers so far, and where the next ones would go.

    Answers that came since the measuring lie between its last point and the forecast.
    """
    if figures.curve is None or figures.state is None:
        return SafeString("")
    points, purchase = figures.curve.by_arrival, figures.ahead
    ahead = purchase.forecast if purchase else None
    measured, total = figures.state.answers - figures.newer, figures.state.answers
    furthest = total + (purchase.answers if purchase else 0)
    sheet = Sheet(CURVE_WIDTH, "ch")
    across = Scale(CURVE_LEFT, CURVE_WIDTH - CURVE_RIGHT, furthest)
    up = _upward(sheet, [*points, ahead] if ahead else points)
    for answers, anchor in ((0, "start"), (total, "middle"), (furthest, "end")):
        is_crowded = across.at(furthest) - across.at(total) < NEAR_LABELS
        if answers != total or (ahead and not is_crowded):
            sheet.text(across.at(answers), CURVE_BOTTOM + 18, format_count(answers), "", anchor)
    last = _draw_points(sheet, up, [(across.at(point.share * measured), point) for point in points])
    label = message_now(
        "page.charts.learning_so_far",
        answers=format_count(measured),
        now=formatting.share(points[-1].value),
        measure=str(figures.measure),
    )
    legend = message_now("page.charts.measured_legend")
    if ahead and purchase:
        x, y = across.at(furthest), up(ahead.then)
        path = [last, (across.at(total), up(ahead.now)), (x, y)]
        for start, end in pairwise(path):
            sheet.line("floor", *start, *end)
        sheet.upright_interval("ci-l t", x, up(ahead.high), up(ahead.low))
        sheet.dot("pt t", x, y)
        label = message_now(
            "page.charts.learning_curve",
            answers=format_count(total),
            now=formatting.share(ahead.now),
            more=format_count(purchase.answers),
            then=formatting.share(ahead.then),
            measure=str(figures.measure),
        )
        legend = message_now("page.charts.learning_legend")
    return _framed(sheet, label, legend)


@register.simple_tag
def settling_chart(figures: NextAnswers) -> SafeString:
    """Draw how alike a result of some answers is to that of all, by answers per task."""
    if figures.curve is None:
        return SafeString("")
    points = figures.curve.by_depth
    sheet = Sheet(CURVE_WIDTH, "ch")
    across = Scale(CURVE_LEFT, CURVE_WIDTH - CURVE_RIGHT, points[-1].depth + 1)
    up = _upward(sheet, points)
    for point in points:
        x = across.at(point.depth)
        sheet.text(x, CURVE_BOTTOM + 18, format_count(round(point.depth)), "", "middle")
    _draw_points(sheet, up, [(across.at(point.depth), point) for point in points])
    label = message_now(
        "page.charts.settling",
        n=round(points[-1].depth),
        count=format_count(round(points[-1].depth)),
        agreement=formatting.share(points[-1].value),
    )
    return _framed(sheet, label, message_now("page.charts.settling_legend"))


def _upward(sheet: Sheet, points: Sequence[CurvePoint | Forecast]) -> Callable[[float], float]:
    """Draw the lines of shares, from the tenth below all points; return the height of a share."""
    least = max(0.0, floor(min(point.low for point in points) * 10 - 0.5) / 10)
    up = Scale(CURVE_BOTTOM, CURVE_TOP, 1 - least)
    for tenth in range(round(least * 10), 11, 1 if least > WIDE_FROM else 2):
        y = up.at(tenth / 10 - least)
        sheet.line("gr", CURVE_LEFT, y, CURVE_WIDTH - CURVE_RIGHT, y)
        sheet.text(CURVE_LEFT - 8, y + 4, whole_share(tenth / 10), "", "end")
    return lambda part: up.at(part - least)


def _draw_points(
    sheet: Sheet, up: Callable[[float], float], points: Sequence[tuple[float, CurvePoint]]
) -> tuple[float, float]:
    """Draw measured points with their intervals and a line; return where the last one is."""
    positions = [(x, up(point.value)) for x, point in points]
    sheet.path("lead", "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in positions))
    for (x, y), (_x, point) in zip(positions, points, strict=True):
        sheet.upright_interval("ci-l", x, up(point.high), up(point.low))
        sheet.dot("pt", x, y)
    return positions[-1]


def _framed(sheet: Sheet, label: str, legend: str) -> SafeString:
    """Return the chart as wide as its column, with a line that explains it."""
    chart = sheet.close(
        CURVE_BOTTOM + 26, label, width="100%", height=None, preserveAspectRatio="xMinYMid meet"
    )
    return SafeString(
        f'<div class="learning measure">{chart}</div>'
        f'<p class="small mute">{conditional_escape(legend)}</p>'
    )


@register.simple_tag
def sure_bar(confidence: float) -> SafeString:
    """Draw how sure a label is as a bar; the figure stands beside it."""
    sheet = Sheet(SURE_WIDTH, "sure-bar")
    sheet.rect("y", 0, 0, SURE_WIDTH, SURE_HEIGHT)
    sheet.rect("z", 0, 0, SURE_WIDTH * confidence, SURE_HEIGHT)
    return SafeString(sheet.close(SURE_HEIGHT, ""))


@register.simple_tag
def skill_mark(low: float, middle: float, high: float) -> SafeString:
    """Draw an accuracy and its interval on an axis from 0 to 1."""
    return mark_interval(Scale(0, MARK_WIDTH, 1), low, middle, high)


@register.filter
def random_words(chance: float) -> str:
    """Say how often answers given without looking would agree as well: ``once in 40``."""
    if chance >= OFTEN:
        return message_now("page.charts.as_often_as_not")
    times = min(round(1 / max(chance, 0.001)), MOST_TIMES)
    return message_now("page.charts.once_in", count=format_count(times))


@register.filter
def model_name(model: str) -> str:
    """Return the display name of a model; its own name if it has none."""
    names = {
        "auto": message_now("page.charts.mean_of_several_models"),
        "mace-dawid-skene": message_now("page.charts.habits_of_error_guessing"),
        "majority": message_now("page.charts.plurality_vote"),
        "weighted": message_now("page.charts.vote_weighted_by_skill"),
        "one-coin": message_now("page.charts.one_accuracy_for_each"),
        "mace": message_now("page.charts.competence_or_guessing_mace"),
        "glad": message_now("page.charts.skill_and_difficulty_glad"),
        "dawid-skene": message_now("page.charts.habits_of_error_dawid"),
        "dawid-skene-pooled": message_now("page.charts.habits_of_error_pooled"),
        "ordinal": message_now("page.charts.habits_of_error"),
        "merged": message_now("page.charts.median_vote_or_nearest"),
        "none": message_now("common.nothing_yet_inline"),
    }
    return names.get(model, model)


@register.filter
def models_compared(estimate: Estimate) -> list[Compared]:
    """List the models that were compared."""
    return compared_by(estimate)


@register.filter
def chosen_because(estimate: Estimate) -> list[str]:
    """Explain why a model was chosen; empty if the reason was not stored."""
    choice = estimate.choice
    if choice is None:
        return []
    if choice["rule"] == "merged":
        return [message_now("page.charts.answers_of_this_kind")]
    if choice["rule"] == "each-choice":
        return [message_now("page.charts.each_choice")]
    if choice["rule"] not in WEIGHED_BY:
        return []
    return [message_now(WEIGHED_BY[choice["rule"]]), _had_a_say(choice["known"])]


def _had_a_say(known_count: int) -> str:
    if not known_count:
        return message_now("page.charts.no_known_answer_had")
    return message_now(
        "page.charts.known_answers_had", n=known_count, count=format_count(known_count)
    )
