"""Format a day's time: as a chart and as text; and the pages that count as time."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, get_timezone, get_timezone_location
from django import template
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.html import json_script
from django.utils.safestring import SafeString

from canut.actions.platform.system_clock import now_ms
from canut.actions.time.claim_bounds import is_possible
from canut.actions.time.day_view import Day, DayInterval
from canut.actions.time.heartbeats import open_page
from canut.core.clock import HOUR_MS, from_ms
from canut.core.svg import Scale, Sheet
from canut.core.time.surfaces import SORTS, sort_of, surface_of_page
from canut.store.models import Claim, Role
from canut.store.time.claim_deciders import SILENT_MS
from canut.web.kit.access import get_person, page_of
from canut.web.kit.formatting import calendar_day, duration, locale, with_first
from canut.web.kit.messages import message_for, message_now

register = template.Library()

SURFACES: Mapping[str, str] = {
    "item": "common.tasks_inline",
    "practice": "common.practice",
    "review": "page.timeline.reviewing",
    "queue": "page.timeline.looking_for_work",
    "why": "page.timeline.reading_what",
    "instructions": "common.instructions",
    "lesson": "page.timeline.lessons",
    "ethics": "page.pay_wording.ethics",
    "marking": "page.timeline.marking_lessons",
    "reading": "page.timeline.reading_texts",
    "test": "page.timeline.tests",
    "break": "common.paid_break",
    "time": "page.timeline.looking_at_my_time",
    "pay": "page.timeline.looking_at_my_pay",
    "messages": "page.timeline.messages",
    "appeals": "page.timeline.decisions_and_appeals",
    "account": "page.timeline.my_account",
    "page": "page.timeline.other_pages_of_canut",
    "claim": "page.timeline.time_i_added",
}
ENDS: Mapping[str, str] = {
    "sign": "page.timeline.you_went",
    "allowance": "page.timeline.no_sign_for_cut",
    "hidden": "page.timeline.the_page",
    "missing": "page.timeline.the_page_fell_silent",
    "closed": "page.timeline.you_left_the_page",
    "crashed": "page.timeline.the_page_closed_without",
}
KINDS: Mapping[str, str] = {
    "asked": "page.timeline.time_added",
    "held": "common.time_held_back",
    "contest": "page.timeline.said_not",
}
REASONS: Mapping[str, str] = {
    "paper": "page.timeline.paper_or_preparation",
    "crashed": "page.timeline.page_or_network_crashed",
    "other": "page.timeline.something_else",
    "too_long": "page.timeline.far_above_the_usual",
    "not_right": "page.timeline.the_timeline",
    "unseen": "page.timeline.came_hours_later",
    "hours": "page.timeline.beyond_the_hours",
    "study": "page.timeline.study_elsewhere",
}
STATES: Mapping[str, str] = {
    "accepted": "page.timeline.counts",
    "pending": "page.timeline.waits_for_a_person",
    "granted": "page.timeline.granted_counts",
    "refused": "common.refused",
    "withdrawn": "common.withdrawn",
}
OPENINGS: Mapping[str, str] = {
    "to decide on time that waits": "page.timeline.to_decide_on_time",
}
"""Reasons that are stored in English when somebody opens a record."""
WIDTH, PHONE = 972, 358
EDGE, TOP, DEEP, HIGH = 6, 22, 16, 64
LEAST_HOURS, TICKS, PHONE_TICKS = 4, 12, 6


@register.filter
def surface_words(sort: str) -> str:
    """Name a kind of page."""
    return message_now(SURFACES.get(sort, SURFACES["page"]))


@register.filter
def end_words(row: DayInterval) -> str:
    """Name why an interval ended."""
    return message_now(ENDS.get(row.why, ENDS["sign"]), allowed=duration(row.allowance_ms))


@register.filter
def claim_words(name: str) -> str:
    """Name the kind, reason or state of a claim."""
    return message_for({**KINDS, **REASONS, **STATES}, name)


@register.filter
def iso_day(at_ms: int) -> str:
    """Format the day of a moment as addresses have it."""
    return timezone.localtime(from_ms(at_ms)).date().isoformat()


@register.filter
def waiting_words(claim: Claim) -> str:
    """Say who decides on a claim that waits, and until when."""
    if claim.kind != Claim.Kind.HELD and not is_possible(claim):
        return message_now("page.waiting.cannot_be_true")
    moments = {
        "due": calendar_day(claim.due_ms),
        "other": calendar_day(claim.made_ms + SILENT_MS),
    }
    if claim.project is None:
        return message_now("page.waiting.operator_decides", **moments)
    client = claim.project.organisation.name
    return message_now("page.waiting.client_decides", client=client, **moments)


@register.filter
def opening_words(why: str) -> str:
    """Name why a record was opened, in the reader's language if the reason is known."""
    return message_for(OPENINGS, why)


