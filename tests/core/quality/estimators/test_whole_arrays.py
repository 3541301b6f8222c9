"""Kernels written as whole arrays, and work shared out over threads, give what kernels give."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from canut import infer
from canut.core.arrays import compiler_spared
from canut.core.quality.estimators import (
    auto,
    dawid_skene,
    em,
    kernels,
    simulation,
    weighted,
)
from canut.core.quality.estimators.auto import MEMBERS, choose
from canut.core.quality.estimators.em import RUN, Fitted, Run, count_by, side_by_side
from canut.core.quality.estimators.kernels import Tables, empty_tally
from canut.core.quality.estimators.register import estimate
from canut.core.quality.estimators.sampling import NameKeys, take_workers, uniform_pairs
from canut.core.quality.estimators.simulation import (
    Habits,
    SimulatedCrowd,
    learn_habits,
    simulate,
)
from canut.core.quality.estimators.skill import skill_of
from canut.core.quality.estimators.warm_up import warm_reading
from canut.core.quality.tables.answers_by_task import AnswersByTask, Duplicates

N_TASKS, N_WORKERS, N_LABELS = 160, 12, 3
Columns = dict[str, list[int]]


@pytest.fixture
def columns() -> Columns:
    """Return answers, some of them second ones, of people who are right two times of three."""
    rng = np.random.default_rng(0)
    task = rng.integers(0, N_TASKS, 900)
    worker = rng.integers(0, N_WORKERS, 900)
    said = np.where(rng.random(900) < 2 / 3, task % N_LABELS, rng.integers(0, N_LABELS, 900))
    return {"task": task.tolist(), "worker": worker.tolist(), "label": said.tolist()}


def rows_of(columns: Columns) -> AnswersByTask:
    return infer(columns, model="majority").fitted.rows


def is_never_near(n_cells: int, size: object) -> bool:
    """Return False, as ``kernels.is_near`` does of large tables."""
    del n_cells, size
    return False


@pytest.mark.parametrize("model", ["auto", "majority", "dawid-skene", *MEMBERS])
def test_a_model_says_the_same_without_the_compiler(columns: Columns, model: str) -> None:
    expected = infer(columns, model=model)

    with compiler_spared():
        found = infer(columns, model=model)
        chances, decided = found.chances, found.decided

    np.testing.assert_array_equal(decided[0], expected.decided[0])
    np.testing.assert_allclose(chances, expected.chances, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.loglik_trace, expected.loglik_trace, rtol=1e-12)
    assert (found.why, found.converged) == (expected.why, expected.converged)


@pytest.mark.parametrize("duplicates", ["last", "first", "all"])
def test_second_answers_are_set_aside_alike(columns: Columns, duplicates: Duplicates) -> None:
    def rows() -> tuple[list[int], list[int], int]:
        found = infer(columns, model="majority", duplicates=duplicates)
        return found.fitted.rows.start.tolist(), found.fitted.rows.cell.tolist(), found.duplicates

    with compiler_spared():
        found = rows()

    assert found == rows()
    assert (found[2] > 0) == (duplicates != "all")


def test_tasks_without_answers_and_blocks_of_tasks_are_alike(columns: Columns) -> None:
    rows = rows_of(columns)
    rows = rows._replace(start=np.append(rows.start, rows.start[-1]))
    fitted = dawid_skene.fit(rows, RUN)

    def figures(fitted: Fitted) -> tuple[np.ndarray, ...]:
        return (
            fitted.posterior(40, rows.n_tasks),
            replace(fitted, tables=None).posterior(40, rows.n_tasks),
            count_by(fitted, rows, RUN).cells,
            np.array(skill_of(fitted)[:3]),
        )

    with compiler_spared():
        found = figures(fitted)

    for mine, expected in zip(found, figures(fitted), strict=True):
        np.testing.assert_allclose(mine, expected, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("n_labels", [2, 6, 12])
def test_simulated_crowds_are_alike(n_labels: int) -> None:
    rows = warm_reading(n_labels)
    rows = rows._replace(start=np.append(rows.start, rows.start[-1]))
    keys = NameKeys(np.arange(51, dtype=np.uint64), np.arange(7, dtype=np.uint64))

    def crowd() -> tuple[Habits, SimulatedCrowd]:
        habits = learn_habits(rows, 3.0)
        return habits, simulate(rows, habits, keys, 1)

    with compiler_spared():
        habits, simulated = crowd()

    expected_habits, expected = crowd()
    for mine, theirs in zip(habits, expected_habits, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-13)
    np.testing.assert_array_equal(simulated.truth, expected.truth)
    np.testing.assert_array_equal(simulated.rows.cell, expected.rows.cell)


def test_workers_without_answers_are_left_out(columns: Columns) -> None:
    rows = rows_of(columns)
    few = rows._replace(start=rows.start[:3], cell=rows.cell[: rows.start[2]])

    drawn, former = take_workers(few)

    np.testing.assert_array_equal(former, np.unique(few.worker))
    assert drawn.n_workers == len(former) < rows.n_workers
    np.testing.assert_array_equal(former[drawn.worker], few.worker)
    np.testing.assert_array_equal(drawn.label, few.label)
    assert take_workers(rows)[0] is rows


def test_numbers_of_answers_are_alike_and_even() -> None:
    rows = warm_reading(3)
    keys = NameKeys(np.arange(50, dtype=np.uint64), np.arange(7, dtype=np.uint64))

    with compiler_spared():
        numbers = uniform_pairs(rows, keys, 0)

    np.testing.assert_array_equal(numbers, uniform_pairs(rows, keys, 0))
    assert len(set(numbers.tolist())) == len(rows.cell)
    assert abs(numbers.mean() - 0.5) < 0.1
    assert (numbers != uniform_pairs(rows, keys, 1)).all()


@pytest.mark.parametrize("model", ["weighted", "one-coin", "dawid-skene-pooled"])
def test_shares_of_votes_are_alike_in_registers_and_in_memory(
    columns: Columns, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    rows = rows_of(columns)
    in_registers = estimate(model, rows, RUN)
    for module in (kernels, weighted):
        monkeypatch.setattr(module, "is_near", is_never_near)

    in_memory = estimate(model, rows, RUN)

    np.testing.assert_allclose(in_memory.posterior(), in_registers.posterior(), rtol=1e-9)


def test_the_rich_model_is_the_same_in_one_call_and_pass_by_pass(
    columns: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(columns)
    in_one_call = learn_habits(rows, 3.0)
    monkeypatch.setattr(simulation, "is_near", is_never_near)

    by_pass = learn_habits(rows, 3.0)

    for mine, expected in zip(by_pass, in_one_call, strict=True):
        np.testing.assert_allclose(mine, expected, rtol=1e-9, atol=1e-13)


def test_members_that_share_their_votes_are_as_alone(columns: Columns) -> None:
    rows = rows_of(columns)
    run = Run(stop=auto.OF_A_MEAN)

    for fitted in auto.fit_members(rows, run):
        alone = estimate(fitted.model, rows, run)
        np.testing.assert_allclose(fitted.posterior(), alone.posterior(), rtol=1e-9, atol=1e-13)


def test_the_mean_of_few_answers_is_that_of_any_rows(columns: Columns) -> None:
    rows = rows_of(columns)
    keys = NameKeys(np.arange(N_TASKS, dtype=np.uint64), np.arange(N_WORKERS, dtype=np.uint64))
    mean, _ = choose(rows, RUN, keys, None, 0)
    copied = replace(mean, rows=rows._replace(start=rows.start.copy()))

    np.testing.assert_allclose(copied.posterior(7, 90), mean.posterior(7, 90), rtol=1e-12)
    mean.posterior()[:] = 0
    np.testing.assert_allclose(mean.posterior().sum(axis=1), 1)


@pytest.mark.parametrize("threads", [1, 2, 9])
def test_jobs_side_by_side_keep_their_order_and_their_errors(threads: int) -> None:
    jobs = [partial(divmod, number, 4) for number in range(6)]

    assert side_by_side(jobs, threads) == [divmod(number, 4) for number in range(6)]
    with pytest.raises(ZeroDivisionError):
        side_by_side([*jobs, partial(divmod, 1, 0)], threads)


def test_threads_change_nothing_in_auto(columns: Columns) -> None:
    rows = rows_of(columns)
    keys = NameKeys(np.arange(N_TASKS, dtype=np.uint64), np.arange(N_WORKERS, dtype=np.uint64))

    alone, together = (choose(rows, Run(threads), keys, None, 0) for threads in (1, 3))

    assert together[1] == alone[1]
    np.testing.assert_array_equal(together[0].posterior(), alone[0].posterior())


def test_many_answers_give_members_all_threads(
    columns: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(columns)
    keys = NameKeys(np.arange(N_TASKS, dtype=np.uint64), np.arange(N_WORKERS, dtype=np.uint64))
    alone = choose(rows, Run(1), keys, None, 0)
    monkeypatch.setattr(em, "FEW_ROWS", 1)
    monkeypatch.setattr(auto, "FEW_ROWS", 1)

    shared_out, again = (choose(rows, Run(2), keys, None, 0) for _ in range(2))

    np.testing.assert_allclose(shared_out[0].posterior(), alone[0].posterior(), rtol=1e-9)
    np.testing.assert_array_equal(again[0].posterior(), shared_out[0].posterior())
    assert again[1] == shared_out[1]


@pytest.mark.parametrize("threads", [2, 3, 20])
def test_tables_shared_out_over_threads_are_the_same(columns: Columns, threads: int) -> None:
    rows = rows_of(columns)
    tally = count_by(Fitted("vote", rows), rows, RUN)
    pseudo = dawid_skene.OF_LABELS.pseudo(N_LABELS)
    expected, tables = (
        Tables(*(np.zeros_like(counts) for counts in empty_tally(*tally.cells.shape)))
        for _ in range(2)
    )

    log_prior, movement = dawid_skene.maximise_tables(pseudo, 1.0, tally, expected)
    with ThreadPoolExecutor(threads - 1) as pool:
        found = dawid_skene.Together(pool, threads, pseudo, 1.0).maximise(tally, tables)

    np.testing.assert_array_equal(tables.cells, expected.cells)
    np.testing.assert_allclose(found, (log_prior, movement), rtol=1e-12)
