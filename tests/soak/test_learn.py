"""The loop on whole sets: the digits of scikit-learn, and five thousand texts of a grammar."""

import numpy as np
import pytest

from bench.learn import alone, answers_for, digits, texts, together

pytestmark = pytest.mark.soak
SEED = 16


def test_a_third_of_the_answers_gives_the_digits_nearly_all_their_accuracy() -> None:
    people = alone(digits(SEED), np.random.default_rng(SEED))[-1]
    loop = together(digits(SEED), np.random.default_rng(SEED))

    needed = answers_for(loop, 0.99 * people.accuracy)

    assert needed is not None
    assert needed <= people.answers / 3
    assert loop[-1].answers <= 0.4 * people.answers, "everything has a label by then"
    assert loop[-1].accuracy >= 0.99 * people.accuracy
    assert loop[-1].taken > 0


def test_ambiguous_texts_take_a_tenth_of_the_answers() -> None:
    people = alone(texts(SEED), np.random.default_rng(SEED))[-1]
    loop = together(texts(SEED), np.random.default_rng(SEED))

    needed = answers_for(loop, 0.99 * people.accuracy)

    assert needed is not None
    assert needed <= people.answers / 10, "on this draw; not on every one"
    assert loop[-1].accuracy >= 0.99 * people.accuracy


def test_a_broken_model_takes_over_nothing() -> None:
    loop = together(digits(SEED), np.random.default_rng(SEED), is_broken=True)

    assert {step.taken for step in loop} == {0}
