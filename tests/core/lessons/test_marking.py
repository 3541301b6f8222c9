"""The result of a case, and the agreement of its markers, against values computed elsewhere."""

import pytest

from canut.core.errors import BadInput
from canut.core.lessons.figures import agreement
from canut.core.lessons.marking import case_halves, check_marks, has_passed_case, needs_third
from canut.core.lessons.reading import shipped_lessons

LESSON = shipped_lessons()[0]
A = [3, 2, 1, 3, 0, 2, 2, 3, 1, 2]
B = [3, 2, 2, 3, 1, 2, 1, 3, 1, 2]
C = [2, 3, 1, 1, 2, 2, 0, 3, 2, 1]


@pytest.mark.parametrize(("other", "alpha"), [(B, 0.851), (C, 0.152)])
def test_ordinal_alpha_of_twenty_scripts_is_the_published_value(
    other: list[int], alpha: float
) -> None:
    # ten scripts twice: alpha of the reference holds for ten, and twenty raise it by little
    pairs = list(zip(A, other, strict=True))
    scripts = [[[first] * 4, [second] * 4] for first, second in pairs]

    few = agreement(scripts)
    measured = agreement(scripts * 2)

    assert (few.is_enough, few.total, few.criteria) == (False, None, (None,) * 4)
    assert measured.scripts == 20
    assert measured.total == pytest.approx(measured.criteria[0])
    assert measured.total == pytest.approx(alpha, abs=0.03)
    assert measured.is_low is (alpha < 0.6)


@pytest.mark.parametrize(
    ("totals", "needs"),
    [([8, 8], False), ([12, 9], False), ([12, 8], True), ([7, 8], True), ([4, 7], False)],
)
def test_third_marker_from_four_points_or_on_both_sides_of_eight(
    totals: list[int], *, needs: bool
) -> None:
    assert needs_third(totals, LESSON) is needs


def test_mean_of_two_and_median_of_three() -> None:
    assert case_halves([9, 8]) == 17
    assert case_halves([12, 3, 8]) == 16
    assert has_passed_case(16, LESSON)
    assert not has_passed_case(15, LESSON)


@pytest.mark.parametrize(
    ("levels", "reasons"),
    [([1, 1, 1], ["x" * 20] * 4), ([1, 1, 1, 4], ["x" * 20] * 4), ([1] * 4, ["x" * 19] * 4)],
)
def test_incomplete_marks_are_refused(levels: list[int], reasons: list[str]) -> None:
    with pytest.raises(BadInput):
        check_marks(levels, reasons)
