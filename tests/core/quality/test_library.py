"""``canut.quality``: the estimators with the words of scikit-learn give what ``infer`` gives."""

import subprocess
import sys
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError as NotFittedOfSklearn
from sklearn.metrics import get_scorer
from sklearn.utils import estimator_checks
from sklearn.utils.validation import check_is_fitted

from canut import infer
from canut.core.errors import BadInput, BadRow
from canut.core.quality.estimators.register import MODELS
from canut.core.quality.tables.files import read_columns
from canut.quality import (
    Auto,
    DawidSkene,
    Glad,
    LabelEstimator,
    Mace,
    MaceDawidSkene,
    MajorityVote,
    NotFittedError,
    OneCoin,
    OrdinalDawidSkene,
    PooledDawidSkene,
    WeightedVote,
)

ESTIMATORS = (
    MajorityVote,
    WeightedVote,
    OneCoin,
    Mace,
    Glad,
    DawidSkene,
    MaceDawidSkene,
    PooledDawidSkene,
    OrdinalDawidSkene,
    Auto,
)
TASK = ["01", "01", "01", "02", "02", "02"]
WORKER = ["x", "y", "z", "x", "y", "z"]
LABEL = ["7", "7", "1", "1", "1", "1"]
COLUMNS = {"task": TASK, "worker": WORKER, "label": LABEL}
PAIRS = np.array([TASK, WORKER]).T
CHECKS_WITHOUT_DATA = (
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
)
every_estimator = pytest.mark.parametrize("kind", ESTIMATORS)


def test_every_model_has_its_class() -> None:
    assert sorted(kind.model for kind in ESTIMATORS) == sorted(MODELS)


@every_estimator
def test_fitted_attributes_are_those_of_infer_and_have_their_shapes(
    kind: type[LabelEstimator],
) -> None:
    fitted = kind().fit(TASK, WORKER, LABEL)
    result = infer(COLUMNS, model=kind.model)

    assert fitted.tasks_.tolist() == ["01", "02"]
    assert sorted(fitted.workers_.tolist()) == ["x", "y", "z"]
    assert fitted.classes_.tolist() == ["1", "7"]
    assert fitted.labels_.tolist() == result.labels.column("label").to_pylist() == ["7", "1"]
    np.testing.assert_array_equal(fitted.confidences_, result.decided[1])
    np.testing.assert_array_equal(fitted.probas_, result.chances)
    np.testing.assert_array_equal(fitted.confusion_, result.confusion)
    np.testing.assert_array_equal(fitted.skills_, result.skill.column("accuracy").to_numpy())
    assert fitted.probas_.shape == (2, 2)
    assert fitted.confusion_.shape == (3, 2, 2)
    assert (fitted.n_iter_, fitted.converged_) == (result.n_iter, result.converged)


@every_estimator
def test_prediction_of_named_tasks_is_that_of_their_rows(kind: type[LabelEstimator]) -> None:
    fitted = kind().fit(TASK, WORKER, LABEL)

    assert fitted.predict(["02", "01", "02"]).tolist() == ["1", "7", "1"]
    np.testing.assert_array_equal(fitted.predict_proba(["02"]), fitted.probas_[[1]])
    np.testing.assert_array_equal(fitted.predict(), fitted.labels_)
    np.testing.assert_allclose(fitted.predict_proba().sum(axis=1), 1)


@pytest.mark.parametrize(
    "columns",
    [
        (np.array(TASK), np.array(WORKER), np.array(LABEL)),
        (tuple(TASK), iter(WORKER), np.array(LABEL, dtype=object)),
        (pd.Series(TASK), pd.Series(WORKER).astype("category"), pd.Series(LABEL)),
        (pa.array(TASK), pa.chunked_array([WORKER[:2], WORKER[2:]]), LABEL),
        (pl.Series(TASK), pl.Series(WORKER).cast(pl.Categorical), pl.Series(LABEL)),
        (PAIRS, LABEL, None),
        (pd.DataFrame(COLUMNS)[["worker", "task"]], pd.Series(LABEL), None),
        (pd.DataFrame({"item": TASK, "by": WORKER}), LABEL, None),
        (pl.DataFrame(COLUMNS), pl.Series(LABEL), None),
        (pa.table(COLUMNS).select(["task", "worker"]), LABEL, None),
    ],
    ids=[
        *("numpy", "iterables", "pandas", "arrow", "polars"),
        *("X", "X of pandas", "X of other names", "X of polars", "X of arrow"),
    ],
)
def test_columns_of_any_kind_are_read_alike(columns: tuple[Any, Any, Any]) -> None:
    fitted = MajorityVote().fit(*columns)

    assert fitted.predict().tolist() == ["7", "1"]


