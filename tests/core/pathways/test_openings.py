from datetime import date, timedelta
from typing import Any

import pytest

from canut.core.errors import BadInput, Incomplete, Refusal
from canut.core.pathways.destinations import check_answer, is_moved_on, moments_due, occupations
from canut.core.pathways.openings import REASONS, check_opening, is_address, reason_in_words
from tests.support.pathways import MICRO, terms

TODAY = date(2026, 11, 25)
DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"occupation": "KING"}, "opening-occupation"),
        ({"low_micro": 0}, "opening-pay"),
        ({"high_micro": 10 * MICRO}, "opening-pay"),
        ({"currency": "$"}, "opening-pay"),
        ({"per": "piece"}, "opening-pay"),
        ({"hours_week": 61}, "opening-hours"),
        ({"until": TODAY - timedelta(days=1)}, "opening-until"),
        ({"until": TODAY + timedelta(days=184)}, "opening-until"),
        ({"apply_to": "http://example.org"}, "opening-apply"),
        ({"apply_to": "call me"}, "opening-apply"),
    ],
)
def test_opening_that_leaves_out_what_one_must_know_is_refused(
    changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(BadInput) as refused:
        check_opening(terms(TODAY, **changes), TODAY)

    assert refused.value.case == code


@pytest.mark.parametrize("field", ["title_en", "title_fr", "place", "apply_to"])
def test_opening_with_an_empty_field_names_it(field: str) -> None:
    with pytest.raises(Incomplete, match=field):
        check_opening(terms(TODAY, **{field: "  "}), TODAY)


def test_opening_is_cleaned_of_hidden_characters() -> None:
    checked = check_opening(terms(TODAY, title_en="  A\u202e  job\n"), TODAY)

    assert checked.title_en == "A job"


def test_only_secure_addresses_are_linked() -> None:
    assert is_address("https://example.org/jobs?id=1")
    for text in ("javascript:alert(1)", "https://", 'https://a.b/"x', "ftp://a.b"):
        assert not is_address(text), text


def test_every_reason_is_in_words() -> None:
    for reason in REASONS:
        assert reason_in_words(reason).en != reason_in_words(reason).fr
    with pytest.raises(BadInput, match="no reason"):
        reason_in_words("too-cheap")


def test_questions_come_three_and_twelve_months_after_leaving() -> None:
    assert moments_due(0, 90 * DAY_MS) == ()
    assert moments_due(0, 91 * DAY_MS) == ("3-months",)
    assert moments_due(0, 365 * DAY_MS) == ("3-months", "12-months")


def test_moving_on_is_another_paid_job_and_no_click_work() -> None:
    assert sum(map(is_moved_on, occupations())) == 12  # the eleven, and any other
    with pytest.raises(Refusal, match="choose one of the list"):
        check_answer("KING", "yes", "no")
    with pytest.raises(Refusal, match="better is 'perhaps'"):
        check_answer("TRA", "perhaps", "no")
