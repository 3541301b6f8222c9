"""Payroll before a period closes: what is owed, what is missing, and the page that confirms it."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from babel.lists import format_list
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from canut.actions.pay.accounting.unpaid_work import UnpaidPerson, UnpaidWork, unpaid_work
from canut.actions.pay.exchange_rates import rates_in_force
from canut.actions.pay.pay_rules import policy_in_force
from canut.actions.pay.payments import make_files
from canut.actions.pay.periods import OF_THE_PAYER, close_soon, make_period
from canut.actions.pay.place_packs import packs_waiting
from canut.actions.pay.statement_inputs import TERMS_MISSING, Unready
from canut.actions.people.account_requests import request_accounts
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import DAY_MS, Ms
from canut.core.errors import Refusal
from canut.core.pay.exchange_rates import RateAge
from canut.store.models import Period
from canut.store.pay import statements as stored
from canut.store.time.claim_deciders import count_pending
from canut.web.kit.access import get_person
from canut.web.kit.formatting import day_span, duration, locale, moment, money
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import RefusalText, words_for, words_of
from canut.web.pay.place_packs import stop_rows
from canut.web.pay.statement_words import day_word
from canut.web.pay.wording import place_word

MOST_ROWS = 3
MOST_NAMES = 3
MOST_CLOSED = 1


class RoadLine(NamedTuple):
    """One condition between today and a closed period.

    Args:
        state: ``done``, ``open`` (somebody here can do it), ``wait`` (it comes by itself) or
            ``err`` (nothing closes before).
        title: the condition, as a sentence.
        detail: what it rests on, or what happens without.
        url: where it is seen or done; empty for none.
        action: the words of the link or the button.
        people: whom a button asks for an account; empty where the action is a link.
        after: what is read in place of an action.
    """

    state: str
    title: str
    detail: str = ""
    url: str = ""
    action: str = ""
    people: Sequence[int] = ()
    after: str = ""


class ClosedRow(NamedTuple):
    """A closed period: its sums, and what is not paid of it."""

    period: Period
    totals: Sequence[stored.Totals]
    people: int
    unpaid: int
    unpaid_sums: str


def names_in_a_row(names: Sequence[str]) -> str:
    """Return names as one phrase; with more than three, how many others there are."""
    if len(names) > MOST_NAMES:
        others = message_now("page.payroll.n_others", n=len(names) - MOST_NAMES + 1)
        names = [*names[: MOST_NAMES - 1], others]
    return format_list(names, locale=locale())


def time_left(milliseconds: Ms) -> str:
    """Return how long something still takes: in days from two days on, else in hours."""
    if milliseconds >= 2 * DAY_MS:
        return message_now("page.payroll.n_days", n=milliseconds // DAY_MS)
    return duration(milliseconds)


def sums_in_a_row(people: Sequence[UnpaidPerson]) -> str:
    """Return what people are paid together, by currency, as one phrase."""
    ordered = sorted(people, key=lambda row: row.currency)
    return format_list(
        [
            money(sum(row.net_micro for row in rows), currency)
            for currency, rows in groupby(ordered, key=lambda row: row.currency)
        ],
        locale=locale(),
    )


def needing_first(people: Sequence[UnpaidPerson]) -> list[UnpaidPerson]:
    """Return people with those first who have no account to be paid into, else in their order."""
    return sorted(people, key=lambda row: row.has_account or row.net_micro <= 0)


def _first_of(road: Sequence[RoadLine]) -> list[RoadLine]:
    """Return the lines that are read first: what stops the closing, the next act, what comes."""
    stops = [line for line in road if line.state == "err"]
    acts = [line for line in road if line.state == "open"]
    return [*stops, *(acts[:1] if not stops else ()), *(row for row in road if row.state == "wait")]


def overview(today: date, at_ms: Ms, *, shows_all: bool = False) -> dict[str, Any]:
    """Return what the first page of payroll shows of the period to close."""
    work = unpaid_work(today, at_ms)
    road = road_of(work, today, at_ms)
    ready = all(line.state in {"done", "open"} for line in road) and work.is_anybody_paid
    people = work.people if shows_all else needing_first(work.people)[:MOST_ROWS]
    more = [row for row in work.people if row not in people]
    waits_ms = work.closable_ms - at_ms
    first = _first_of(road)
    return {
        "work": work,
        "in_hand": sum(line.state in {"open", "err"} for line in road),
        "road_first": first,
        "road_more": [line for line in road if line.state != "done" and line not in first],
        "road_done": [line for line in road if line.state == "done"],
        "shows_all": shows_all,
        "by_itself": sum(line.state == "wait" for line in road),
        "is_ready": ready,
        "is_closing": work.period is not None and work.period.state == Period.State.CLOSING,
        "is_blocked": any(line.state == "err" for line in road),
        "waits": time_left(waits_ms) if waits_ms > 0 else "",
        "rows": people,
        "more": more,
        "more_sums": sums_in_a_row(more),
        "closed": closed_rows(),
        "failure": _failure_words(work.period),
    }


def _failure_words(period: Period | None) -> RefusalText | None:
    if period is None or not period.failure or period.state == Period.State.CLOSED:
        return None
    return words_for(period.failure["code"], period.failure["facts"])


def road_of(work: UnpaidWork, today: date, at_ms: Ms) -> list[RoadLine]:
    """List the conditions of closing a period, in order."""
    return [
        *_terms_lines(work),
        *_payer_lines(today),
        *_law_lines(today),
        _claims_line(),
        *_account_lines(work),
        _end_line(work, at_ms),
    ]


def _terms_lines(work: UnpaidWork) -> list[RoadLine]:
    """Name who has no place or no status, and who cannot be paid for another reason."""
    by_code: dict[str, list[Unready]] = {}
    for person in work.waiting:
        by_code.setdefault(person.code, []).append(person)
    lines: list[RoadLine] = []
    missing = by_code.pop(TERMS_MISSING, [])
    if missing:
        names = names_in_a_row(list(dict.fromkeys(person.name for person in missing)))
        lines.append(
            RoadLine(
                "open" if work.is_anybody_paid else "err",
                message_now("page.payroll.no_place", n=len(missing), people=names),
                message_now("page.payroll.their_pay_waits"),
                reverse("payroll_terms", args=[missing[0].person])
                if len(missing) == 1
                else reverse("payroll_people"),
                message_now("page.payroll.set_terms"),
            )
        )
    elif work.is_counted and work.is_anybody_paid:
        places = sorted({place_word(row.place) for row in work.people})
        lines.append(
            RoadLine(
                "done",
                message_now("page.payroll.everybody_has_a_place"),
                format_list(places[:MOST_NAMES], locale=locale()) if places else "",
                reverse("payroll_people"),
                message_now("page.payroll.see"),
            )
        )
    for code, people in by_code.items():
        words = words_for(code, people[0].facts)
        names = names_in_a_row(list(dict.fromkeys(person.name for person in people)))
        is_blocking = code in OF_THE_PAYER or not work.is_anybody_paid
        lines.append(
            RoadLine(
                "err" if is_blocking else "open",
                f"{words.title} ({names})",
                words.detail,
                reverse("payroll_rules")
                if code in OF_THE_PAYER
                else reverse("payroll_terms", args=[people[0].person]),
                message_now("page.payroll.see"),
            )
        )
    return lines


def _payer_lines(today: date) -> list[RoadLine]:
    """Say what of the payer is missing: their account, their name, rates of exchange."""
    policy, _ = policy_in_force()
    lines: list[RoadLine] = []
    if not policy.payer.get("holder"):
        lines.append(
            RoadLine(
                "open",
                message_now("page.payroll.no_payer_account"),
                message_now("page.payroll.no_file_without_it"),
                reverse("payroll_rules"),
                message_now("page.payroll.add_the_account"),
            )
        )
    if not policy.employer:
        lines.append(
            RoadLine(
                "open",
                message_now("page.payroll.employer_missing"),
                "",
                reverse("payroll_rules"),
                message_now("page.payroll.name_the_employer_short"),
            )
        )
    for row in rates_in_force(today):
        if row.age is not RateAge.FRESH:
            is_over = row.age is RateAge.EXPIRED
            code = "page.exchange.too_old" if is_over else "page.exchange.old"
            lines.append(
                RoadLine(
                    "err" if is_over else "open",
                    f"1 {row.code} = {row.exchange.rate} {row.quote}",
                    message_now(code, days=row.days),
                    reverse("payroll_exchange"),
                    message_now("page.exchange.exchange_rates"),
                )
            )
    return lines


def _law_lines(today: date) -> list[RoadLine]:
    """Say where minimum wages or rates of places in use end, and which wait for a yes."""
    url, lines = reverse("payroll_places"), list[RoadLine]()
    stops = stop_rows(today)
    if stops:
        places = list(dict.fromkeys(place_word(row.stop.place) for row in stops))
        first = min(stops, key=lambda row: row.stop.stops)
        lines.append(
            RoadLine(
                "err" if first.is_over else "open",
                message_now(
                    "page.payroll.law_ends",
                    places=names_in_a_row(places),
                    day=day_word(first.stop.stops.isoformat()),
                ),
                message_now(
                    "page.place_packs.periods_that_wait",
                    day=day_word(first.period_day.isoformat()),
                ),
                f"{url}#stops",
                message_now("page.payroll.see"),
            )
        )
    waiting = len(packs_waiting())
    if waiting:
        words = message_now("page.place_packs.packs_wait", n=waiting)
        lines.append(RoadLine("open", words, "", url, message_now("page.payroll.see")))
    return lines


def _claims_line() -> RoadLine:
    waiting, url = count_pending(), reverse("time_review")
    if waiting:
        return RoadLine(
            "open",
            message_now("page.payroll.time_waits", n=waiting),
            message_now("page.payroll.time_comes_later"),
            url,
            message_now("page.payroll.look_at_it"),
        )
    return RoadLine("done", message_now("page.payroll.no_time_waits"))


def _account_lines(work: UnpaidWork) -> list[RoadLine]:
    """Name who has no account to be paid into, with the button that asks them for one."""
    without = work.without_account
    if not without:
        if not work.is_anybody_paid:
            return []
        return [RoadLine("done", message_now("page.payroll.everybody_has_an_account"))]
    numbers = list(dict.fromkeys(row.person for row in without))
    names = list(dict.fromkeys(row.name for row in without))
    not_asked = [row for row in without if row.requested_ms is None]
    asked_ms = [row.requested_ms for row in without if row.requested_ms is not None]
    detail = message_now("page.payroll.would_stay_due", n=len(numbers), sum=sums_in_a_row(without))
    after = ""
    if not not_asked:
        after = message_now("page.payroll.asked_on", when=moment(max(asked_ms)))
    return [
        RoadLine(
            "open",
            message_now("page.payroll.no_account", n=len(names), people=names_in_a_row(names)),
            detail,
            reverse("payroll_ask_accounts"),
            message_now("page.payroll.ask_them", n=len(numbers)),
            [] if after else numbers,
            after,
        )
    ]


def _end_line(work: UnpaidWork, at_ms: Ms) -> RoadLine:
    day, closable = day_word(work.last_day.isoformat()), moment(work.closable_ms)
    if at_ms >= work.closable_ms:
        return RoadLine("done", message_now("page.payroll.is_over", day=day))
    return RoadLine(
        "wait",
        message_now("page.payroll.is_not_over", day=day),
        message_now("page.payroll.over_at", when=closable),
        after=message_now("page.payroll.by_itself", time=time_left(work.closable_ms - at_ms)),
    )


def closed_rows(most: int = MOST_CLOSED) -> list[ClosedRow]:
    """List the last closed periods, newest first, with what is not paid of each."""
    rows: list[ClosedRow] = []
    closed = [row for row in stored.all_periods() if row.state == Period.State.CLOSED]
    for row in closed[:most]:
        totals = stored.totals_of(row)
        unpaid = stored.unpaid_sums(row)
        sums = [money(micro, currency) for currency, (_, micro) in unpaid.items()]
        rows.append(
            ClosedRow(
                row,
                totals,
                sum(total.people for total in totals),
                sum(count for count, _ in unpaid.values()),
                format_list(sums, locale=locale()) if sums else "",
            )
        )
    return rows


def ask_accounts(request: HttpRequest) -> HttpResponse:
    """Ask everybody who is owed something and has no account for one."""
    work = unpaid_work(timezone.localdate(), now_ms())
    owed = {row.person for row in work.without_account} | stored.people_owed()
    asked = request_accounts(owed, get_person(request), now_ms())
    messages.success(request, message_now("page.payroll.are_asked", n=asked))
    return redirect("payroll")


def confirm(request: HttpRequest) -> HttpResponse:
    """Repeat what closing the period pays, and to whom not; close it once that is confirmed.

    A closing that was cut short goes on without being confirmed again: part of it is written.
    """
    today, at_ms = timezone.localdate(), now_ms()
    work = unpaid_work(today, at_ms)
    road = road_of(work, today, at_ms)
    expected = ",".join(f"{row.currency}{row.net_micro}" for row in work.sums)
    is_under_way = work.period is not None and work.period.state == Period.State.CLOSING
    is_confirmed = request.POST.get("sums") == expected and work.is_anybody_paid
    if request.method == "POST" and (is_confirmed or is_under_way):
        return _close(request, work)
    context = {
        "work": work,
        "sums": expected,
        "span": day_span(work.first_day, work.last_day),
        "total": sums_in_a_row(work.people),
        "has_changed": request.method == "POST",
        "is_under_way": is_under_way,
        "blocking": [line for line in road if line.state in {"wait", "err"}],
        "names_without": names_in_a_row([row.name for row in work.without_account]),
        "names_waiting": names_in_a_row(list(dict.fromkeys(row.name for row in work.waiting))),
        "names_left_out": names_in_a_row(list(dict.fromkeys(row.name for row in work.left_out))),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "pay/payroll/closing.html", context, status=status)


def _close(request: HttpRequest, work: UnpaidWork) -> HttpResponse:
    """Close the confirmed period and make its payment files."""
    by = get_person(request)
    try:
        period = work.period or make_period(work.first_day, work.last_day, now_ms())
    except Refusal as refusal:
        messages.error(request, words_of(refusal).detail)
        return redirect("payroll")
    try:
        is_done = close_soon(period, by)
    except Refusal as refusal:
        messages.error(request, words_of(refusal).title)
        return redirect("payroll")
    if not is_done:
        messages.success(request, message_now("page.payroll.it_is_being_closed"))
        return redirect("payroll")
    messages.success(request, message_now("page.payroll.the_period_is_closed"))
    try:
        make_files(by, now_ms())
    except Refusal as refusal:
        messages.error(request, words_of(refusal).detail)
    return redirect("payroll_period", period.pk)
