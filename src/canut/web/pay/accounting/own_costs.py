"""Pages of own costs: a person states theirs, the operator decides what the floor covers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.pay.accounting.own_costs import (
    costs_of_people,
    costs_stated,
    currency_of,
    set_cost_rule,
    state_costs,
)
from canut.actions.pay.pay_rules import policy_in_force
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.core.pay.own_costs import covered_cost
from canut.store.pay.places import places as known_places
from canut.store.people.work_terms import terms_of
from canut.store.platform.home import home_currency
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.pay.accounting.forms import (
    USUAL_HOURS,
    CostRuleForm,
    OwnCostsForm,
    own_costs_shown,
)
from canut.web.pay.places import first_place


def own_costs(request: HttpRequest) -> HttpResponse:
    """Show and state what the work costs me."""
    person, at_ms = get_person(request), now_ms()
    stated = costs_stated(person)
    initial = {"hours": USUAL_HOURS}
    if stated is not None:
        initial = own_costs_shown(stated[1], stated[0].hours_a_month)
    form = OwnCostsForm(request.POST or None, initial=initial)
    terms = terms_of(person.pk, at_ms)
    currency = ""
    if terms is not None and terms.place in known_places().by_code:
        currency = currency_of(person, at_ms)
    if request.method == "POST" and form.is_valid():
        try:
            state_costs(
                person, form.costs(currency or home_currency()), form.cleaned_data["hours"], at_ms
            )
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.own_costs.noted"))
            return redirect("pay_costs")
    rule = policy_in_force()[0].cost_rules.get(terms.place) if terms is not None else None
    context = {
        "form": form,
        "costs": stated[0] if stated is not None else None,
        "currency": currency,
        "rule": rule,
        "covered": covered_cost(stated[0].hourly_micro, rule) if stated is not None else 0,
    }
    status = 422 if form.errors else 200
    return render(request, "pay/accounting/own_costs.html", context, status=status)


def cost_rules(request: HttpRequest) -> HttpResponse:
    """Show which own costs the floor covers at each place, and set one; list who states any."""
    places = known_places()
    codes = tuple(sorted(places.by_code))
    form = CostRuleForm(request.POST or None, initial={"place": first_place()}, places=codes)
    if request.method == "POST" and form.is_valid():
        place = form.cleaned_data["place"]
        try:
            assumed, most = form.micros(places.chain(place)[0].currency)
            set_cost_rule(place, assumed, most, get_person(request), now_ms())
        except Refusal as refusal:
            form.add_error(None, words_of(refusal).detail)
        else:
            messages.success(request, message_now("page.cost_rules.set"))
            return redirect("payroll_costs")
    policy, _ = policy_in_force()
    context = {
        "form": form,
        "rules": sorted(policy.cost_rules.items()),
        "people": costs_of_people(),
    }
    status = 422 if form.errors else 200
    return render(request, "pay/accounting/cost_rules.html", context, status=status)
