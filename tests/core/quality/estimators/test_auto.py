"""What a choice of model says of itself."""

import json

import pytest

from canut.core.quality.estimators.auto import EstimatorChoice

MEAN = EstimatorChoice("auto", "auto", {"mace": 0.75, "weighted": 0.25}, {}, 0, 0.01, 0, {})
RIGHT = {"auto": 0.9, "majority": 0.95}


@pytest.mark.parametrize(
    ("choice", "rule", "why"),
    [
        (
            MEAN,
            "mean",
            (
                "the mean of mace 0.75, weighted 0.25; too few answers to hold any out; "
                "0 gold tasks, fewer than 50, chose nothing"
            ),
        ),
        (
            MEAN._replace(held_out=70, known=99, right=RIGHT),
            "mean",
            (
                "the mean of mace 0.75, weighted 0.25; 70 answers held out weigh them; "
                "on 99 gold tasks no other is significantly more often right"
            ),
        ),
        (
            MEAN._replace(model="weighted", default="weighted", weight={}, correlation=0.2),
            "together",
            (
                "people are right and wrong together (correlation 0.20 beyond who they are), so "
                "that tables of errors would mislead; 0 gold tasks, fewer than 50, chose nothing"
            ),
        ),
        (
            MEAN._replace(model="majority", known=60, right=RIGHT),
            "gold",
            "right on 95.0% of 60 gold tasks, the default on 90.0%",
        ),
    ],
)
def test_a_choice_says_why_in_a_sentence(choice: EstimatorChoice, rule: str, why: str) -> None:
    assert (choice.rule, choice.why) == (rule, why)


def test_a_choice_is_kept_as_json() -> None:
    kept = json.loads(json.dumps(MEAN._asdict()))

    assert EstimatorChoice(**kept) == MEAN
