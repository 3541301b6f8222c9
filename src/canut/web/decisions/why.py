"""All decisions about me on one page, by who or what took them, with what each rests on."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.platform.system_clock import now_ms
from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.decisions.system_notice import contact_of
from canut.store.decisions.appeals import decisions_about
from canut.store.decisions.system_notices import contacts_named
from canut.store.learning.models_in_use import models_met_by
from canut.web.decisions.decision_view import (
    DecisionFact,
    DecisionText,
    decision_texts,
    facts_of,
)
from canut.web.decisions.system_view import ContactText, model_form_in_words
from canut.web.kit.access import get_person
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now

PEOPLE = "people"


class WhyRow(NamedTuple):
    """One decision, its factors in order of weight, and its other inputs."""

    text: DecisionText
    factors: list[DecisionFact]
    inputs: list[DecisionFact]


class WhyGroup(NamedTuple):
    """The decisions of one system, or of people; who answers for the system."""

    key: str
    name: str
    contact: ContactText | None
    rows: list[WhyRow]


def why(request: HttpRequest) -> HttpResponse:
    """Show all decisions about me, by who or what took them."""
    person = get_person(request)
    rows: dict[str, list[WhyRow]] = {}
    for text in decision_texts(decisions_about(person), now_ms()):
        rows.setdefault(text.decision.system or PEOPLE, []).append(_row(text))
    order = [PEOPLE, *SYSTEMS, *sorted(rows.keys() - SYSTEMS.keys() - {PEOPLE})]
    context = {
        "groups": [_group(key, rows[key]) for key in order if key in rows],
        "models": [(title, model_form_in_words(form)) for title, form in models_met_by(person.pk)],
    }
    return render(request, "decisions/why.html", context)


def _row(text: DecisionText) -> WhyRow:
    factors = sorted(text.decision.factors, key=lambda factor: -float(factor.get("weight", 0)))
    names = [str(factor["name"]) for factor in factors]
    by_name = {fact.name: fact for fact in facts_of(text.decision)}
    return WhyRow(
        text,
        [by_name[name] for name in names if name in by_name],
        [fact for name, fact in by_name.items() if name not in names],
    )


def _group(key: str, rows: list[WhyRow]) -> WhyGroup:
    if key == PEOPLE:
        return WhyGroup(key, message_now("page.why.by_people"), None, rows)
    system = SYSTEMS.get(key)
    name = system.name[("en", "fr").index(two_sided())] if system else key
    return WhyGroup(key, name, ContactText(*contact_of(contacts_named(), key)), rows)
