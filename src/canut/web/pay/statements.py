"""A worker's pay: amounts due, sent and received, statements, and the account."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.debug import sensitive_post_parameters

from canut.actions.pay.accounting.balance import Balance, balance_of, in_question
from canut.actions.pay.accounting.own_costs import costs_stated
from canut.actions.pay.payments import confirm, mark_returned
from canut.actions.pay.place_packs import packs_alone_for
from canut.actions.pay.statement_signatures import Device, SignedLine, countersign, lines_wanted
from canut.actions.people.bank_accounts import own_account, set_account
from canut.actions.platform import system_clock
from canut.core.clock import from_ms
from canut.core.errors import Forbidden, Missing, Refusal
from canut.core.participation.client_ratings import RATE_DAYS
from canut.core.pay.statement_signature import text_of_signing
from canut.store.ledger.logs import signature_of
from canut.store.models import Person, Role, Statement
from canut.store.participation.clients import left_lately
from canut.store.pay.accounting import years_of
from canut.store.pay.periods import overdue_periods
from canut.store.pay.statements import (
    UNPAID,
    StatementRow,
    is_paid_here,
    lines_of,
    payment_numbered,
    payroll_contact,
    readings_of,
    statement_numbered,
)
from canut.store.people.terms_changes import place_word_of
from canut.store.people.work_terms import terms_of
from canut.store.time.worked_time import waiting_claims
from canut.web.kit.access import get_person, is_shared, roles_anywhere
from canut.web.kit.json_body import read_json
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.pay.forms import AccountForm
from canut.web.pay.statement_layout import paper_of, pdf_of

LANGUAGES = ("fr", "en")
NOT_ARRIVED = "not arrived"


class LineIn(msgspec.Struct):
    """What a device signed for one project: see ``SignedLine``."""

    project: int
    person: str
    key: str
    seed: str
    signature: str


class SignIn(msgspec.Struct):
    """A device's signature: the text, its key, and the signature in base64."""

    says: str
    did: str
    signature: str
    lines: list[LineIn] = []


@sensitive_post_parameters()
def pay(request: HttpRequest) -> HttpResponse:
    """Show my statements, payments, terms and account; change the account."""
    person = get_person(request)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if is_shared(person):
            raise Forbidden("the demo's people have no accounts", code="demo-account")
        try:
            set_account(person, form.cleaned_data["kind"], form.given(), system_clock.now_ms())
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.statements.kept_sealed_your_next"))
            return redirect("pay")
    now_ms, stated = system_clock.now_ms(), costs_stated(person)
    lines = lines_of(person, from_ms(now_ms).date())
    balance, asked = balance_of(person, now_ms), in_question(person, now_ms)
    late = [line for line in lines if line.is_late]
    needs_account = is_paid_here(person) and own_account(person) is None and not is_shared(person)
    context = {
        "form": form,
        "balance": balance,
        "asked": asked,
        "needs_account": needs_account,
        "account_before": _next_pay_day(lines, balance),
        "has_pay_notice": bool(asked or late or needs_account or balance.waits_for),
        "payroll_contact": payroll_contact(),
        "lines": lines,
        "late": late,
        "terms": terms_of(person.pk, now_ms),
        "place_word": place_word_of(person.pk),
        "packs": packs_alone_for(terms_of(person.pk, now_ms)),
        "account": own_account(person),
        "readings": readings_of(person),
        "is_worker": is_paid_here(person),
        "overdue": overdue_periods(from_ms(now_ms).date()) if is_paid_here(person) else [],
        "waiting": waiting_claims(person),
        "left": left_lately(person, from_ms(now_ms) - timedelta(days=RATE_DAYS)),
        "rate_days": RATE_DAYS,
        "own_costs": stated[0] if stated is not None else None,
        "years": years_of(person),
        "this_year": timezone.localdate().year,
    }
    return render(request, "pay/statements.html", context, status=422 if form.errors else 200)


def _next_pay_day(lines: Sequence[StatementRow], balance: Balance) -> date | None:
    """Return the day of the next payment: of a statement that is not sent, else of the balance."""
    due = [
        line.statement.period.pay_day
        for line in lines
        if line.payment is not None and line.payment.state in UNPAID
    ]
    coming = [day for day in due if day >= balance.today]
    if balance.is_pay_day_set:
        coming.append(balance.period.pay_day)
    return min(coming, default=None)


def statement(request: HttpRequest, number: int) -> HttpResponse:
    """Show one statement with the computation of each amount."""
    row = _statement(request, number)
    unsigned = lines_wanted(row)
    context = {
        "statement": row,
        "paper": paper_of(json.loads(row.content), row.sha256),
        "signed": signature_of(row.pk),
        "is_mine": row.person_id == get_person(request).pk,
        "wanted": json.dumps([line._asdict() for line in unsigned]),
        "has_lines": bool(unsigned),
    }
    return render(request, "pay/statement.html", context)


def statement_pdf(request: HttpRequest, number: int, language: str) -> HttpResponse:
    """Send one statement as PDF, in French or in English."""
    row = _statement(request, number)
    if language not in LANGUAGES:
        raise Missing(f"no statement in {language!r}; there is fr and en")
    with translation.override(language):
        paper = paper_of(json.loads(row.content), row.sha256)
    closed_at = row.period.closed_at or row.period.created_at
    printed = pdf_of(paper, int(closed_at.timestamp()))
    return _download(printed, "application/pdf", f"canut-{row.pk}-{language}.pdf")


def statement_file(request: HttpRequest, number: int) -> HttpResponse:
    """Send one statement as the canonical text whose hash it shows."""
    row = _statement(request, number)
    return _download(row.content.encode(), "application/json", f"canut-{row.pk}.json")


def sign(request: HttpRequest, number: int) -> HttpResponse:
    """Store my device's signature of my statement."""
    person = get_person(request)
    statement_numbered(number, person)
    body = read_json(request.body, SignIn)
    lines = [SignedLine(**msgspec.structs.asdict(line)) for line in body.lines]
    device = Device(body.did, body.signature, lines)
    countersign(number, body.says, device, by=person, now_ms=system_clock.now_ms())
    return HttpResponse(status=204)


def signature_file(request: HttpRequest, number: int) -> HttpResponse:
    """Send the signature of a statement, which can be verified anywhere."""
    row = _statement(request, number)
    signed = signature_of(row.pk)
    if signed is None:
        raise Missing("this statement is not signed")
    data = {
        "sha256": row.sha256,
        "says": signed.says,
        "key": signed.did,
        "signature": signed.signature,
        "signed": text_of_signing(row.sha256, signed.says).decode(),
    }
    raw = json.dumps(data, indent=1).encode()
    return _download(raw, "application/json", f"canut-{row.pk}-signature.json")


def received(request: HttpRequest, number: int) -> HttpResponse:
    """Record that I received the money."""
    confirm(payment_numbered(number, get_person(request)).pk, system_clock.now_ms())
    messages.success(request, message_now("page.statements.noted_you_have_received"))
    return redirect("pay")


def missing(request: HttpRequest, number: int) -> HttpResponse:
    """Record that the money did not arrive: it is due again."""
    mark_returned(
        payment_numbered(number, get_person(request)).pk, NOT_ARRIVED, system_clock.now_ms()
    )
    messages.success(request, message_now("page.statements.noted_it_is_due"))
    return redirect("pay")


def _statement(request: HttpRequest, number: int) -> Statement:
    """Find one of my statements, or anyone's for payroll."""
    person: Person | None = get_person(request)
    if Role.OPERATOR in roles_anywhere(request):
        person = None
    return statement_numbered(number, person)


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