@register.filter
def day_alone(value: date) -> str:
    """Format a date with its weekday, independent of time zones."""
    pattern = "EEEE d MMMM" if locale() == "fr_CA" else "EEEE, MMMM d"
    return with_first(format_date(value, format=pattern, locale=locale()))


@register.filter
def zone_city(zone: str) -> str:
    """Name the city of a time zone: ``Toronto``."""
    return get_timezone_location(get_timezone(zone), locale=locale(), return_city=True)


@register.filter
def claim_spans(claim: Claim) -> str:
    """Say what a claim asks for: its span, how much that is, how much more than measured.

    The person and who decides read the same.
    """
    more_ms = claim.accepted_ms + claim.pending_ms
    if claim.kind == Claim.Kind.HELD:
        return duration(claim.pending_ms)
    begin, end = (timezone.localtime(from_ms(at_ms)) for at_ms in (claim.begin_ms, claim.end_ms))
    asked_ms = claim.end_ms - claim.begin_ms
    return message_now(
        "page.claims.span_asked_more",
        begin=f"{begin:%H:%M}",
        end=f"{end:%H:%M}",
        asked=duration(asked_ms),
        measured=duration(max(0, asked_ms - more_ms)),
        more=duration(more_ms),
    )


@register.filter
def clock_of(value: datetime) -> str:
    """Format a time of day with seconds."""
    return f"{value:%H:%M:%S}"


@register.simple_tag
def day_line(day: Day, *, narrow: bool = False) -> SafeString:
    """Draw a day: tasks solid, other pages twill, paid breaks as an empty frame."""
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
    label = message_now("page.timeline.the_days_time", total=duration(day.total_ms))
    return SafeString(sheet.close(HIGH, label, width=None))


def _hours(day: Day) -> tuple[int, int]:
    """Return the first and last whole hour of a day's chart."""
    first = min(int(_at(day, row.begin)) for row in day.rows)
    last = max(-int(-_at(day, row.end) // 1) for row in day.rows)
    return first, max(last, first + LEAST_HOURS)


def _at(day: Day, moment: datetime) -> float:
    """Return the hours since the start of the day; a day of 25 hours has a 24.5."""
    return (moment.timestamp() * 1000 - day.begin_ms) / HOUR_MS


def _hour(hour: int) -> str:
    return f"{hour}\u00a0h" if locale() == "fr_CA" else f"{hour}:00"


def _draw_interval(sheet: Sheet, surface: str, x: float, width: float, twill: str) -> None:
    if surface in {"item", "practice", "review", "lesson", "marking", "reading", "test"}:
        sheet.rect("dayt", x, TOP, width, DEEP)
        return
    sheet.rect("dayo ground", x, TOP, width, DEEP)
    if surface != "break":
        sheet.rect("dayo", x, TOP, width, DEEP, fill=f"url(#{twill})")


@register.simple_tag(takes_context=True)
def beats_data(context: Mapping[str, Any]) -> SafeString:
    """Return what a page needs to send heartbeats: its session and its surface.

    Empty for visitors, and for pages of requesters and operators, except appeals: reading one is
    work for everyone. Such a page sets ``surface``, and ``works_for`` if it belongs to a project.
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
        if works_for and sort_of(reads) == "review"
        else reverse("time_beats"),
        "person": str(person.pk),
        "csrf": get_token(request),
    }
    return json_script(data, "beats-data")
