"""How a day's time is shown: drawn as a line, said in words; and which pages count as time."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from django import template
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from canut.actions.platform.system_clock import now_ms
from canut.actions.time.day_view import Day, DayInterval
from canut.actions.time.heartbeats import open_page
from canut.core.svg import Scale, Sheet
from canut.core.time.surfaces import SORTS, surface_of_page
from canut.store.models import Role
from canut.web.kit.access import get_person, page_of
from canut.web.kit.formatting import duration, locale

register = template.Library()

SURFACES: Mapping[str, str] = {
    "item": gettext_noop("tasks"),
    "practice": gettext_noop("practice"),
    "review": gettext_noop("reviewing"),
    "queue": gettext_noop("looking for work"),
    "why": gettext_noop("reading what it is for"),
    "instructions": gettext_noop("instructions"),
    "break": gettext_noop("paid break"),
    "time": gettext_noop("looking at my time"),
    "pay": gettext_noop("looking at my pay"),
    "messages": gettext_noop("messages"),
    "appeals": gettext_noop("decisions and appeals"),
    "account": gettext_noop("my account"),
    "page": gettext_noop("other pages of Canut"),
    "claim": gettext_noop("time I added"),
}
ENDS: Mapping[str, str] = {
    "sign": gettext_noop("you went on to something else"),
    "allowance": gettext_noop("no sign for %(allowed)s: cut there"),
    "hidden": gettext_noop("the page was no longer in view"),
    "missing": gettext_noop("the page fell silent: half a minute counted"),
    "closed": gettext_noop("you left the page"),
    "crashed": gettext_noop("the page closed without a word: half a minute counted"),
}
KINDS: Mapping[str, str] = {
    "asked": gettext_noop("time added"),
    "held": gettext_noop("time held back"),
    "contest": gettext_noop("said not to be right"),
}
REASONS: Mapping[str, str] = {
    "paper": gettext_noop("paper or preparation"),
    "crashed": gettext_noop("page or network crashed"),
    "other": gettext_noop("something else"),
    "too_long": gettext_noop("far above the usual"),
    "not_right": gettext_noop("the timeline is not right"),
}
STATES: Mapping[str, str] = {
    "accepted": gettext_noop("counts"),
    "pending": gettext_noop("waits for a person"),
    "granted": gettext_noop("granted, counts"),
    "refused": gettext_noop("refused"),
}
WIDTH, PHONE = 972, 358
EDGE, TOP, DEEP, HIGH = 6, 22, 16, 64
HOUR_MS = 3_600_000
LEAST_HOURS, TICKS, PHONE_TICKS = 4, 12, 6


@register.filter
def surface_words(sort: str) -> str:
    """Name a sort of surface."""
    return _(SURFACES.get(sort, SURFACES["page"]))


@register.filter
def end_words(row: DayInterval) -> str:
    """Say why an interval ended where it did."""
    return _(ENDS.get(row.why, ENDS["sign"])) % {"allowed": duration(row.allowance_ms)}


@register.filter
def claim_words(name: str) -> str:
    """Name the kind, reason or state of a claim."""
    return _({**KINDS, **REASONS, **STATES}.get(name, name))


@register.filter
def opening_words(why: str) -> str:
    """Say why somebody opened a record, in the reader's language where it is a known reason."""
    return _(why)


@register.filter
def day_alone(value: date) -> str:
    """Write a day with its name, wherever in the world it was."""
    pattern = "EEEE d MMMM" if locale() == "fr_CA" else "EEEE, MMMM d"
    return format_date(value, format=pattern, locale=locale())


@register.filter
def clock_of(value: datetime) -> str:
    """Write an hour to the second, as clocks show it."""
    return f"{value:%H:%M:%S}"


@register.simple_tag
def day_line(day: Day, *, narrow: bool = False) -> SafeString:
    """Draw a day: tasks solid, what is around them twill, paid breaks an empty frame."""
    if not day.rows:
        return SafeString("")
    width, most = (PHONE, PHONE_TICKS) if narrow else (WIDTH, TICKS)
    first, last = _hours(day)
    scale, sheet = Scale(EDGE, width - EDGE, last - first), Sheet(width, "ch fil")
    twill = "dln" if narrow else "dlw"
    sheet.pattern(twill, (5, 5), "ch-tw", "M.5 0v5", 45)
    sheet.line("ax", EDGE, TOP + DEEP, width - EDGE, TOP + DEEP)
    for hour in range(first, last + 1, -(-(last - first) // most)):
        x = scale.at(hour - first)
        sheet.line("ax", x, 43, x, 47)
        sheet.text(x, 62, _hour(hour), "ae" if hour == last else "pk" if hour > first else "")
    for row in day.rows:
        left, right = (scale.at(_at(day, moment) - first) for moment in (row.begin, row.end))
        _draw_interval(sheet, row.surface, left, max(right - left, 1), twill)
    label = _("The day's time: %(total)s") % {"total": duration(day.total_ms)}
    return SafeString(sheet.close(HIGH, label, width=None))


def _hours(day: Day) -> tuple[int, int]:
    """Return the whole hours a day's line begins and ends at."""
    first = min(int(_at(day, row.begin)) for row in day.rows)
    last = max(-int(-_at(day, row.end) // 1) for row in day.rows)
    return first, max(last, first + LEAST_HOURS)


def _at(day: Day, moment: datetime) -> float:
    """Return how many hours into its day a moment is; a day of 25 hours has a 24.5."""
    return (moment.timestamp() * 1000 - day.begin_ms) / HOUR_MS


def _hour(hour: int) -> str:
    return f"{hour}\u00a0h" if locale() == "fr_CA" else f"{hour}:00"


def _draw_interval(sheet: Sheet, surface: str, x: float, width: float, twill: str) -> None:
    if surface in {"item", "practice", "review"}:
        sheet.rect("dayt", x, TOP, width, DEEP)
        return
    sheet.rect("dayo ground", x, TOP, width, DEEP)
    if surface != "break":
        sheet.rect("dayo", x, TOP, width, DEEP, fill=f"url(#{twill})")


@register.simple_tag(takes_context=True)
def beats_data(context: Mapping[str, Any]) -> SafeString:
    """Let a page of somebody who works count as time: give it its name, and what it counts as.

    Nothing for strangers, nor for pages of requesters and operators; reading an appeal that waits
    for oneself is work whoever does it, and such a page says by ``surface`` what it is, and by
    ``works_for`` for which project where there is one.
    """
    request = context.get("request")
    reads = str(context.get("surface", ""))
    if request is None or not (context.get("is_worker") or reads):
        return SafeString("")
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    page = page_of(request)
    roles = page.audience.roles if page else frozenset()
    is_library = page is None and name.startswith(("account", "mfa"))
    is_own = page is not None and (not roles or Role.WORKER in roles)
    if not (is_library or is_own or reads):
        return SafeString("")
    person = get_person(request)
    sort = "account" if is_library else surface_of_page(name)
    works_for = context.get("works_for") if reads else None
    data = {
        "session": open_page(person.pk, works_for and works_for.pk, now_ms()),
        "surface": reads or (sort if sort in SORTS else "page"),
        "url": reverse("project_review_beats", args=[works_for.slug])
        if works_for
        else reverse("time_beats"),
        "person": str(person.pk),
        "csrf": get_token(request),
    }
    return json_script(data, "beats-data")
