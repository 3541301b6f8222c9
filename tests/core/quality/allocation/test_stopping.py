import inspect
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, ShapeError
from canut.core.money import Money
from canut.core.quality.allocation import next_task, stopping
from canut.core.quality.allocation.stopping import (
    StoppingRule,
    StopReason,
    cautious_posterior,
    decide,
    gain_of_asking,
    rule_of,
    softened,
)
from canut.core.quality.estimators.dawid_skene import dawid_skene
from tests.core.quality.crowds import read
from tests.core.quality.replay import replay

INPUTS = {
    "answers",
    "fit",
    "temperature",
    "posterior",
    "accuracy",
    "people",
    "rule",
    "error",
    "mean_cost",
    "error_in_answers",
    "least_people",
    "most_people",
    "decision",
    "may_show",
    "count",
    "rng",
    "random_share",
    "claims",
}
NEVER = ("place", "floor", "speed", "second", "top", "accommod", "complain", "exposure", "worker")
chances = st.lists(st.floats(0.01, 1), min_size=2, max_size=5).map(
    lambda weights: np.array([weights]) / sum(weights)
)


def test_what_protects_a_person_is_never_an_input() -> None:
    taken = {
        name
        for module in (stopping, next_task)
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not function.__name__.startswith("_")
        for name in inspect.signature(function).parameters
    } | set(inspect.signature(StoppingRule).parameters)

    assert taken == INPUTS
    assert not [name for name in INPUTS for word in NEVER if word in name]


@pytest.mark.parametrize(
    ("name", "least_kept", "most_taken"),
    [
        ("rte", 0.99, 0.60),
        ("temporal", 0.99, 0.60),
        ("possent", 0.99, 0.35),
        ("dog", 0.985, 0.60),  # one seed; five give .991
        ("sentpol_amt", 0.99, 0.35),
    ],
)
def test_real_crowds_keep_their_accuracy_for_fewer_answers(
    name: str, least_kept: float, most_taken: float, crowd_folder: Path
) -> None:
    played = replay(read(crowd_folder / name), np.random.default_rng(0), StoppingRule())

    assert played.accuracy >= least_kept * played.full
    assert played.taken <= most_taken


def test_where_people_share_mistakes_it_asks_on(crowd_folder: Path) -> None:
    played = replay(read(crowd_folder / "bluebirds"), np.random.default_rng(0), StoppingRule())

    assert played.accuracy >= 0.85


@pytest.mark.soak
def test_real_crowds_over_five_orders(crowd_folder: Path) -> None:
    kept, taken = {}, {}
    for name in ("rte", "temporal", "possent", "dog", "sentpol_amt", "bluebirds"):
        crowd = read(crowd_folder / name)
        played = [replay(crowd, np.random.default_rng(seed), StoppingRule()) for seed in range(5)]
        kept[name] = np.mean([one.accuracy / one.full for one in played])
        taken[name] = np.mean([one.taken for one in played])

    passed = [name for name in kept if kept[name] >= 0.99 and taken[name] <= 0.60]
    assert len(passed) >= 5
    assert sum(taken[name] <= 0.35 for name in passed) >= 2


@given(posterior=chances, accuracy=st.floats(0, 1))
def test_an_answer_never_makes_it_worse(posterior: np.ndarray, accuracy: float) -> None:
    gain = gain_of_asking(posterior, accuracy)

    assert -1e-12 <= gain[0] <= 1 - posterior.max() + 1e-9


@given(posterior=chances, data=st.data())
def test_names_of_labels_do_not_matter(posterior: np.ndarray, data: st.DataObject) -> None:
    name = data.draw(st.permutations(range(posterior.shape[1])))

    gains = [gain_of_asking(each, 0.8)[0] for each in (posterior, posterior[:, name])]

    assert gains[0] == pytest.approx(gains[1])


def test_the_surer_the_less_is_gained() -> None:
    sure = np.linspace(0.5, 0.999, 50)

    gain = gain_of_asking(np.stack([sure, 1 - sure], axis=1), 0.7)

    assert (np.diff(gain) <= 1e-12).all()
    assert gain[0] > 0.19


def test_people_who_guess_are_not_worth_asking() -> None:
    assert gain_of_asking(np.array([[0.5, 0.5]]), 0.5)[0] == pytest.approx(0, abs=1e-12)


def test_every_decision_says_why() -> None:
    posterior = np.array([[0.6, 0.4], [0.6, 0.4], [0.999999, 0.000001], [0.6, 0.4]])

    found = decide(posterior, np.array([1, 3, 3, 5]), 0.8, StoppingRule(most_people=5))

    assert found.ask.tolist() == [True, True, False, False]
    assert [StopReason(reason) for reason in found.reason] == [
        StopReason.TOO_FEW,
        StopReason.WORTH_IT,
        StopReason.NOT_WORTH_IT,
        StopReason.ENOUGH_PEOPLE,
    ]


def test_two_people_at_least_whatever_is_believed() -> None:
    found = decide(np.array([[1.0, 0.0]]), np.array([1]), 0.99, StoppingRule(error_in_answers=1))

    assert found.ask.tolist() == [True]


def test_dearer_mistakes_ask_for_more() -> None:
    posterior = np.array([[0.85, 0.15]])

    asks = [
        decide(posterior, np.array([3]), 0.61, StoppingRule(cost)).ask[0] for cost in (10, 5_000)
    ]

    assert asks == [False, True]


def test_the_less_sure_view_counts_and_its_label_stays(crowd_folder: Path) -> None:
    crowd = read(crowd_folder / "bluebirds")
    fit = dawid_skene(crowd.answers)

    posterior, typical = cautious_posterior(crowd.answers, fit, temperature=2.0)

    np.testing.assert_allclose(posterior.sum(axis=1), 1)
    assert (posterior.max(axis=1) <= fit.confidence + 1e-9).all()
    assert (posterior.argmax(axis=1) == fit.label).mean() > 0.95
    assert 0.5 < typical < 0.7


def test_softening_keeps_the_label() -> None:
    soft = softened(np.array([[1.0, 0.0], [0.8, 0.2]]), 3.4)

    assert soft.argmax(axis=1).tolist() == [0, 0]
    assert soft[1, 0] == pytest.approx(0.8 ** (1 / 3.4) / (0.8 ** (1 / 3.4) + 0.2 ** (1 / 3.4)))


def test_one_label_needs_no_answer() -> None:
    assert gain_of_asking(np.ones((2, 1)), 1.0).tolist() == [0, 0]


def test_a_rule_is_made_of_amounts() -> None:
    rule = rule_of(Money(4_000_000, "CAD"), Money(40_000, "CAD"), 3, 7)

    assert rule == StoppingRule(100, 3, 7)


def test_odd_rules_are_refused() -> None:
    with pytest.raises(BadInput, match="at least 2"):
        StoppingRule(least_people=1)
    with pytest.raises(BadInput, match="under least"):
        StoppingRule(least_people=5, most_people=4)
    with pytest.raises(BadInput, match="more than 0"):
        StoppingRule(error_in_answers=0)
    with pytest.raises(BadInput, match="more than 0"):
        rule_of(Money(1, "CAD"), Money(0, "CAD"))
    with pytest.raises(BadInput, match="do not add up"):
        rule_of(Money(1, "CAD"), Money(1, "EUR"))
    with pytest.raises(BadInput, match="from 0 to 1"):
        gain_of_asking(np.ones((1, 2)), 1.5)
    with pytest.raises(ShapeError, match="one for each"):
        decide(np.ones((1, 2)), np.array([1, 2]), 0.8, StoppingRule())