@pytest.mark.parametrize(
    "table",
    [
        COLUMNS,
        pa.table(COLUMNS),
        pd.DataFrame(COLUMNS),
        pl.DataFrame(COLUMNS),
        [dict(zip(COLUMNS, row, strict=True)) for row in zip(TASK, WORKER, LABEL, strict=True)],
    ],
    ids=["dict", "arrow", "pandas", "polars", "rows"],
)
def test_tables_of_any_kind_are_read_alike(table: object) -> None:
    assert DawidSkene().fit_predict(table).tolist() == ["7", "1"]


def test_numbers_stay_numbers() -> None:
    fitted = MajorityVote().fit(np.array([5, 5, 3]), np.array([1, 2, 1]), np.array([10, 10, 9]))

    assert fitted.classes_.tolist() == [9, 10]
    assert fitted.predict(np.array([3, 5])).tolist() == [9, 10]


def test_parameters_reach_the_model() -> None:
    twice = (["t", "t"], ["w", "w"], ["a", "b"])

    assert MajorityVote(duplicates="first").fit_predict(*twice).tolist() == ["a"]
    assert MajorityVote(classes=["b", "c", "a"]).fit(*twice).classes_.tolist() == ["b", "c", "a"]
    with pytest.raises(BadInput, match="row 2 repeats"):
        MajorityVote(duplicates="error").fit(*twice)
    with pytest.raises(BadInput, match="threads is 0"):
        MajorityVote(threads=0).fit(*twice)


