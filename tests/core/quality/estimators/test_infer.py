from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from numba.core.event import install_recorder

from canut import infer
from canut.core.errors import BadInput, BadRow, TooLarge
from canut.core.quality.estimators.calibration import calibration_error
from canut.core.quality.estimators.infer import Options
from canut.core.quality.estimators.result import Result
from canut.core.quality.tables.answers_by_task import Duplicates
from canut.core.quality.tables.files import read_columns

ANSWERS = {
    "task": ["01", "01", "01", "02", "02", "02"],
    "worker": ["x", "y", "z", "x", "y", "z"],
    "label": ["7", "7", "1", "1", "1", "1"],
}
NAMES = (
    "adult bluebirds dog facteval medrel_cause medrel_treat music pos_tweets possent product "
    "relevance rte sentpol sentpol_amt temporal trec web zencrowd_us"
)


def test_labels_come_with_the_ids_as_they_were() -> None:
    result = infer(ANSWERS)

    assert result.labels.column_names == ["task", "label", "confidence"]
    assert result.labels.column("task").to_pylist() == ["01", "02"]
    assert result.labels.column("label").to_pylist() == ["7", "1"]
    assert result.seconds.keys() == {"compile", "read", "fit"}


def test_rows_as_dicts_do_as_well() -> None:
    rows = [dict(zip(ANSWERS, row, strict=True)) for row in zip(*ANSWERS.values(), strict=True)]

    assert infer(rows, model="majority").labels == infer(ANSWERS, model="majority").labels


def test_columns_may_have_other_names() -> None:
    table = pa.table(ANSWERS).rename_columns(["item", "who", "said"])

    result = infer(table, "item", "who", "said")

    assert result.labels.num_rows == 2


def test_numbers_stay_numbers_in_their_order() -> None:
    result = infer({"task": [1, 1, 2], "worker": ["a", "b", "a"], "label": [10, 9, 9]})

    assert result.label_names.to_pylist() == [9, 10]
    assert result.posterior.column_names == ["task", "9", "10"]


def test_tables_skills_and_entropy_speak_of_the_same_people() -> None:
    result = infer(ANSWERS, model="dawid-skene")

    assert result.confusion.shape == (3, 2, 2)
    np.testing.assert_allclose(result.confusion.sum(axis=2), 1)
    skill = result.skill.to_pylist()
    assert {one["worker"] for one in skill} == {"x", "y", "z"}
    assert all(one["low"] < one["accuracy"] < one["high"] for one in skill)
    assert (result.entropy >= 0).all()
    assert result.n_iter == len(result.loglik_trace)


@pytest.mark.parametrize(("policy", "label", "aside"), [("last", "b", 1), ("first", "a", 1)])
def test_repeated_answers_follow_the_policy(policy: Duplicates, label: str, aside: int) -> None:
    twice = {"task": ["t", "t"], "worker": ["w", "w"], "label": ["a", "b"]}

    result = infer(twice, model="majority", duplicates=policy)

    assert result.labels.column("label").to_pylist() == [label]
    assert result.duplicates == aside


def test_all_repeated_answers_may_count() -> None:
    thrice = {"task": ["t"] * 3, "worker": ["w"] * 3, "label": ["a", "a", "b"]}

    result = infer(thrice, model="majority", duplicates="all")

    assert result.labels.column("confidence").to_pylist() == pytest.approx([2 / 3])


def test_repeated_answers_are_refused_with_both_rows() -> None:
    twice = {"task": ["s", "t", "t"], "worker": ["w", "w", "w"], "label": ["a", "a", "b"]}

    with pytest.raises(BadInput, match="row 3 repeats the task and worker of row 2"):
        infer(twice, duplicates="error")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"task": [None, "t"]}, "row 1, column 'task': the cell is empty"),
        ({"worker": ["w", ""]}, "row 2, column 'worker': the cell is empty"),
        ({"label": [1.0, float("nan")]}, "row 2, column 'label': the cell is not a number"),
        ({"label": [["a"], ["b"]]}, "holds list"),
        ({"label": [Decimal(1), "b"]}, "one type"),
        ({"label": ["a"]}, "no table"),
    ],
)
def test_bad_cells_are_refused_with_row_and_column(change: dict[str, Any], said: str) -> None:
    good: dict[str, Any] = {"task": ["t", "u"], "worker": ["v", "w"], "label": ["a", "b"]}

    with pytest.raises(BadInput, match=said):
        infer(good | change)


def test_a_missing_column_is_named_beside_those_there_are() -> None:
    with pytest.raises(BadInput, match=r"no column 'who'.*task, worker, label"):
        infer(ANSWERS, worker="who")


