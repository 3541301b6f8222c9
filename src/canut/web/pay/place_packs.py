"""The page of place packs: operators bring them, two people confirm them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from canut.actions.pay.exchange_rates import has_second_person
from canut.actions.pay.pay_rules import policy_in_force
from canut.actions.pay.place_packs import (
    ALONE_DAYS,
    PackView,
    bring_pack,
    confirm_pack,
    draft_pack,
    pack_numbered,
    packs_settled,
    packs_waiting,
    refuse_pack,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Incomplete, Missing, Refusal
from canut.core.places.packs import LARGEST_PACK
from canut.store.models import PlacePack, Role
from canut.store.pay.places import PayStop, pay_stops, places
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.pay.place_wording import in_words, parameter_name, scheme_words
from canut.web.pay.source_titles import source_title
from canut.web.pay.wording import confidence_word


class StopRow(NamedTuple):
    """From when people of a place cannot be paid, and from which end of a period on."""

    stop: PayStop
    schemes: str
    period_day: date
    is_over: bool


class ValueRow(NamedTuple):
    """One value of a pack beside the one before it."""

    name: str
    place: str
    before: str
    after: str
    since: date
    until: date | None
    title: str
    url: str
    confidence: str
    note: str
    reason: str
    is_far: bool
    is_correction: bool


class PackRow(NamedTuple):
    """A pack that waits, as the page shows it to one person."""

    row: PlacePack
    view: PackView
    values: Sequence[ValueRow]
    may_confirm: bool


def stop_rows(today: date) -> list[StopRow]:
    """List where people work whose pay stops within sixty days, soonest first."""
    wait = timedelta(days=policy_in_force()[0].wait_days)
    return [
        StopRow(stop, scheme_words(stop.schemes), stop.stops - wait, stop.stops <= today)
        for stop in pay_stops(today)
    ]


def packs(request: HttpRequest) -> HttpResponse:
    """Show what ends, the packs that wait, and those in force."""
    return _page(request)


def bring(request: HttpRequest) -> HttpResponse:
    """Store a pack that an operator brings."""
    upload = request.FILES.get("file")
    try:
        if upload is None:
            raise Incomplete("no file came", code="upload-empty", field="file")
        content = upload.read(LARGEST_PACK + 1)
        is_own = request.POST.get("own") == "on"
        row = bring_pack(content, get_person(request), now_ms(), signs_here=is_own)
    except Refusal as refusal:
        words = words_of(refusal)
        messages.error(request, f"{words.title}. {words.detail}")
        return _page(request, status=422)
    is_alone = row.alone_until_ms is not None
    code = "page.place_packs.waits_alone" if is_alone else "page.place_packs.waits_for_second"
    messages.success(request, message_now(code, days=ALONE_DAYS))
    return redirect("payroll_places")


def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm a pack that waits, or refuse it."""
    by, reason = get_person(request), request.POST.get("reason", "")
    try:
        if request.POST.get("what") == "refuse":
            refuse_pack(number, reason, by, now_ms())
            code = "page.place_packs.is_refused"
        else:
            holds = confirm_pack(number, by, now_ms())
            code = "page.place_packs.is_in_force" if holds else "page.place_packs.first_word"
    except Missing:
        raise
    except Refusal as refusal:
        words = words_of(refusal)
        messages.error(request, f"{words.title}. {words.detail}")
    else:
        messages.success(request, message_now(code))
    return redirect("payroll_places")


def draft(request: HttpRequest, code: str) -> HttpResponse:
    """Send a pack to fill in, with every value of a place that ends."""
    return _sent(draft_pack(code, timezone.localdate()), f"{code}-draft.json")


def file(request: HttpRequest, number: int) -> HttpResponse:
    """Send a pack exactly as it was signed."""
    row = pack_numbered(number)
    return _sent(row.content.encode(), f"{row.place}-{row.sha256[:8]}.json")


def _sent(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(request: HttpRequest, status: int = 200) -> HttpResponse:
    today, person = timezone.localdate(), get_person(request)
    stops = stop_rows(today)
    codes = list(dict.fromkeys([*(row.stop.place for row in stops), *sorted(places().by_code)]))
    context = {
        "stops": stops,
        "waiting": [_pack_row(view, person.pk) for view in packs_waiting()],
        "settled": packs_settled(),
        "codes": codes,
        "has_second": has_second_person(person.pk),
        "alone_days": ALONE_DAYS,
        "is_operator": Role.OPERATOR in roles_anywhere(request),
    }
    return render(request, "pay/place_packs.html", context, status=status)


def _pack_row(view: PackView, person_id: int) -> PackRow:
    values = [
        ValueRow(
            name=parameter_name(change.value.name),
            place=change.value.place if change.value.place != view.pack.place else "",
            before=in_words(change.before.value, change.unit)
            if change.before and change.before.value is not None
            else message_now("common.unknown"),
            after=message_now("common.unknown")
            if change.value.value is None
            else in_words(change.value.value, change.unit),
            since=change.value.since,
            until=change.value.until,
            title=source_title(change.value.source.title) if change.value.source else "",
            url=change.value.source.url if change.value.source else "",
            confidence=confidence_word(change.value.confidence.value),
            note=change.value.note,
            reason=change.value.reason,
            is_far=change.is_far,
            is_correction=change.value.is_correction,
        )
        for change in view.changes
    ]
    return PackRow(view.row, view, values, view.row.first_by_id != person_id)
