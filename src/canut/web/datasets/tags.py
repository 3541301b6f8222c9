"""Template tags of labour cards: pay an hour as a line."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from canut.web.datasets.card_wording import PayMark

register = template.Library()
PAY_WIDTH = 160


@register.simple_tag
def pay_mark(pay: PayMark) -> SafeString:
    """Draw pay an hour on a line from nothing on: most people's, the median, and the floor."""
    low, median, high, floor = (
        "" if one is None else f"{PAY_WIDTH * one:.1f}"
        for one in (pay.low, pay.median, pay.high, pay.floor)
    )
    ticks = "".join(f"M{one} 6v8" for one in (low, high) if one)
    tenths = format_html(
        '<path class="ci-l" d="M{} 10H{}{}"/>', low or median, high or median, ticks
    )
    least = format_html('<path class="pay-f" d="M{} 2v16"/>', floor)
    return format_html(
        '<svg class="ch paym" width="{w}" height="20" viewBox="0 0 {w} 20" role="img"'
        ' aria-label="{told}"><title>{told}</title>'
        '<line class="gr" x1="0" y1="10" x2="{w}" y2="10"/><path class="gr" d="M.5 6v8"/>'
        '{tenths}{least}<circle class="pt" cx="{median}" cy="10" r="4.5"/></svg>',
        w=PAY_WIDTH,
        told=pay.told,
        tenths=tenths,
        least=least if floor else "",
        median=median,
    )
