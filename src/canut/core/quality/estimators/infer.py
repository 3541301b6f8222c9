"""Infer labels from a table of answers: ``from canut import infer``.

Reading, resolving duplicates, choosing and fitting a model, and calibration have modules of their
own; here they run in order. The caller passes the clock.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypedDict, Unpack

import numpy as np

from canut.core.arrays import is_compiler_spared
from canut.core.errors import BadInput, TooLarge
from canut.core.quality.estimators.auto import choose
from canut.core.quality.estimators.calibration import calibrate
from canut.core.quality.estimators.em import Pace, Run
from canut.core.quality.estimators.register import AUTO, MODELS, estimate
from canut.core.quality.estimators.result import Result
from canut.core.quality.estimators.sampling import NameKeys, key_names
from canut.core.quality.estimators.warm_up import warm, warm_reading
from canut.core.quality.tables.answers_by_task import (
    AnswersByTask,
    Duplicates,
    arrange,
    by_activity,
)
from canut.core.quality.tables.coded_answers import AnswerColumns, code_gold, code_table

POLICIES = ("last", "first", "error", "all")
SEEDS = 2**32


class Options(TypedDict, total=False):
    """Keyword options of ``infer``.

    model: one of ``MODELS``; ``auto`` fits several and averages.
    gold: a table of task and label, the known truth of some tasks.
    duplicates: which of several answers of one worker to one task counts.
    order: all labels in their order; by default by size or the alphabet.
    seed: seed of the crowds simulated by ``auto``, from 0 to 2³² − 1.
    threads: number of threads; it changes the last bits of the result.
    clock: returns seconds, as ``time.perf_counter``; ``canut.infer`` has its own.
    pace: called after each iteration with its number and the objective; ``auto`` calls it from
        several threads.
    """

    model: str
    gold: object
    duplicates: Duplicates
    order: Sequence[object]
    seed: int
    threads: int
    clock: Callable[[], float]
    pace: Pace


class Watch(NamedTuple):
    """Elapsed seconds per step."""

    clock: Callable[[], float]
    seconds: dict[str, float]
    begun: list[float]

    def mark(self, step: str) -> None:
        """Add the time since the last mark to this step."""
        now = self.clock()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self.begun[0]
        self.begun[0] = now


def infer(
    labels: object,
    task: str = "task",
    worker: str = "worker",
    label: str = "label",
    **options: Unpack[Options],
) -> Result:
    """Infer the label of each task from the answers of several workers.

    Args:
        labels: a table with one row per answer: Arrow, pandas, Polars, a dict of columns or a list
            of dicts.
        task: name of the column of tasks.
        worker: name of the column of workers.
        label: name of the column of answered labels.
        options: see ``Options``.

    Raises:
        BadInput: an option, a column or a cell cannot be used; the message says which.
        TooLarge: the tables of so many workers and labels do not fit in memory.

    Example:
        >>> answers = {"task": list("aaabbb"), "worker": list("xyzxyz"), "label": list("771111")}
        >>> result = infer(answers, model="dawid-skene")
        >>> result.labels.column("label").to_pylist(), result.converged
        (['7', '1'], True)
    """
    model = options.get("model", AUTO)
    duplicates = options.get("duplicates", "last")
    refuse_options(model, duplicates, options.get("threads", 1), options.get("seed", 0))
    refuse_unknown(options)
    clock = options.get("clock", no_time)
    watch = Watch(clock, {}, [clock()])
    if not is_compiler_spared():
        warm_reading()
    watch.mark("compile")
    columns = AnswerColumns(task, worker, label)
    coded = code_table(labels, columns, options.get("order", ()))
    gold = options.get("gold")
    coded_gold = None if gold is None else code_gold(gold, coded, columns)
    answers, former = by_activity(coded.answers)
    rows, set_aside = arrange(answers, duplicates)
    tasks, workers, label_names = coded.tasks, coded.workers.take(former), coded.labels
    del answers, coded
    watch.mark("read")
    if not is_compiler_spared():
        warm(model, rows.n_labels, rows.n_workers)
    watch.mark("compile")
    run = Run(options.get("threads", 2), pace=options.get("pace"))
    try:
        if model == AUTO:
            keys = NameKeys(key_names(tasks.to_pylist()), key_names(workers.to_pylist()))
            fitted, choice = choose(rows, run, keys, coded_gold, options.get("seed", 0))
            reason = choice.why
        else:
            fitted, reason = estimate(model, rows, run), "asked for by name"
        fitted = calibrate(fitted, coded_gold)
    except MemoryError as failure:
        raise _too_large(rows) from failure
    watch.mark("fit")
    strange = 0 if coded_gold is None else coded_gold.strange
    return Result(fitted, tasks, workers, label_names, reason, set_aside, strange, watch.seconds)


def no_time() -> float:
    """Return 0 seconds, the clock of a caller who gives none."""
    return 0.0


def refuse_options(model: str, duplicates: str, threads: int, seed: int = 0) -> None:
    """Raise for invalid options, before any data is read.

    Raises:
        BadInput: there is no such model or policy, no thread, or the seed is none.
    """
    if model not in MODELS:
        raise BadInput(f"no model {model!r}; there are: {', '.join(MODELS)}", code="model-unknown")
    if duplicates not in POLICIES:
        raise BadInput(
            f"duplicates is {duplicates!r}; expected one of {', '.join(POLICIES)}",
            code="duplicates-unknown",
        )
    if not _is_whole(threads) or threads < 1:
        raise BadInput(f"threads is {threads}; allow at least 1", code="threads")
    if not _is_whole(seed) or not 0 <= seed < SEEDS:
        raise BadInput(
            f"seed is {seed}; give a whole number from 0 to {SEEDS - 1}: the same seed gives the "
            "same result",
            code="seed",
        )


def refuse_unknown(options: Options) -> None:
    """Raise for an option that does not exist, such as one with a spelling mistake.

    Raises:
        BadInput: there is no option of that name.
    """
    names = Options.__annotations__
    for name in options:
        if name not in names:
            raise BadInput(
                f"infer has no option {name!r}; there are: {', '.join(names)}",
                code="option-unknown",
            )


def _is_whole(number: object) -> bool:
    return isinstance(number, (int, np.integer)) and not isinstance(number, bool)


def _too_large(rows: AnswersByTask) -> TooLarge:
    """Return the refusal of answers whose tables do not fit in memory."""
    gibibytes = rows.n_workers * rows.n_labels**2 * 8 / 2**30
    return TooLarge(
        f"out of memory: the tables of {rows.n_workers} workers and {rows.n_labels} labels take "
        f"about {gibibytes:.1f} GiB, some models several times that; merge rare labels, or use "
        "the model majority or weighted",
        code="tables-large",
    )
