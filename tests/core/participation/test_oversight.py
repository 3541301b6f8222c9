"""A report rests on people, hides the few, and points out a group that is rejected more."""

import numpy as np

from canut.core.clock import HOUR_MS
from canut.core.participation.oversight import (
    Traits,
    Work,
    by_organisation,
    main_currency,
    pay_per_hour,
    report,
)


def work(person: int, *, rejected: int = 1, currency: str = "CAD", hours: int = 1) -> Work:
    return Work(
        person=person,
        organisation=1,
        currency=currency,
        micro=person * 1_000_000,
        ms=hours * HOUR_MS,
        is_measured=person % 2 == 0,
        answers=100,
        rejected=rejected,
        is_flagged=person == 1,
    )


PEOPLE = range(1, 31)
RNG = np.random.default_rng(7)
TRAITS = {n: Traits("fr" if n > 15 else "en", "CA-QC") for n in PEOPLE}


def test_pay_an_hour_is_one_figure_a_person() -> None:
    rows = [work(n) for n in PEOPLE] + [work(30) for _ in range(50)]

    found = pay_per_hour(rows)

    assert (found.people, found.middle_micro, found.lowest_micro) == (30, 15_000_000, 3_000_000)
    assert (found.by_elapsed, found.rejected_per_mille) == (15, 10)


def test_people_paid_in_another_currency_are_apart() -> None:
    rows = [work(n) for n in range(1, 13)] + [work(99, currency="EUR")]

    assert (main_currency(rows), pay_per_hour(rows).people) == ("CAD", 12)
    assert main_currency([]) == ""


def test_time_that_nobody_knows_is_no_pay_an_hour() -> None:
    rows = [work(n, hours=0 if n == 1 else 1) for n in range(1, 11)]

    assert pay_per_hour(rows).people is None


def test_each_organisation_stands_alone() -> None:
    found = by_organisation([work(n) for n in PEOPLE])

    assert list(found) == [1]


def test_group_whose_work_is_rejected_more_than_chance_is_pointed_out() -> None:
    rows = [work(n, rejected=1 if n > 15 else 8) for n in PEOPLE]

    content = report(rows, TRAITS, RNG)

    cuts = content["cuts"]
    assert isinstance(cuts, dict)
    assert {one["name"]: one["stands_out"] for one in cuts["language"]} == {
        "en": ["pay", "rejected"],
        "fr": ["pay", "rejected"],
    }
    assert {one["name"]: one["people"] for one in cuts["place"]} == {"CA-QC": 30}


def test_groups_treated_alike_are_not_pointed_out() -> None:
    content = report([work(n) for n in PEOPLE], TRAITS, RNG)

    cuts = content["cuts"]
    assert isinstance(cuts, dict)
    assert [one["stands_out"] for one in cuts["place"]] == [[]]


def test_report_of_few_people_says_nothing() -> None:
    content = report([work(n) for n in range(1, 10)], {}, RNG)

    figures = [content[name] for name in ("people", "middle_micro", "answers", "flagged_per_mille")]
    cuts = content["cuts"]
    assert isinstance(cuts, dict)
    assert figures == [None] * 4
    assert [one["is_hidden"] for one in cuts["language"]] == [True]
