"""A statement says of which decisions nobody here could hear an appeal."""

import json

import pytest
from django.utils.translation import override

from canut.actions.decisions.record import Ruling, decide
from canut.actions.pay.periods import close_period
from canut.actions.people.accounts import add_member
from canut.core.clock import HOUR_MS, to_ms
from canut.core.pay.statement import PayDesk, text_of
from canut.core.pay.statement_input import from_json
from canut.store.models import Decision, Organisation, Role, Statement
from canut.store.pay.places import places
from canut.web.pay.statement_layout import paper_of, pdf_of
from tests.support.factories import NOW, NOW_MS, Made, answer_next, make_person
from tests.support.payroll import (
    AFTER,
    FIRST,
    content_of,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Made:
    """Make somebody who worked for an hour, and was refused time and not lent a task in it."""
    policy()
    made = made_with(60_000_000)
    work_hours(person_of(made), made.project.pk, moment(FIRST), HOUR_MS)
    answer_next(made.worker, now_ms=moment(FIRST, 14))
    author = make_person()
    for hour, kind in ((9, Decision.Kind.TIME_REFUSED), (10, Decision.Kind.TIME_REFUSED),
                       (11, Decision.Kind.TIME_GRANTED)):  # fmt: skip
        decide(
            Ruling(person_of(made).pk, kind, "time", "Refused.", "Refusé.", by=author,
                   evidence="Nobody was there.", project=made.project.pk),
            moment(FIRST, hour),
        )  # fmt: skip
    return made


def test_statement_names_decisions_that_nobody_independent_could_look_at(made: Made) -> None:
    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    content = content_of(person_of(made), closed)
    told = {"kind": "time_refused", "project": made.project.title, "count": 2}
    assert content["given"]["unheard"] == [{**told, "day": FIRST.isoformat()}]


@pytest.mark.usefixtures("made")
def test_statement_with_such_decisions_counts_to_the_same_bytes() -> None:
    close_period(period().pk, make_person(), to_ms(AFTER))
    kept = Statement.objects.get().content

    again = PayDesk(places()).again(json.loads(kept))

    assert "unheard" in kept
    assert text_of(again) == kept


def test_statement_says_nothing_where_somebody_could_hear_an_appeal(made: Made) -> None:
    runs = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    add_member(make_person(), Role.OPERATOR, NOW_MS, organisation=runs)

    closed = close_period(period().pk, make_person(), to_ms(AFTER))

    content = content_of(person_of(made), closed)
    assert "unheard" not in content["given"]
    assert from_json(content["given"]).unheard == ()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_page_and_print_say_it_in_both_languages(made: Made, language: str) -> None:
    closed = close_period(period().pk, make_person(), to_ms(AFTER))
    with override(language):
        paper = paper_of(content_of(person_of(made), closed), "a" * 64)

    table = next(one for one in paper.tables if "14" in one.note)
    said = {
        "fr": "il n’y a ici personne qui soit indépendant",
        "en": "nobody here who is independent",
    }[language]
    assert said.lower() in table.note.lower()
    assert table.rows[0][1] == "2"
    assert pdf_of(paper, 0).startswith(b"%PDF")
