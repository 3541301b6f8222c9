from typing import Any

import pytest
from django.db import IntegrityError, transaction

from canut.actions.decisions.record import Ruling, decide
from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.errors import Forbidden, Incomplete, Missing
from canut.store.models import Decision, Person
from tests.support.factories import NOW_MS, make_person

pytestmark = pytest.mark.django_db
RAW = {"kind": "not_lent", "code": "hours", "text_en": "Rest.", "text_fr": "Repos.", "at_ms": 1}


def ruling(person: Person, **changes: object) -> Ruling:
    given: dict[str, Any] = {  # a caller may get any of it wrong
        "person": person.pk,
        "kind": Decision.Kind.NOT_LENT,
        "code": "hours-day",
        "text_en": "Ten hours are done today.",
        "text_fr": "Dix heures sont faites aujourd’hui.",
        "system": "hours",
        "factors": [{"name": "ms", "value": 36_000_000}],
    }
    return Ruling(**given | changes)


def against(person: Person, by: Person | None, evidence: str = "Answered all at random.") -> Ruling:
    kind = Decision.Kind.REJECTION
    return ruling(person, kind=kind, by=by, system="", factors=(), evidence=evidence)


def test_automated_decision_keeps_the_rule_it_was_taken_by() -> None:
    person = make_person()

    decide(ruling(person), NOW_MS)

    kept = Decision.objects.get()
    assert (kept.system, kept.rule, kept.made_by) == ("hours", SYSTEMS["hours"].version, None)


def test_system_that_is_not_registered_decides_nothing() -> None:
    with pytest.raises(Missing, match="register"):
        decide(ruling(make_person(), system="mood"), NOW_MS)


@pytest.mark.parametrize("by", ["nobody", "program"])
def test_only_a_person_decides_against_a_person(by: str) -> None:
    program = make_person(is_service=True)

    with pytest.raises(Forbidden):
        decide(against(make_person(), program if by == "program" else None), NOW_MS)


def test_nobody_decides_about_themselves() -> None:
    person = make_person()

    with pytest.raises(Forbidden):
        decide(against(person, person), NOW_MS)


@pytest.mark.parametrize("changes", [{"text_fr": " "}, {"text_en": ""}, {"factors": ()}])
def test_decision_that_nobody_could_understand_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(Incomplete):
        decide(ruling(make_person(), **changes), NOW_MS)


@pytest.mark.parametrize(
    "fields",
    [
        {"text_en": "", "system": "hours", "rule": "hours/1", "factors": [1]},
        {"system": "", "rule": "hours/1", "factors": [1]},
        {"system": "hours", "rule": "", "factors": [1]},
        {"system": "hours", "rule": "hours/1", "factors": []},
        {"kind": "rejection", "system": "hours", "rule": "hours/1", "factors": [1]},
    ],
)
def test_database_itself_refuses_a_decision_without_reasons(fields: dict[str, object]) -> None:
    person = make_person()

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(person=person, **(RAW | fields))
