"""The rules of the house, for anyone: what protects workers, how that changes, the terms of use."""

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
from canut.web.participation.forms import ProposeForm, TermsOfUseForm


def rules(request: HttpRequest, form: ProposeForm | None = None) -> HttpResponse:
    """Show the policies in force, what is proposed, and every refusal that is not settled."""
    roles = roles_anywhere(request)
    shown = {
        "policies": _in_force(now_ms()),
        "changes": [(one, deadline_ms(one.proposed_ms)) for one in changes()],
        "is_operator": Role.OPERATOR in roles,
        "is_speaker": Role.REPRESENTATIVE in roles,
        "form": form or ProposeForm(),
    }
    is_refused = form is not None and bool(form.errors)
    return render(request, "participation/policies.html", shown, status=422 if is_refused else 200)


class PolicyView(NamedTuple):
    """One policy: its value, what may be chosen, and since when; None for what Canut comes with."""

    name: str
    value: int
    currency: str
    bounds: tuple[int, int] | None
    since_ms: int | None


def _in_force(at_ms: int) -> list[PolicyView]:
    """List every limit as it is now, then floors."""
    changed = {(one.name, one.currency): one for one in policies_now(at_ms)}
    found = []
    for policy, value in limits_at(at_ms).items():
        last = changed.get((policy.value, ""))
        since_ms = last.takes_effect_ms if last else None
        found.append(PolicyView(policy.value, value, "", BOUNDS[policy], since_ms))
    floors = [one for one in changed.values() if one.name == PolicyName.FLOOR]
    return [
        *found,
        *(PolicyView(one.name, one.new, one.currency, None, one.takes_effect_ms) for one in floors),
    ]


def propose(request: HttpRequest) -> HttpResponse:
    """Propose another value of a policy."""
    form = ProposeForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        currency = given["currency"] if given["name"] == "floor" else ""
        proposal = PolicyProposal(given["name"], given["new"], given["reason"], currency)
        propose_change(get_person(request), proposal, now_ms())

    if not attempt(form, act):
        return rules(request, form)
    messages.success(request, message_now("page.policies.proposed_it_waits"))
    return redirect("rules")


def opinion(request: HttpRequest) -> HttpResponse:
    """Write a representative's opinion of a change."""
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
    """Take a change back."""
    withdraw_change(get_person(request), _change(request), now_ms())
    messages.success(request, message_now("page.policies.the_change_is_withdrawn"))
    return redirect("rules")


def terms(request: HttpRequest, form: TermsOfUseForm | None = None) -> HttpResponse:
    """Show the terms of use in force, or an older or coming version."""
    at_ms = now_ms()
    in_force = terms_in_force(at_ms)
    wanted = request.GET.get("version", "")
    number = int(wanted) if wanted.isdigit() else in_force
    texts = terms_texts(number)
    if texts is None:
        raise Missing(f"no terms of use {number}")
    known = request.user if isinstance(request.user, Person) else None
    accepted = {one.number: one for one in accepted_terms(known)} if known else {}
    coming = terms_to_come(at_ms)
    language = two_sided()
    shown = {
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
        request, "participation/terms_of_use.html", shown, status=422 if is_refused else 200
    )


def accept(request: HttpRequest) -> HttpResponse:
    """Note that I accept the terms in the language I read them in."""
    wanted = request.POST.get("version", "")
    if not wanted.isdigit():
        raise BadInput("say which terms", code="bad-request")
    language = two_sided()
    accept_terms(get_person(request), int(wanted), language, now_ms())
    messages.success(request, message_now("page.policies.noted_you_accept_these"))
    return redirect("rules_terms")


def publish(request: HttpRequest) -> HttpResponse:
    """Publish the next terms of use."""
    form = TermsOfUseForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        publish_terms(
            get_person(request),
            given["text_en"],
            given["text_fr"],
            form.takes_effect_ms(),
            now_ms(),
        )

    if not attempt(form, act):
        return terms(request, form)
    messages.success(request, message_now("page.policies.published_everybody_sees"))
    return redirect("rules_terms")


def _change(request: HttpRequest) -> int:
    number = request.POST.get("change", "")
    return int(number) if number.isdigit() else 0


def _parts(text: str) -> list[tuple[str, list[str]]]:
    """Cut a text into its sections: a title, and what it says."""
    parts: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("## "):
            parts.append((line[3:], []))
        elif line.strip() and not line.startswith("# "):
            if not parts:
                parts.append(("", []))
            parts[-1][1].append(line.removeprefix("- "))
    return parts
