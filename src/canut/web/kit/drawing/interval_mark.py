"""Draw a measure and its interval as a small chart in a sentence or a table."""

from django.utils.safestring import SafeString

from canut.core.svg import Scale, Sheet

MARK_WIDTH, MARK_HEIGHT, TICK = 220, 20, 4


def mark_interval(
    scale: Scale, low: float, middle: float, high: float, *, leading: bool = False
) -> SafeString:
    """Draw a dot with its interval, hidden from screen readers: the text has the same figures."""
    sheet, y, tone = Sheet(MARK_WIDTH), MARK_HEIGHT // 2, " t" if leading else ""
    sheet.line("gr", 0, y, MARK_WIDTH, y)
    sheet.interval(f"ci-l{tone}", scale.at(low), scale.at(high), y, TICK)
    sheet.dot(f"pt{tone}", scale.at(middle), y)
    return SafeString(sheet.close(MARK_HEIGHT))
