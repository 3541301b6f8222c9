"""How the default weighs its models, and what it says of it."""

import json

import numpy as np
import pytest

from bench.quality.habits import HABITS, Crowd
from canut.core.quality.estimators.auto import (
    MEMBERS,
    EstimatorChoice,
    choose,
    has_collapsed,
)
from canut.core.quality.estimators.calibration import calibrate
from canut.core.quality.estimators.em import RUN, Fitted
from canut.core.quality.estimators.register import estimate
from canut.core.quality.estimators.sampling import MOST_ROWS, NameKeys, key_names, sample, uniform
from canut.core.quality.estimators.simulation import learn_habits, simulate
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange
from canut.core.quality.tables.coded_answers import Gold

WEIGHT = {"one-coin": 0.75, "weighted": 0.25}
SCORE = {"one-coin": 0.9, "weighted": 0.8}
CHOICE = EstimatorChoice("auto", WEIGHT, SCORE, 3000, 0, {})


def rows_of(crowd: Crowd) -> tuple[AnswersByTask, NameKeys]:
    rows, _ = arrange(crowd.answers, "last")
    names: list[list[object]] = [list(range(size)) for size in (rows.n_tasks, rows.n_workers)]
    return rows, NameKeys(key_names(names[0]), key_names(names[1]))


def accuracy(fitted: Fitted, crowd: Crowd) -> float:
    return float((fitted.decide()[0] == crowd.truth).mean())


@pytest.mark.parametrize(
    ("choice", "rule", "why"),
    [
        (
            CHOICE,
            "simulated",
            (
                "the mean of one-coin 0.75, weighted 0.25; weighed by 3000 simulated tasks, where "
                "one-coin is right most often (90.0%); no gold task"
            ),
        ),
        (
            CHOICE._replace(score={}, simulated=0),
            "equal",
            (
                "the mean of one-coin 0.75, weighted 0.25; too few answers to simulate a crowd "
                "like this one; no gold task"
            ),
        ),
        (
            CHOICE._replace(known=60, right=SCORE),
            "gold",
            (
                "the mean of one-coin 0.75, weighted 0.25; weighed by 3000 simulated tasks, where "
                "one-coin is right most often (90.0%); one-coin right on most of 60 gold tasks "
                "(90.0%)"
            ),
        ),
    ],
)
def test_a_choice_says_why_in_a_sentence(choice: EstimatorChoice, rule: str, why: str) -> None:
    assert (choice.rule, choice.why) == (rule, why)


def test_a_choice_is_kept_as_json() -> None:
    kept = json.loads(json.dumps(CHOICE._asdict()))

    assert EstimatorChoice(**kept) == CHOICE


@pytest.mark.parametrize("habit", ["biased", "one sided"])
def test_models_with_tables_weigh_more_where_people_confuse_labels(habit: str) -> None:
    crowd = HABITS[habit](0)
    rows, keys = rows_of(crowd)

    fitted, choice = choose(rows, RUN, keys, None, 0)

    assert choice.weight["dawid-skene-pooled"] > 4 * choice.weight["one-coin"]
    assert accuracy(fitted, crowd) > accuracy(estimate("weighted", rows), crowd) + 0.05


def test_the_mean_is_near_the_best_of_its_models_whatever_the_habit() -> None:
    regrets = {}
    for habit in ("independent", "biased", "spammed", "rare", "many labels", "reversed scale"):
        crowd = HABITS[habit](3)
        rows, keys = rows_of(crowd)
        best = max(accuracy(estimate(model, rows), crowd) for model in MEMBERS)
        regrets[habit] = best - accuracy(choose(rows, RUN, keys, None, 0)[0], crowd)

    assert max(regrets.values()) < 0.015, regrets


@pytest.mark.parametrize("seed", [2, 4])
def test_a_model_that_never_finds_a_common_answer_right_is_left_out(seed: int) -> None:
    crowd = HABITS["spammed"](seed)
    rows, keys = rows_of(crowd)
    alone = {model: accuracy(estimate(model, rows), crowd) for model in MEMBERS}

    fitted, choice = choose(rows, RUN, keys, None, 0)

    assert alone["one-coin"] < 0.3  # one label took all tasks of another
    assert set(choice.weight) == {model for model in MEMBERS if alone[model] > 0.7}
    assert accuracy(fitted, crowd) >= max(alone.values())
    assert "one-coin left out, for nearly never finding a common answer right" in choice.why