def test_no_rows_are_refused() -> None:
    none = pa.table({name: pa.array([], pa.string()) for name in ANSWERS})

    with pytest.raises(BadInput, match="no answers"):
        infer(none)


def test_a_gold_label_that_nobody_gave_is_refused_with_its_row() -> None:
    gold = {"task": ["01", "02"], "label": ["7", "8"]}

    with pytest.raises(BadRow, match="gold row 2, column 'label': nobody gave the label '8'"):
        infer(ANSWERS, gold=gold)


def test_a_task_with_two_truths_is_refused() -> None:
    gold = {"task": ["01", "01"], "label": ["7", "1"]}

    with pytest.raises(BadRow, match="another label elsewhere"):
        infer(ANSWERS, gold=gold)


def test_gold_of_unknown_tasks_is_counted() -> None:
    result = infer(ANSWERS, gold={"task": ["01", "99"], "label": ["7", "1"]})

    assert result.strange_gold == 1


def test_an_order_of_labels_is_kept_with_those_nobody_gave() -> None:
    result = infer(ANSWERS, model="ordinal", order=["9", "7", "1"])

    assert result.posterior.column_names == ["task", "9", "7", "1"]


def test_a_label_outside_the_order_is_refused_with_its_row() -> None:
    with pytest.raises(BadRow, match="row 3, column 'label': '1'"):
        infer(ANSWERS, order=["7"])


@pytest.mark.parametrize("wrong", [{"model": "x"}, {"duplicates": "x"}, {"threads": 0}])
def test_options_that_cannot_be_are_refused(wrong: Options) -> None:
    with pytest.raises(BadInput, match=r"there are|expected one|at least 1"):
        infer(ANSWERS, **wrong)


def shuffled(table: pa.Table, seed: int) -> pa.Table:
    return table.take(pa.array(np.random.default_rng(seed).permutation(table.num_rows)))


def test_any_order_of_rows_gives_the_same_result() -> None:
    rng = np.random.default_rng(1)
    task = np.repeat(np.arange(400), 5)
    worker = np.tile(np.arange(20), 100)
    wrong = rng.random(2000) < 0.1 + 0.02 * worker
    table = pa.table({"task": task, "worker": worker, "label": (task + wrong) % 3})

    one, other = infer(table), infer(shuffled(table, 2))

    assert one.why == other.why
    first, second = (dict(zip(*result.labels.columns[:2], strict=True)) for result in (one, other))
    assert first == second
    sure = [sorted(result.labels.column("confidence").to_pylist()) for result in (one, other)]
    np.testing.assert_allclose(sure[0], sure[1], atol=1e-9)


def known(folder: Path, name: str) -> tuple[pa.Table, pa.Table]:
    answers = read_columns(folder / name / "labels.csv", ["task", "worker", "label"])
    return answers, read_columns(folder / name / "gold.csv", ["task", "label"])


def scored(result: Result, gold: pa.Table) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the confidence of each gold task's label, and whether it is right."""
    labels = result.labels.to_pydict()
    said = dict(
        zip(labels["task"], zip(labels["label"], labels["confidence"], strict=True), strict=True)
    )
    rows = [
        (said[task][1], said[task][0] == label)
        for task, label in zip(*gold.to_pydict().values(), strict=True)
        if task in said
    ]
    confidence, right = zip(*rows, strict=True)
    return np.array(confidence), np.array(right, dtype=float)


def majority_share(table: pa.Table, gold: pa.Table) -> float:
    """Return the accuracy of the last answer per task and worker, ties shared."""
    last = {(t, w): label for t, w, label in zip(*table.to_pydict().values(), strict=True)}
    votes: dict[str, dict[str, int]] = {}
    for (task, _), label in last.items():
        of_task = votes.setdefault(task, {})
        of_task[label] = of_task.get(label, 0) + 1
    shares = []
    for task, label in zip(*gold.to_pydict().values(), strict=True):
        if task in votes:
            most = max(votes[task].values())
            best = [name for name, times in votes[task].items() if times == most]
            shares.append((label in best) / len(best))
    return float(np.mean(shares))


@pytest.mark.slow
def test_the_choice_beats_every_single_model_on_real_crowds(crowd_folder: Path) -> None:
    found = {}
    for name in NAMES.split():
        answers, gold = known(crowd_folder, name)
        right = scored(infer(answers), gold)[1].mean()
        found[name] = right, right - majority_share(answers, gold)

    assert np.mean([right for right, _ in found.values()]) > 0.8529  # the best model has 0.8479
    assert min(gain for _, gain in found.values()) > -0.02


