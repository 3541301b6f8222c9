import pytest

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import date

QUESTION = date.check_question({"earliest": "1700-01-01", "latest": "1899-12-31", "tolerance": 3})


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"earliest": "1806-05-12", "latest": "1806-05-11"}, "latest"),
        ({"earliest": "1806"}, "earliest"),
        ({"earliest": 1806}, "earliest"),
        ({"latest": "1806-02-30"}, "latest"),
        ({"latest": "1806-W19-7"}, "latest"),
        ({"tolerance": -1}, "tolerance"),
        ({"tolerance": 0.5}, "tolerance"),
    ],
)
def test_question_nobody_could_answer_is_refused(question: dict[str, object], field: str) -> None:
    with pytest.raises(BadQuestion) as refusal:
        date.check_question(question)

    assert refusal.value.facts["field"] == field


@pytest.mark.parametrize(
    "value",
    ["", "1806", "11/05/1806", "1806-5-1", "18060511", "1806-02-29", "1806-05-11T00:00", 1806.5],
)
def test_what_is_no_date_is_refused(value: object) -> None:
    with pytest.raises(BadAnswer):
        date.check_answer(QUESTION, value)


@pytest.mark.parametrize("value", ["1699-12-31", "1900-01-01"])
def test_date_out_of_bounds_is_refused(value: str) -> None:
    with pytest.raises(BadAnswer) as refusal:
        date.check_answer(QUESTION, value)

    assert refusal.value.facts["why"] == "range"


def test_dates_agree_up_to_the_tolerance_and_no_further() -> None:
    apart = date.distance(QUESTION, "1806-05-11", "1806-05-14")
    assert apart == date.AGREES_WITHIN
    assert date.distance(QUESTION, "1806-05-11", "1806-05-15") > date.AGREES_WITHIN

    exact = date.check_question({})
    assert date.distance(exact, "1806-05-11", "1806-05-11") == 0
    assert date.distance(exact, "1806-05-11", "1806-05-12") > date.AGREES_WITHIN


def test_merged_date_is_one_that_most_gave_or_gave_nearly() -> None:
    assert date.merge(QUESTION, ["1806-05-11", "1806-05-17", "1806-05-11"]) == "1806-05-11"
    near = ["1806-05-08", "1806-05-11", "1806-05-13", "1850-01-01", "1850-01-01"]
    assert date.merge(QUESTION, near) == "1806-05-11"
    assert date.merge(QUESTION, ["1806-05-30", "1806-05-11"]) == "1806-05-11"
    assert date.merge(QUESTION, ["1806-05-30", "1806-05-11"], [2.0, 1.0]) == "1806-05-30"
