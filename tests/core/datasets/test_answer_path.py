"""What a worker may know of one answer's way, and what the answer earned."""

import pytest

from canut.core.datasets.answer_path import LabelView, answer_pay, label_view, shown_agreement
from canut.core.errors import BadInput

STATEMENT = {
    "projects": [
        {
            "number": 7,
            "time_ms": 3_600_000,
            "by_hour_micro": 0,
            "top_up_micro": 6_600_000,
            "days": [{"day": "2026-11-25", "floor_micro": 16_600_000}],
        }
    ],
    "pay": {"gross_micro": 16_600_000, "withheld_micro": 1_660_000, "employer_micro": 830_000},
}


@pytest.mark.parametrize("is_correctable", [True, False])
@pytest.mark.parametrize("has_label", [True, False])
def test_nothing_shows_while_a_task_is_open(is_correctable: bool, has_label: bool) -> None:
    view = label_view(is_closed=False, is_correctable=is_correctable, has_label=has_label)

    assert view is LabelView.HIDDEN


def test_a_label_shows_once_the_answer_can_no_longer_be_changed() -> None:
    views = [
        label_view(is_closed=True, is_correctable=can, has_label=has)
        for can, has in ((True, True), (False, False), (False, True))
    ]

    assert views == [LabelView.CORRECTABLE, LabelView.MISSING, LabelView.SHOWN]


def test_of_two_answers_no_count_is_shown() -> None:
    assert [shown_agreement(1, count) for count in (1, 2, 3)] == [None, None, (1, 3)]


def test_an_answer_earns_its_price_and_its_share_of_the_top_up_by_time() -> None:
    pay = answer_pay(STATEMENT, 7, "2026-11-25", 100_000, 36_000)

    assert pay is not None
    assert (pay.piece_micro, pay.top_up_micro, pay.micro) == (100_000, 66_000, 166_000)
    assert (pay.withheld_micro, pay.added_micro) == (16_600, 8_300)
    assert pay.floor_micro == 16_600_000


def test_a_statement_without_the_project_pays_nothing_of_the_answer() -> None:
    assert answer_pay(STATEMENT, 8, "2026-11-25", 100_000, 36_000) is None
    other_day = answer_pay(STATEMENT, 7, "2026-11-24", 100_000, 36_000)
    assert other_day is not None
    assert other_day.floor_micro is None


def test_a_time_below_nothing_is_refused() -> None:
    with pytest.raises(BadInput):
        answer_pay(STATEMENT, 7, "2026-11-25", 100_000, -1)