def test_gold_calibrates() -> None:
    gold = {"task": ["01"], "label": ["1"]}

    assert DawidSkene().fit(COLUMNS, gold=gold).result_.temperature != 1.0
    with pytest.raises(BadRow, match="nobody gave the label"):
        DawidSkene().fit(COLUMNS, gold={"task": ["01"], "label": ["8"]})


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ((TASK, WORKER), "label is missing"),
        ((np.array([TASK, WORKER, LABEL]).T, LABEL), r"X has shape \(6, 3\); it must have two col"),
        ((TASK, None, LABEL), "worker is missing"),
        ((TASK, WORKER, LABEL[1:]), "task has 6, worker has 6, label has 5 rows"),
        (("010", WORKER, LABEL), "column 'task' is a str"),
        ((TASK, 7, LABEL), "column 'worker' is a int"),
        ((TASK, WORKER, np.zeros((6, 2))), r"column 'label' has shape \(6, 2\)"),
        ((TASK, WORKER, ["a", 1, None, 2, 3, 4]), "column 'label' cannot be read"),
        ((TASK, WORKER, [*LABEL[1:], None]), "row 6, column 'label': the cell is empty"),
        (([], [], []), "no answers"),
        (({"task": TASK, "label": LABEL},), "no column 'worker'"),
        ((7,), "no table"),
    ],
)
def test_columns_that_cannot_be_used_are_refused(columns: tuple[Any, ...], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        DawidSkene().fit(*columns)


def test_task_without_an_answer_is_refused_by_its_name() -> None:
    fitted = MajorityVote().fit(COLUMNS)

    with pytest.raises(BadInput, match=r"task '03' has no answer.*1 of 2 tasks"):
        fitted.predict(["01", "03"])


def test_estimator_before_fit_has_no_fitted_attribute() -> None:
    model = DawidSkene()

    with pytest.raises(NotFittedError, match="call fit"):
        model.predict()
    assert not hasattr(model, "labels_")


def test_second_fit_replaces_the_first() -> None:
    model = MajorityVote().fit(COLUMNS)
    assert model.labels_.tolist() == ["7", "1"]

    assert model.fit(["t"], ["w"], ["z"]) is model
    assert (model.labels_.tolist(), model.classes_.tolist()) == (["z"], ["z"])


@every_estimator
def test_estimators_are_cloned_by_scikit_learn(kind: type[LabelEstimator]) -> None:
    model = kind(threads=1, duplicates="all")

    copy = clone(model)

    assert copy is not model
    assert copy.get_params() == model.get_params()
    assert repr(copy) == f"{kind.__name__}(duplicates='all', threads=1)"
    assert repr(copy.set_params(threads=2, duplicates="last")) == f"{kind.__name__}()"
    with pytest.raises(BadInput, match="no parameter 'depth'"):
        copy.set_params(depth=3)


@every_estimator
@pytest.mark.parametrize("name", CHECKS_WITHOUT_DATA)
def test_estimators_pass_the_checks_of_scikit_learn_that_need_no_numbers(
    kind: type[LabelEstimator], name: str
) -> None:
    getattr(estimator_checks, name)(kind.__name__, kind())


@every_estimator
def test_fit_changes_neither_parameters_nor_input_and_its_result_can_be_stored(
    kind: type[LabelEstimator],
) -> None:
    model, pairs = kind(), PAIRS.copy()
    with pytest.raises(NotFittedOfSklearn):
        check_is_fitted(model)

    before = model.get_params()
    first = model.fit(pairs, LABEL).predict_proba().copy()
    second = model.fit(pairs, LABEL).predict_proba()

    check_is_fitted(model)
    assert model.get_params() == before
    assert {name for name in vars(model) if not name.endswith("_")} == before.keys()
    np.testing.assert_array_equal(pairs, PAIRS)
    np.testing.assert_array_equal(first, second)
    again = ForkingPickler.loads(bytes(ForkingPickler.dumps(model)))
    np.testing.assert_array_equal(again.predict_proba(), second)
    np.testing.assert_array_equal(again.confusion_, model.confusion_)


def test_scorers_of_scikit_learn_read_known_tasks() -> None:
    model = DawidSkene().fit(PAIRS, LABEL)

    assert model.score(["02", "01"], ["1", "1"]) == 0.5
    assert get_scorer("accuracy")(model, ["02", "01"], ["1", "1"]) == 0.5
    expected = np.log(model.probas_[[0, 1], [1, 0]]).mean()
    assert get_scorer("neg_log_loss")(model, TASK[::3], ["7", "1"]) == pytest.approx(expected)
    with pytest.raises(BadInput, match="task has 1 rows and label has 2"):
        model.score(["01"], ["1", "1"])
    with pytest.raises(BadInput, match="task has 0 rows and label has 0"):
        model.score(pa.array([], pa.string()), pa.array([], pa.string()))


def test_results_come_back_in_the_library_they_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    model = MajorityVote()
    pandas, polars = pd.DataFrame(COLUMNS), pl.DataFrame(COLUMNS)

    labels = model.fit(pandas).frame()
    assert isinstance(labels, pd.DataFrame)
    assert labels["label"].tolist() == ["7", "1"]
    assert isinstance(model.frame(library="polars"), pl.DataFrame)
    workers = model.fit(polars["task"], polars["worker"], polars["label"]).frame("workers")
    assert isinstance(workers, pl.DataFrame)
    assert workers.columns == ["worker", "accuracy", "low", "high", "answers"]
    assert model.fit(COLUMNS).frame("posterior").column_names == ["task", "1", "7"]
    with pytest.raises(BadInput, match="no table 'skills'; there are: labels, posterior, workers"):
        model.frame("skills")
    with pytest.raises(BadInput, match="library is 'dask'; expected one of arrow, pandas, polars"):
        model.frame(library="dask")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(BadInput, match="polars is not installed"):
        model.frame(library="polars")


def test_auto_says_what_it_chose_and_why() -> None:
    fitted = Auto(seed=3).fit(COLUMNS)

    assert fitted.get_params()["seed"] == 3
    assert fitted.chosen_ == fitted.result_.model
    assert fitted.reason_


@pytest.mark.parametrize("kind", [MajorityVote, DawidSkene, Mace, Auto])
def test_real_crowd_is_labelled_as_by_infer(kind: type[LabelEstimator], crowd_folder: Path) -> None:
    answers = read_columns(crowd_folder / "bluebirds" / "labels.csv", ("task", "worker", "label"))

    fitted = kind(threads=1).fit(
        answers.column("task"), answers.column("worker"), answers.column("label").to_pylist()
    )

    result = infer(answers, model=kind.model, threads=1)
    assert fitted.labels_.tolist() == result.labels.column("label").to_pylist()
    assert fitted.probas_.shape == (len(fitted.tasks_), len(fitted.classes_))


def test_library_is_imported_on_first_use_and_brings_no_data_frames() -> None:
    code = (
        "import sys, canut; assert 'canut.quality' not in sys.modules; canut.quality.Mace;"
        "print(*sorted({'pandas', 'polars', 'sklearn', 'django'} & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
