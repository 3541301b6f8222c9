"""Policies that protect workers, how they change, and the terms of use. Public."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.participation.policy_changes import (
    PolicyProposal,
    give_opinion,
    propose_change,
    withdraw_change,
)
from canut.actions.people.terms_of_use import accept_terms, publish_terms
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadInput, Missing
from canut.core.outside_text import read_whole
from canut.core.participation.policy_changes import BOUNDS, PolicyName, deadline_ms
from canut.store.models import Person, Role
from canut.store.participation.policies import (
    accepted_terms,
    changes,
    limits_at,
    policies_now,
    terms_in_force,
    terms_texts,
    terms_to_come,
)
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.forms import attempt
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.participation.forms import ProposeForm, TermsOfUseForm


def rules(request: HttpRequest, form: ProposeForm | None = None) -> HttpResponse:
    """Show the policies in force, the proposals, and all open refusals."""
    roles = roles_anywhere(request)
    context = {
        "policies": _in_force(now_ms()),
        "changes": [(change, deadline_ms(change.proposed_ms)) for change in changes()],
        "is_operator": Role.OPERATOR in roles,
        "is_speaker": Role.REPRESENTATIVE in roles,
        "form": form or ProposeForm(),
    }
    is_refused = form is not None and bool(form.errors)
    return render(
        request, "participation/policies.html", context, status=422 if is_refused else 200
    )


class PolicyView(NamedTuple):
    """One policy: value, allowed values, and since when; None for Canut's default."""

    name: str
    value: int
    currency: str
    bounds: tuple[int, int] | None
    since_ms: int | None


def _in_force(at_ms: int) -> list[PolicyView]:
    """List the limits in force, then the floors."""
    changed = {(change.name, change.currency): change for change in policies_now(at_ms)}
    views = []
    for policy, value in limits_at(at_ms).items():
        last = changed.get((policy.value, ""))
        since_ms = last.takes_effect_ms if last else None
        views.append(PolicyView(policy.value, value, "", BOUNDS[policy], since_ms))
    floors = [change for change in changed.values() if change.name == PolicyName.FLOOR]
    return [
        *views,
        *(
            PolicyView(change.name, change.new, change.currency, None, change.takes_effect_ms)
            for change in floors
        ),
    ]


def propose(request: HttpRequest) -> HttpResponse:
    """Propose a new value of a policy."""
    form = ProposeForm(request.POST)

    def act() -> None:
        data = form.cleaned_data
        currency = data["currency"] if data["name"] == "floor" else ""
        proposal = PolicyProposal(data["name"], data["new"], data["reason"], currency)
        propose_change(get_person(request), proposal, now_ms())

    if not attempt(form, act):
        return rules(request, form)
    messages.success(request, message_now("page.policies.proposed_it_waits"))
    return redirect("rules")


def opinion(request: HttpRequest) -> HttpResponse:
    """Record a representative's opinion of a change."""
    give_opinion(
        get_person(request),
        _change(request),
        request.POST.get("text", ""),
        now_ms(),
        agrees=request.POST.get("agrees") == "1",
    )
    messages.success(request, message_now("page.policies.your_opinion_is_written"))
    return redirect("rules")


def withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw a proposed change."""
    withdraw_change(get_person(request), _change(request), now_ms())
    messages.success(request, message_now("page.policies.the_change_is_withdrawn"))
    return redirect("rules")


def terms(request: HttpRequest, form: TermsOfUseForm | None = None) -> HttpResponse:
    """Show the terms of use in force, or an older or future version."""
    at_ms = now_ms()
    in_force = terms_in_force(at_ms)
    version = request.GET.get("version", "")
    number = number_named(version) if version else in_force
    texts = terms_texts(number)
    if texts is None:
        raise Missing(f"no terms of use {number}")
    person = request.user if isinstance(request.user, Person) else None
    accepted = (
        {acceptance.number: acceptance for acceptance in accepted_terms(person)} if person else {}
    )
    coming = terms_to_come(at_ms)
    language = two_sided()
    context = {
        "number": number,
        "in_force": in_force,
        "parts": _parts(texts[language]),
        "accepted": accepted.get(number),
        "coming": coming,
        "versions": range(1, (coming.number if coming else in_force) + 1),
        "is_operator": Role.OPERATOR in roles_anywhere(request),
        "form": form or TermsOfUseForm(),
    }
    is_refused = form is not None and bool(form.errors)
    return render(
        request, "participation/terms_of_use.html", context, status=422 if is_refused else 200
    )


def accept(request: HttpRequest) -> HttpResponse:
    """Record that I accept the terms in the language I read them in."""
    version = read_whole(request.POST.get("version", ""))
    if version is None:
        raise BadInput("say which terms", code="bad-request")
    language = two_sided()
    accept_terms(get_person(request), version, language, now_ms())
    messages.success(request, message_now("page.policies.noted_you_accept_these"))
    return redirect("rules_terms")


def publish(request: HttpRequest) -> HttpResponse:
    """Publish the next terms of use."""
    form = TermsOfUseForm(request.POST)

    def act() -> None:
        data = form.cleaned_data
        publish_terms(
            get_person(request),
            data["text_en"],
            data["text_fr"],
            form.takes_effect_ms(),
            now_ms(),
        )

    if not attempt(form, act):
        return terms(request, form)
    messages.success(request, message_now("page.policies.published_everybody_sees"))
    return redirect("rules_terms")


def _change(request: HttpRequest) -> int:
    return number_named(request.POST.get("change") or "0")


def _parts(text: str) -> list[tuple[str, list[str]]]:
    """Split a text into sections: title and content."""
    parts: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("## "):
            parts.append((line[3:], []))
        elif line.strip() and not line.startswith("# "):
            if not parts:
                parts.append(("", []))
            parts[-1][1].append(line.removeprefix("- "))
    return parts
