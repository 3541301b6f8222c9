"""Origins of material: shares, sources of seconds, hours of unpaid gestures."""

import pytest

from canut.core.datasets.material import (
    Consent,
    DatasetSource,
    Gesture,
    MakerPay,
    MaterialPart,
    Relation,
    check_parts,
    check_sources,
    part_as_json,
    part_from_json,
    source_as_json,
    source_from_json,
    unpaid_hours,
)
from canut.core.errors import BadInput

CAPTCHAS = MaterialPart(
    Gesture.CAPTCHA_IMAGE,
    600,
    "a shop",
    "CA",
    1_000_000,
    (1_850, 10_300),
    "arXiv 2311.10911",
    Consent.NONE,
    MakerPay.NO,
)
REGISTER = MaterialPart(Gesture.RECORD, 400, consent=Consent.BY_LAW, payment=MakerPay.NO)


def test_million_captchas_take_between_514_and_2861_hours() -> None:
    hours = unpaid_hours(check_parts([CAPTCHAS, REGISTER]))

    assert hours is not None
    assert [round(one, 1) for one in hours] == [513.9, 2861.1]


def test_hours_are_unknown_where_any_gesture_has_no_time_or_nobody_knows_it() -> None:
    comments = MaterialPart(Gesture.COMMENT, count=10_000, payment=MakerPay.NO)

    assert unpaid_hours([CAPTCHAS, comments]) is None
    assert unpaid_hours([CAPTCHAS, MaterialPart(Gesture.UNKNOWN)]) is None


def test_paid_work_and_registers_are_no_unpaid_gestures() -> None:
    paid = MaterialPart(Gesture.POST, payment=MakerPay.MONEY)

    assert unpaid_hours([REGISTER, paid, MaterialPart(Gesture.WORK)]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("parts", "case"),
    [
        ([], "material-parts"),
        ([CAPTCHAS] * 13, "material-parts"),
        ([CAPTCHAS, CAPTCHAS], "material-shares"),
        ([REGISTER], "material-shares"),
        ([MaterialPart(Gesture.LIKE, 0)], "material-shares"),
        ([MaterialPart(Gesture.LIKE, country="ca")], "bad-country"),
        ([MaterialPart(Gesture.LIKE, count=10**13)], "material-count"),
        ([MaterialPart(Gesture.LIKE, platform="x" * 121)], "too-long"),
        ([MaterialPart(Gesture.LIKE, seconds_ms=(2_000, 1_000))], "material-seconds"),
        ([MaterialPart(Gesture.LIKE, seconds_ms=(1_000, 2_000))], "material-source"),
    ],
)
def test_what_cannot_be_meant_is_refused(parts: list[MaterialPart], case: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_parts(parts)

    assert refused.value.case == case


def test_one_unknown_share_leaves_the_others_as_they_are() -> None:
    parts = (CAPTCHAS, MaterialPart(Gesture.COMMENT))

    assert check_parts(parts) == parts


@pytest.mark.parametrize("part", [CAPTCHAS, REGISTER, MaterialPart(Gesture.UNKNOWN)])
def test_part_comes_back_as_it_was_kept(part: MaterialPart) -> None:
    assert part_from_json(part_as_json(part)) == part


@pytest.mark.parametrize(
    ("source", "case"),
    [
        (DatasetSource(Relation.MADE_OF, " "), "material-source-unnamed"),
        (DatasetSource(Relation.MADE_OF, "SQuAD", "http://x"), "material-source-address"),
        (DatasetSource(Relation.MADE_OF, "SQuAD", "javascript:1"), "material-source-address"),
    ],
)
def test_dataset_that_cannot_be_named_so_is_refused(source: DatasetSource, case: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_sources([source])

    assert refused.value.case == case


def test_dataset_is_named_once_for_each_relation() -> None:
    twice = [DatasetSource(Relation.MADE_OF, "SQuAD"), DatasetSource(Relation.MADE_OF, "squad")]
    other = DatasetSource(Relation.DISTILLED_FROM, "SQuAD", "https://example.org/squad")

    with pytest.raises(BadInput, match="twice"):
        check_sources(twice)
    assert check_sources([twice[0], other]) == (twice[0], other)
    assert source_from_json(source_as_json(other)) == other
