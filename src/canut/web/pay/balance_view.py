"""The parts of a balance in words, and its period drawn as a line."""

from datetime import date, timedelta

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from canut.actions.pay.accounting.balance import Balance, CurrencyBalance
from canut.core.pay.accounting.balance_parts import (
    ANSWERS,
    HOURS,
    OTHER,
    PAGES,
    RESOLD,
    TAKEN,
    TOP_UP,
    WITHHELD,
    PayPart,
)
from canut.core.svg import Scale, Sheet
from canut.web.kit.formatting import format_count
from canut.web.kit.messages import message_now
from canut.web.pay.tags import short_day

register = template.Library()
WIDTH, PHONE, HIGH, LINE, TEXT = 972, 358, 46, 12, 38
EDGE = 8
APART = 190  # of two words on the line
WORDS = {
    HOURS: "page.statements.part_hours",
    PAGES: "page.statements.part_pages",
    TOP_UP: "page.statements.part_top_up",
    TAKEN: "page.statements.part_taken",
    RESOLD: "page.statements.part_resold",
    OTHER: "page.statements.part_other",
    WITHHELD: "page.statements.part_withheld",
}
PLACES = {
    ANSWERS: "answers_went",
    HOURS: "time",
    PAGES: "time",
    TOP_UP: "rules",
    TAKEN: "decisions",
    RESOLD: "answers_went",
}


@register.filter
def part_address(part: PayPart) -> str:
    """Return the page with the lines of a part."""
    return reverse(PLACES.get(part.name, "pay")) + ("" if part.name in PLACES else "#statements")


@register.filter
def part_words(part: PayPart, whole: CurrencyBalance) -> str:
    """Say what a part of a balance is for."""
    if part.name == ANSWERS:
        answers = format_count(whole.answers)
        return message_now("page.statements.part_answers", n=whole.answers, answers=answers)
    return message_now(WORDS.get(part.name, "page.statements.part_other"))


@register.simple_tag
def period_line(balance: Balance, *, narrow: bool = False) -> SafeString:
    """Draw the period from its first day over today and its end to the day of payment."""
    period, today = balance.period, balance.today
    width = PHONE if narrow else WIDTH
    end = period.last_day + timedelta(days=1)
    last = max(period.pay_day, today)
    days = max(1, (last - period.first_day).days)
    scale, sheet = Scale(EDGE, width - EDGE, days), Sheet(width, "ch period-line")

    def x_of(day: date) -> float:
        return scale.at(max(0, (day - period.first_day).days))

    sheet.line("ax", EDGE, LINE, width - EDGE, LINE)
    sheet.line("earned", EDGE, LINE, x_of(today), LINE)
    for day in (period.first_day, end, period.pay_day):
        sheet.dot("stop", x_of(day), LINE, 4)
    sheet.dot("now", x_of(today), LINE, 6)
    pay_day, first_day = short_day(period.pay_day), short_day(period.first_day)
    sheet.text(EDGE, TEXT, first_day)
    sheet.text(width - EDGE, TEXT, message_now("page.statements.paid_on", day=pay_day), "ae")
    used = [scale.at(0), scale.at(days)]
    for day, text in (
        (today, message_now("page.statements.today_is", day=short_day(today))),
        (end, message_now("page.statements.summed_up", day=short_day(end))),
    ):
        x = x_of(day)
        if not narrow and all(abs(x - other) >= APART for other in used):
            sheet.text(x, TEXT, text, "pk")
            used.append(x)
    label = message_now(
        "page.statements.the_line",
        first=short_day(period.first_day),
        last=short_day(period.last_day),
        pay=short_day(period.pay_day),
        today=short_day(today),
    )
    return SafeString(sheet.close(HIGH, label, width=None))
