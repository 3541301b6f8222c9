"""A model is judged on what it did not see, and its chances mean what they say."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from canut.core.arrays import Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.learning.baselines import Baseline, from_bytes, to_bytes
from canut.core.learning.measure import measure, softened, temperature_of, wilson
from canut.core.learning.model import ItemForm, Items, checked, soft_targets
from tests.core.learning.grammar import TONES, write_texts


class Parrot:
    """Knows by heart what it learnt, and nothing else."""

    base = ""

    def fit(self, items: Items, chances: Floats) -> None:
        """Learn by heart."""
        self.known = {str(item): row for item, row in zip(items, chances, strict=True)}
        self.n = chances.shape[1]

    def predict(self, items: Items) -> Floats:
        """Say what is known; else guess evenly."""
        even = np.full(self.n, 1 / self.n)
        return np.array([self.known.get(str(item), even) for item in items])


def test_what_is_known_by_heart_is_worth_nothing() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 200).astype(np.int32)
    items = [f"item {number}" for number in range(200)]

    found = measure(Parrot, items, soft_targets(truth, np.full(200, 0.95), 2), np.full(200, 3), rng)

    assert found.foretold.max() == pytest.approx(0.5)


def test_temperature_undoes_what_was_too_sure() -> None:
    rng = np.random.default_rng(1)
    chance = rng.uniform(0.5, 0.99, 4_000)
    right = rng.random(4_000) < chance
    label = np.where(right, 0, 1).astype(np.int32)
    honest = np.stack([chance, 1 - chance], axis=1)
    loud = softened(honest, 0.25)

    found = temperature_of(loud, soft_targets(label, np.ones(4_000), 2))

    assert found == pytest.approx(4.0, rel=0.15)


def test_interval_of_a_share_is_wilsons() -> None:
    found = wilson(8, 10)

    assert (found.low, found.high) == pytest.approx((0.4901568, 0.9433190), abs=5e-7)


@pytest.mark.parametrize(("right", "seen"), [(1, 0), (3, 2), (-1, 4)])
def test_share_of_nothing_is_refused(right: int, seen: int) -> None:
    with pytest.raises(BadInput, match="expected some"):
        wilson(right, seen)


def test_doubt_of_people_is_spread_over_the_other_classes() -> None:
    found = soft_targets(np.array([2, 0], np.int32), np.array([0.8, 1.0]), 3)

    assert found[0] == pytest.approx([0.1, 0.1, 0.8])
    assert found[1].tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    "said", [[[0.5, 0.5]], [[0.5, -0.5], [1, 0]], [[np.nan, 1], [1, 0]], [[0, 0], [1, 0]]]
)
def test_what_is_no_chance_is_refused(said: list[list[float]]) -> None:
    with pytest.raises(ShapeError, match="the model gave chances"):
        checked(np.array(said), 2, 2)


def test_too_few_items_teach_nothing() -> None:
    chances = soft_targets(np.zeros(19, np.int32), np.ones(19), 2)

    with pytest.raises(BadInput, match="learns from 20 on"):
        measure(Parrot, ["a"] * 19, chances, np.ones(19, np.int64), np.random.default_rng(0))


def learn(form: ItemForm, items: Items, truth: Floats, first: int) -> float:
    """Teach a baseline the first items; return its share of right ones on the others."""
    model = Baseline(form)
    classes = int(truth.max()) + 1
    label = truth.astype(np.int32)
    model.fit(items[:first], soft_targets(label[:first], np.full(first, 0.95), classes))
    again = Baseline(form, from_bytes(to_bytes(model.arrays)))
    told = again.predict(items[first:])
    np.testing.assert_allclose(told, model.predict(items[first:]), atol=1e-4)
    return float((told.argmax(axis=1) == truth[first:]).mean())


@pytest.mark.slow
def test_small_pictures_are_learnt_and_read_back() -> None:
    points, digit = load_digits(return_X_y=True)

    assert learn(ItemForm.IMAGE, list(points[:900] / 16), digit[:900], 450) > 0.91


def test_texts_are_learnt_and_read_back() -> None:
    texts = write_texts(600, np.random.default_rng(0))
    tone = np.array([TONES.index(one.tone) for one in texts])

    assert learn(ItemForm.TEXT, [one.text for one in texts], tone, 400) > 0.85


def test_columns_are_learnt_and_read_back() -> None:
    rng = np.random.default_rng(0)
    size, colour = rng.normal(0, 100, 400), rng.choice(["gris", "rouge"], 400)
    rows = [{"size": f"{one:.1f}", "colour": str(c)} for one, c in zip(size, colour, strict=True)]
    truth = ((size > 0) ^ (colour == "rouge") & (size > 150)).astype(np.int64)

    assert learn(ItemForm.TABLE, rows, truth, 300) > 0.85


def test_labels_that_are_all_the_same_teach_nothing() -> None:
    chances = np.repeat([[1.0, 0.0]], 30, axis=0)

    with pytest.raises(BadInput, match="every label is the same"):
        Baseline(ItemForm.TEXT).fit(["a"] * 30, chances)


def test_baseline_asked_of_nothing_says_nothing() -> None:
    model = Baseline(ItemForm.TEXT)
    model.fit(["a", "b"] * 20, np.tile([[0.9, 0.1], [0.1, 0.9]], (20, 1)))

    assert model.predict([]).shape == (0, 2)
