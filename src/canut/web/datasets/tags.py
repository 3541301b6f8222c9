"""Template tags of labour cards: hourly pay drawn as a line."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from canut.core.svg import Scale, Sheet, element, format_coordinate
from canut.web.datasets.card_wording import PayMark

register = template.Library()
PAY_WIDTH, PAY_HEIGHT = 160, 20


@register.simple_tag
def pay_mark(pay: PayMark) -> SafeString:
    """Draw hourly pay on a line from 0: the range of most people, the median and the floor."""
    scale, sheet, y = Scale(0, PAY_WIDTH, 1), Sheet(PAY_WIDTH, "ch paym"), PAY_HEIGHT // 2
    low, median, high, floor = (
        None if share is None else format_coordinate(scale.at(share))
        for share in (pay.low, pay.median, pay.high, pay.floor)
    )
    ends = "".join(f"M{end} 6v8" for end in (low, high) if end)
    sheet.add(element("title", escape(pay.told)))
    sheet.line("gr", 0, y, PAY_WIDTH, y)
    sheet.path("gr", "M.5 6v8")
    sheet.path("ci-l", f"M{low or median} {y}H{high or median}{ends}")
    if floor:
        sheet.path("pay-f", f"M{floor} 2v16")
    sheet.dot("pt", scale.at(pay.median), y)
    return SafeString(sheet.close(PAY_HEIGHT, pay.told))
