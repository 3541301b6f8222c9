"""Payroll pages for operators: periods, dry runs, closing, payments, rules."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date

from canut.actions.pay.pay_rules import policy_in_force, set_policy
from canut.actions.pay.payments import (
    AccountsUnfit,
    content_of,
    make_file,
    mark_returned,
    mark_sent,
    plan_file,
    put_file_aside,
    send_file,
)
from canut.actions.pay.period_costs import shortages
from canut.actions.pay.periods import changes_of, make_period, try_soon
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.store.models import PaymentFile
from canut.store.pay import statements as kept
from canut.store.pay.periods import overdue_periods
from canut.web.kit.access import get_person
from canut.web.kit.formatting import money
from canut.web.kit.forms import CURRENCIES
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_for, words_of
from canut.web.pay.closing import overview
from canut.web.pay.forms import FirstTermsForm, PeriodForm, RulesForm, rules_shown
from canut.web.pay.wording import left_out_word

MOST_LINES, MOST_PEOPLE, MOST_LETTERS = 200, 500, 80
MOST_LATE = 3
KINDS = {
    "bank": PaymentFile.Kind.BANK,
    "cpa": PaymentFile.Kind.CPA,
    "mobile": PaymentFile.Kind.MOBILE,
}
FORMATS = {
    PaymentFile.Kind.BANK: ("application/xml", "xml"),
    PaymentFile.Kind.CPA: ("text/plain; charset=us-ascii", "txt"),
    PaymentFile.Kind.MOBILE: ("text/csv", "csv"),
}


def payroll(request: HttpRequest) -> HttpResponse:
    """Show what is owed, what closing its period needs, and what closed periods still wait for."""
    today, at_ms = timezone.localdate(), now_ms()
    figures = overview(today, at_ms, shows_all=request.GET.get("people") == "all")
    days = {"first_day": figures["work"].first_day, "last_day": figures["work"].last_day}
    form = PeriodForm(request.POST or None, initial=days)
    if request.method == "POST" and form.is_valid():
        try:
            make_period(**form.cleaned_data, now_ms=at_ms)
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            return redirect("payroll")
    outside, late = kept.outside_files(), kept.late_lines(today)
    context = {
        **figures,
        "form": form,
        "late": late,
        "late_first": late[:MOST_LATE],
        "late_more": late[MOST_LATE:],
        "unsent": _unsent(today),
        "overdue": overdue_periods(today),
        "outside": [(currency, *sums) for currency, sums in outside.items()],
        "files": [(row, outside.get(row.currency)) for row in kept.files_made()],
        "today": today,
        "is_operator": True,
    }
    return render(request, "pay/payroll.html", context, status=422 if form.errors else 200)


def _unsent(today: date) -> list[tuple[date, list[kept.OpenPayment]]]:
    """Group the payments that are not sent and not late yet by the day they must be there."""
    rows = [row for row in kept.open_lines(today) if row.days_left >= 0]
    return [(day, list(own)) for day, own in groupby(rows, key=lambda row: row.payment.late_on)]


def periods(request: HttpRequest) -> HttpResponse:
    """List all pay periods, newest first."""
    return render(request, "pay/payroll/periods.html", {"periods": kept.all_periods()})


def period(request: HttpRequest, number: int) -> HttpResponse:
    """Show one period: its dry run, or its statements and payments."""
    pay_period = kept.period_numbered(number)
    run = kept.last_run(pay_period)
    context: dict[str, Any] = {"period": pay_period, "run": run}
    if pay_period.failure:
        context["failure"] = words_for(pay_period.failure["code"], pay_period.failure["facts"])
    if pay_period.state == "closed":
        context |= {
            "problems": _problems((pay_period.failure or {}).get("people", ())),
            "totals": kept.totals_of(pay_period),
            "remittances": kept.remittances_of(pay_period),
            "counts": kept.payment_counts(pay_period),
            "lines": kept.lines_in(pay_period, timezone.localdate(), MOST_LINES),
            "files": kept.files_of(pay_period),
            "outside": [
                (currency, *sums) for currency, sums in kept.outside_files(pay_period).items()
            ],
            "today": timezone.localdate(),
        }
    elif run is not None:
        context |= {
            "rows": run.rows[:MOST_LINES],
            "problems": _problems(run.problems),
            "changes": changes_of(run)[:MOST_LINES],
            "shortages": shortages(run)[:MOST_LINES],
        }
    return render(request, "pay/period.html", context)


def _problems(people: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return who waits, with why and what to do."""
    return [
        {**problem, "words": words_for(problem["code"], problem["facts"])}
        for problem in people[:MOST_LINES]
    ]