def test_a_label_is_missed_only_where_people_often_give_it() -> None:
    rows = AnswersByTask(
        np.arange(0, 1001, 10), np.repeat([0, 1], [950, 50]).astype(np.int32), 1, 2
    )
    without, rare = np.array([1.0, 0.0]), np.array([0.99, 0.01])

    assert has_collapsed(without, rows)
    assert not has_collapsed(rare, rows)
    assert not has_collapsed(without, rows._replace(cell=np.repeat([0, 1], [985, 15])))
    few = rows._replace(start=rows.start[:11], cell=np.repeat([0, 1], [95, 5]))
    assert not has_collapsed(without, few)


@pytest.mark.parametrize("n_gold", [10, 20])
def test_a_few_gold_tasks_steer_the_mean(n_gold: int) -> None:
    crowd = HABITS["paired"](1)
    rows, keys = rows_of(crowd)
    wrong = [estimate(model, rows).decide()[0] != crowd.truth for model in MEMBERS]
    telling = np.flatnonzero(wrong[0] & ~wrong[2])[:n_gold].astype(np.int32)
    rest = np.delete(np.arange(rows.n_tasks), telling)

    alone, before = choose(rows, RUN, keys, None, 0)
    steered, choice = choose(rows, RUN, keys, Gold(telling, crowd.truth[telling], 0), 0)

    assert choice.rule == "gold"
    assert choice.weight["one-coin"] > before.weight["one-coin"]
    right = [(fit.decide()[0] == crowd.truth)[rest].mean() for fit in (alone, steered)]
    assert right[1] > right[0] + 0.03


def test_too_few_answers_weigh_all_models_the_same() -> None:
    rows, keys = rows_of(HABITS["independent"](0))
    few = AnswersByTask(rows.start[:21], rows.cell[: rows.start[20]], rows.n_workers, 3)

    choice = choose(few, RUN, NameKeys(keys.task[:20], keys.worker), None, 0)[1]

    assert choice.rule == "equal"
    assert set(choice.weight.values()) == {1 / len(MEMBERS)}


def test_a_simulated_crowd_has_the_same_people_and_habits() -> None:
    crowd = HABITS["one sided"](0)
    rows, keys = rows_of(crowd)

    simulated = simulate(rows, learn_habits(rows, 5.0), keys, 0)

    np.testing.assert_array_equal(simulated.rows.worker, rows.worker)
    said = [
        np.bincount(each.worker, each.label, each.n_workers) / np.bincount(each.worker)
        for each in (rows, simulated.rows)
    ]
    assert np.corrcoef(said[0], said[1])[0, 1] > 0.8
    assert abs(simulated.truth.mean() - crowd.truth.mean()) < 0.1


def test_hard_tasks_let_simulated_people_err_together() -> None:
    rows, keys = rows_of(HABITS["guessed"](0))

    simulated = simulate(rows, learn_habits(rows, 5.0), keys, 0)

    errors = (simulated.rows.label != simulated.truth[simulated.rows.task]).reshape(-1, 5)
    alone = errors.mean() * (1 - errors.mean()) * 5
    assert errors.sum(axis=1).var() > 1.5 * alone


def test_crowds_are_drawn_by_names_and_seed_alone() -> None:
    rows, keys = rows_of(HABITS["independent"](0))
    habits = learn_habits(rows, 5.0)

    first, again, other = (simulate(rows, habits, keys, seed) for seed in (0, 0, 1))

    np.testing.assert_array_equal(first.rows.cell, again.rows.cell)
    assert (first.rows.cell != other.rows.cell).mean() > 0.1
    numbers = uniform(keys.task, 0)
    assert abs(numbers.mean() - 0.5) < 0.05
    assert numbers.max() < 1


def test_weights_come_from_a_sample_of_large_crowds() -> None:
    rows, keys = rows_of(HABITS["independent"](0))
    times = 10
    start = np.concatenate(
        [[0], *(rows.start[1:] + copy * len(rows.cell) for copy in range(times))]
    )
    many = rows._replace(start=start, cell=np.tile(rows.cell, times))
    many_keys = NameKeys(key_names(list(range(many.n_tasks))), keys.worker)

    few, _ = sample(many, many_keys, 0)

    assert 0.9 * MOST_ROWS < len(few.cell) < 1.1 * MOST_ROWS
    simulated = choose(many, RUN, many_keys, None, 0)[1].simulated
    assert 1.8 * few.n_tasks < simulated < 2.2 * few.n_tasks


def test_without_gold_the_mean_is_never_certain() -> None:
    rows, keys = rows_of(HABITS["independent"](0))

    fitted = calibrate(choose(rows, RUN, keys, None, 0)[0], None)

    assert 0.8 < fitted.decide()[1].max() < 0.95