def test_confidence_is_calibrated_by_a_little_gold_on_real_crowds(crowd_folder: Path) -> None:
    errors = {}
    for name in ("dog", "possent", "rte", "sentpol_amt", "temporal", "web"):
        answers, gold = known(crowd_folder, name)
        splits = []
        for seed in range(3):
            mixed = shuffled(gold, seed)
            given = min(100, gold.num_rows // 3)
            result = infer(answers, gold=mixed.slice(0, given))
            splits.append(calibration_error(*scored(result, mixed.slice(given))))
        errors[name] = np.mean(splits)

    assert np.mean(list(errors.values())) < 0.04, errors


@pytest.mark.parametrize("model", ["auto", "mace-dawid-skene"])
def test_another_type_of_column_compiles_nothing_again(model: str) -> None:
    table = pa.table(
        {
            "task": np.repeat(np.arange(100), 4),
            "worker": np.tile(np.arange(8), 50),
            "label": np.tile([0, 1, 1, 0, 1, 1], 67)[:400],
        }
    )
    infer(table, model=model)

    with install_recorder("numba:compile") as compiled:
        kinds = pa.int8(), pa.int32(), pa.uint16(), pa.float32(), pa.string(), pa.large_string()
        for kind in kinds:
            columns = [column.cast(kind) for column in table.columns]
            infer(pa.table(columns, names=table.column_names), model=model)
        coded = table.column("label").cast(pa.string()).combine_chunks().dictionary_encode()
        infer(table.set_column(2, "label", coded), model=model)

    assert [event.data["dispatcher"] for _, event in compiled.buffer] == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"modle": "glad"}, "no option 'modle'; there are: model, gold"),
        ({"seed": -1}, "seed is -1; give a whole number from 0 to 4294967295"),
        ({"seed": 2**40}, "seed is 1099511627776"),
        ({"seed": None}, "seed is None"),
        ({"threads": None}, "threads is None"),
        ({"task": "worker"}, "name three different columns"),
        ({"order": ["1", "7", "7"]}, "'7' stands twice in the order"),
        ({"gold": {"task": ["01"], "truth": ["7"]}}, "gold: there is no column 'label'"),
        (
            {"gold": {"task": ["01"], "label": [""]}},
            "gold row 1, column 'label': the cell",
        ),
        ({"gold": [("01", "7")]}, "gold: a list is no table"),
    ],
)
def test_wrong_options_and_gold_are_refused_by_name(options: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        infer(ANSWERS, **options)


@pytest.mark.parametrize(
    "data",
    [
        "answers.csv",
        Path("answers.csv"),
        [("01", "x", "7")],
        np.array([["01", "x", "7"]]),
        pd.DataFrame([["01", "x", "7", "7"]], columns=["task", "worker", "label", "label"]),
        pl.LazyFrame(ANSWERS),
    ],
    ids=["name", "path", "tuples", "array", "column twice", "lazy frame"],
)
def test_what_is_no_table_is_refused_with_what_is(data: object) -> None:
    with pytest.raises(BadInput, match=r"answers: a .* is no table .* give a frame of pandas"):
        infer(data)


def test_categories_that_have_an_order_keep_it() -> None:
    label = ["good", "poor", "fair", "fair", "good", "good"]
    scale = pd.CategoricalDtype(["unused", "poor", "fair", "good"], ordered=True)
    pandas = pd.DataFrame(ANSWERS | {"label": label}).astype({"label": scale})
    polars = pl.DataFrame(ANSWERS | {"label": label}).with_columns(
        pl.col("label").cast(pl.Enum(["unused", "poor", "fair", "good"]))
    )

    for table in (pandas, polars):
        assert infer(table).label_names.to_pylist() == ["poor", "fair", "good"]
    unordered = pandas.astype({"label": pd.CategoricalDtype(scale.categories)})
    assert infer(unordered).label_names.to_pylist() == ["fair", "good", "poor"]


def test_gold_of_truth_values_may_be_text() -> None:
    answers = ANSWERS | {"label": [True, True, False, False, False, False]}

    result = infer(answers, gold={"task": ["01"], "label": ["True"]})

    assert "1 gold task" in result.why


def test_a_label_called_task_gets_a_column_of_its_own() -> None:
    answers = ANSWERS | {"label": ["task", "p_task", "task", "a", "a", "a"]}

    assert infer(answers).posterior.column_names == ["task", "a", "p_task", "p_p_task"]


def test_a_result_is_shown_in_one_line() -> None:
    assert repr(infer(ANSWERS, model="majority")) == (
        "Result(model='majority', n_tasks=2, n_workers=3, n_answers=6, n_labels=2)"
    )


def test_tables_that_do_not_fit_in_memory_are_told_with_their_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("canut.core.quality.estimators.infer.estimate", fail)

    with pytest.raises(TooLarge, match="tables of 3 workers and 2 labels"):
        infer(ANSWERS, model="dawid-skene")