def try_out(request: HttpRequest, number: int) -> HttpResponse:
    """Run a dry run of a period."""
    if not try_soon(kept.period_numbered(number), get_person(request)):
        messages.success(request, message_now("page.payroll.it_is_being_counted"))
    return redirect("payroll_period", number)


def send(request: HttpRequest) -> HttpResponse:
    """Name who is paid by a file and who is left out; then make it."""
    name = request.POST.get("kind") or request.GET.get("kind", "")
    currency = request.POST.get("currency") or request.GET.get("currency", "")
    kind, unfit = KINDS.get(name, PaymentFile.Kind.BANK), []
    if currency not in CURRENCIES:
        return redirect("payroll")
    if request.method == "POST":
        try:
            payment_file = make_file(
                kind,
                currency,
                get_person(request),
                now_ms(),
                leave_unfit=request.POST.get("leave") == "1",
            )
        except AccountsUnfit as refusal:
            messages.error(request, words_of(refusal).detail)
            unfit = refusal.left_out
        except Refusal as refusal:
            messages.error(request, words_of(refusal).detail)
            return redirect("payroll")
        else:
            messages.success(
                request, message_now("page.payroll.is_ready_below", name=payment_file.message)
            )
            return redirect("payroll")
    plan = plan_file(kind, currency, now_ms())
    context = {
        "plan": plan,
        "kind": next(name for name, value in KINDS.items() if value == kind),
        "currency": currency,
        "unfit": [(row, left_out_word(row.reason)) for row in unfit],
        "left_out": [(row, left_out_word(row.reason)) for row in plan.left_out],
    }
    return render(request, "pay/payment_file.html", context, status=422 if unfit else 200)


def file_sent(request: HttpRequest, number: int) -> HttpResponse:
    """Record that a payment file was sent to the bank, or put it aside."""
    kept.file_numbered(number)  # missing before its form is looked at
    try:
        if request.POST.get("what") == "aside":
            put_file_aside(number)
        else:
            on = parse_date(request.POST.get("on", ""))
            send_file(number, get_person(request), now_ms(), on)
    except (Refusal, ValueError) as problem:
        words = words_of(problem).title if isinstance(problem, Refusal) else ""
        messages.error(request, words or message_now("page.payroll.no_such_day"))
    return redirect("payroll")


def file(request: HttpRequest, number: int) -> HttpResponse:
    """Send a payment file exactly as it was created."""
    payment_file = kept.file_numbered(number)
    kind, ending = FORMATS[PaymentFile.Kind(payment_file.kind)]
    answer = HttpResponse(content_of(payment_file), content_type=kind)
    name = f"{payment_file.message}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def by_hand(request: HttpRequest, number: int) -> HttpResponse:
    """Record that a payment was sent by other means, or came back."""
    payment = kept.payment_numbered(number, None)
    note = request.POST.get("note", "")
    if request.POST.get("what") == "returned":
        mark_returned(payment.pk, note, now_ms())
    else:
        mark_sent(payment.pk, note, now_ms())
    return redirect("payroll_period", payment.statement.period_id)


def people(request: HttpRequest) -> HttpResponse:
    """List paid workers with their terms; those without terms come first."""
    words = request.GET.get("q", "").strip()[:MOST_LETTERS]
    rows = kept.paid_people(MOST_PEOPLE, words)
    n_people = kept.paid_here().count()
    context = {
        "people": rows,
        "n_people": n_people,
        "words": words,
        "is_searched": n_people > MOST_PEOPLE,
        "form": FirstTermsForm(),
        "without_terms": [row for row in rows if row.terms is None],
    }
    return render(request, "pay/payroll_people.html", context)


def rules(request: HttpRequest) -> HttpResponse:
    """Show and set the pay rules."""
    policy, _row = policy_in_force()
    form = RulesForm(request.POST or None, initial=rules_shown(policy))
    if request.method == "POST" and form.is_valid():
        try:
            rules_in = form.given(policy)
            set_policy(rules_in, get_person(request), now_ms())
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.payroll.the_rules_are_set"))
            return redirect("payroll_rules")
    own_floor = money(*policy.operator_floor) if policy.operator_floor else ""
    context = {"form": form, "own_floor": own_floor, "policy": policy, "versions": kept.policies()}
    return render(request, "pay/pay_rules.html", context, status=422 if form.errors else 200)
