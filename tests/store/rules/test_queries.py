"""Each query of the register: a case that holds, one that falls short, and none."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.rules.reading import shipped_register
from canut.core.rules.register import QueryKind
from canut.core.rules.statement_checks import STATEMENT_QUERIES
from canut.core.rules.verdicts import QueryCount, RuleVerdictKind, judge_query
from canut.store.models import Decision, Person
from canut.store.rules.evidence import Scope
from canut.store.rules.register import GOING_ON, QUERIES
from tests.support import rule_cases, rule_rows
from tests.support.factories import NOW_MS, make_person
from tests.support.rule_cases import CASES
from tests.support.rule_rows import MONDAY, TODAY

pytestmark = pytest.mark.django_db
SCOPE = Scope(NOW_MS, TODAY)
LIVING_WAGES = "Q42"

each_query = pytest.mark.parametrize("query", sorted(CASES))


@pytest.fixture(autouse=True)
def _checks() -> Iterator[None]:
    yield
    rule_rows.with_checks()


def _verdict(query: str, scope: Scope = SCOPE) -> RuleVerdictKind:
    evidence = QUERIES[query](scope)
    count = QueryCount(
        query, evidence.cases, evidence.bad, evidence.people, is_complete=evidence.is_complete
    )
    shipped = replace(shipped_register().queries[query], defect=None)
    return judge_query(shipped, count).kind


def test_every_counted_query_has_a_function_and_a_case_of_each_sort() -> None:
    counted = {q.key for q in shipped_register().queries.values() if q.kind is QueryKind.COUNTED}

    assert QUERIES.keys() | STATEMENT_QUERIES == counted
    assert not QUERIES.keys() & STATEMENT_QUERIES
    assert CASES.keys() == QUERIES.keys()
    assert QUERIES.keys() >= GOING_ON


@each_query
def test_without_cases_nothing_is_met(query: str) -> None:
    evidence = QUERIES[query](SCOPE)

    assert (evidence.cases, evidence.bad, evidence.rows) == (0, 0, ())
    assert _verdict(query) is RuleVerdictKind.UNKNOWN


@pytest.mark.parametrize("query", sorted(CASES.keys() - {LIVING_WAGES}))
def test_case_that_holds_is_met(query: str) -> None:
    good, _bad = CASES[query]
    good()

    evidence = QUERIES[query](SCOPE)

    assert evidence.cases
    assert not evidence.bad
    assert _verdict(query) is RuleVerdictKind.MET


@each_query
def test_case_that_falls_short_is_red(query: str) -> None:
    _good, bad = CASES[query]
    bad()

    evidence = QUERIES[query](SCOPE)

    assert 1 <= evidence.bad <= evidence.cases
    assert _verdict(query) in {RuleVerdictKind.NOT_MET, RuleVerdictKind.NEEDS_OPERATOR}


def test_place_with_a_living_wage_is_met(monkeypatch: pytest.MonkeyPatch) -> None:
    from canut.store.rules.queries import pay

    monkeypatch.setattr(pay, "LIVING_WAGE", "minimum_wage.general")
    rule_cases.terms(place="FR")

    assert _verdict(LIVING_WAGES) is RuleVerdictKind.MET


@each_query
def test_worker_is_shown_their_own_rows_and_nobody_elses(query: str) -> None:
    _good, bad = CASES[query]
    bad()
    everybody = QUERIES[query](SCOPE)
    people = {row.person for row in everybody.rows if row.person is not None}
    assert people <= set(Person.objects.values_list("pk", flat=True))

    of_each = [QUERIES[query](replace(SCOPE, person=person)) for person in people]

    assert all(evidence.bad for evidence in of_each)
    assert sum(evidence.bad for evidence in of_each) == (everybody.bad if people else 0)
    assert everybody.people >= len(people)
    stranger = QUERIES[query](replace(SCOPE, person=make_person().pk))
    assert (stranger.bad, stranger.rows) == (0, ())


@pytest.mark.parametrize("query", sorted(GOING_ON))
def test_query_over_many_rows_goes_on_from_the_last_it_saw(query: str) -> None:
    good, bad = CASES[query]
    bad()
    first = QUERIES[query](SCOPE)
    good()

    second = QUERIES[query](replace(SCOPE, after=first.until))

    assert first.is_complete
    assert (second.cases, second.bad) == (1, 0)
    assert second.until > first.until
    assert QUERIES[query](replace(SCOPE, after=second.until)).until == second.until


def test_query_over_many_rows_reads_so_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from canut.store.rules.queries import time

    monkeypatch.setattr(time, "MOST_NEW_ROWS", 2)
    for _ in range(3):
        rule_rows.beat()

    first = QUERIES["Q15"](SCOPE)
    second = QUERIES["Q15"](replace(SCOPE, after=first.until))

    assert (first.cases, first.is_complete) == (2, False)
    assert (second.cases, second.is_complete) == (1, True)


def test_heartbeat_of_a_sort_that_is_not_listed_is_red() -> None:
    rule_rows.beat(surface="camera:1")

    assert _verdict("Q15") is RuleVerdictKind.NOT_MET


def test_week_of_over_48_hours_is_red_though_no_day_is_long() -> None:
    person = make_person()
    for number in range(6):
        day = MONDAY + timedelta(days=number)
        rule_rows.work_day(person, day, ms=9 * HOUR_MS)

    evidence = QUERIES["Q17"](SCOPE)

    assert (evidence.bad, evidence.people) == (1, 1)


def test_week_with_one_free_day_and_short_hours_beside_it_has_its_rest() -> None:
    rule_rows.work_days(6)

    assert _verdict("Q18") is RuleVerdictKind.MET


def test_rate_on_one_word_is_red_however_fresh() -> None:
    rule_cases.rates(TODAY, None)

    assert _verdict("Q31") is RuleVerdictKind.NOT_MET


def test_oldest_heartbeat_past_its_term_is_red() -> None:
    beat = rule_rows.beat()
    type(beat).objects.filter(pk=beat.pk).update(received_ms=NOW_MS - 200 * DAY_MS)

    assert _verdict("Q37") is RuleVerdictKind.NOT_MET


def test_no_more_rows_are_listed_than_fit_a_page() -> None:
    for _ in range(55):
        rule_rows.decide(evidence="no")

    evidence = QUERIES["Q05"](SCOPE)

    assert (evidence.bad, evidence.people, len(evidence.rows)) == (55, 55, 50)
    assert Decision.objects.count() == 55
