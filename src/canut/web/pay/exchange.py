"""The page of exchange rates: operators enter them, a second person confirms them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from canut.actions.pay.exchange_rates import (
    confirm_rate,
    has_second_person,
    propose_rate,
    rates_in_force,
    rates_proposed,
    refuse_rate,
    remove_rate,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Conflict, Refusal
from canut.core.pay.exchange_rates import BAND, STOP_DAYS, WARN_DAYS
from canut.core.pay.floor import Exchange
from canut.store.models import Role
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.forms import CURRENCIES
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.pay.forms import RateForm


def rates(request: HttpRequest) -> HttpResponse:
    """Show the rates in force and those that wait for a second person."""
    quote = CURRENCIES[0]
    other = next(code for code in CURRENCIES if code != quote)
    initial = {"code": other, "quote": quote, "on": timezone.localdate()}
    return _page(request, RateForm(initial=initial))


def propose(request: HttpRequest) -> HttpResponse:
    """Enter a rate with its day and source."""
    form = RateForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    data, by = form.cleaned_data, get_person(request)
    try:
        holds = propose_rate(data["code"], data["quote"], form.exchange(), by, now_ms())
    except Refusal as refusal:
        form.add_error(None, words_of(refusal).detail)
        return _page(request, form, status=422)
    code = "page.exchange.the_rate_holds" if holds else "page.exchange.the_rate_waits"
    messages.success(request, message_now(code))
    return redirect("payroll_exchange")


def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm a rate that waits, as the second person, or refuse it."""
    code, by = request.POST.get("code", ""), get_person(request)
    try:
        expected = _waiting(code, request.POST.get("rate", ""), request.POST.get("on", ""))
        if request.POST.get("what") == "refuse":
            refuse_rate(code, expected, by, now_ms())
        else:
            confirm_rate(code, expected, request.POST.get("reason", ""), by, now_ms())
    except Refusal as refusal:
        messages.error(request, words_of(refusal).detail)
    else:
        messages.success(request, message_now("page.exchange.noted"))
    return redirect("payroll_exchange")


def remove(request: HttpRequest) -> HttpResponse:
    """Take a rate that nobody needs out of force."""
    remove_rate(request.POST.get("code", ""), get_person(request), now_ms())
    return redirect("payroll_exchange")


def _waiting(code: str, rate: str, on: str) -> Exchange:
    """Return the waiting rate that the person read on the page."""
    for row in rates_proposed(timezone.localdate()):
        if (row.code, str(row.exchange.rate), row.exchange.on.isoformat()) == (code, rate, on):
            return row.exchange
    raise Conflict(f"no such rate of {code} is waiting", code="exchange-changed")


def _page(request: HttpRequest, form: RateForm, status: int = 200) -> HttpResponse:
    today, person = timezone.localdate(), get_person(request)
    context = {
        "form": form,
        "rates": rates_in_force(today),
        "waiting": rates_proposed(today),
        "has_second": has_second_person(person.pk),
        "is_operator": Role.OPERATOR in roles_anywhere(request),
        "percent": int(BAND * 100),
        "warn_days": WARN_DAYS,
        "stop_days": STOP_DAYS,
    }
    return render(request, "pay/exchange.html", context, status=status)
