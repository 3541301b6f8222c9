"""Infer labels from a Parquet file on a cluster, as ``core.quality.estimators.infer`` does.

The models are the same, and so is what they find, but for the last bits: sums are added by shard.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Unpack

import numpy as np
import pyarrow as pa
from distributed import Client

from canut.core.answers import Answers
from canut.core.arrays import Codes, Floats
from canut.core.errors import BadInput
from canut.core.quality.estimators.auto import choose
from canut.core.quality.estimators.calibration import calibrate
from canut.core.quality.estimators.em import NOTHING, Run
from canut.core.quality.estimators.infer import (
    Options,
    Watch,
    no_time,
    refuse_options,
    refuse_unknown,
)
from canut.core.quality.estimators.register import AUTO, MODELS, estimate
from canut.core.quality.estimators.result import Result
from canut.core.quality.estimators.sampling import NameKeys, key_names
from canut.core.quality.estimators.shards import decide, posterior
from canut.core.quality.estimators.skill import skill_of
from canut.core.quality.tables.answers_by_task import AnswersByTask
from canut.core.quality.tables.coded_answers import (
    AnswerColumns,
    Coded,
    Gold,
    as_table,
    code_gold,
    encode,
    refuse_columns,
)
from canut.scale.cluster import Cluster, ShardPlan

FAR_MODELS = tuple(model for model in MODELS if model != "glad")


@dataclass(frozen=True, eq=False, repr=False)
class FarResult(Result):
    """A result whose answers stay on a cluster; read it before disconnecting.

    Args:
        cluster: holds the answers.
        run: how the fit was carried out there.
    """

    cluster: Cluster
    run: Run

    @property
    def n_answers(self) -> int:
        """Number of counted answers."""
        return self.cluster.n_answers

    @property
    def decided(self) -> tuple[Codes, Floats]:
        """Code of each task's label, and its confidence after the temperature."""
        label, confidence = np.empty(self.n_tasks, dtype=np.int32), np.empty(self.n_tasks)
        job = partial(decide, self.fitted.alone())
        for positions, (labels, sure) in self.cluster.by_task(job):
            label[positions], confidence[positions] = labels, sure
        return label, confidence

    @property
    def chances(self) -> Floats:
        """Label probabilities after the temperature, shape (n_tasks, n_labels)."""
        chances = np.empty((self.n_tasks, len(self.label_names)))
        for positions, block in self.cluster.by_task(partial(posterior, self.fitted.alone())):
            chances[positions] = block
        return chances

    @property
    def confusion(self) -> Floats:
        """Probability that worker w says j if the truth is k, at [w, k, j]."""
        return self.fitted.confusion(self.run)

    @property
    def skill(self) -> pa.Table:
        """Table of worker, accuracy, its 90 % interval (low, high) and number of answers."""
        skill = skill_of(self.fitted, run=self.run)
        return pa.table({"worker": self.worker_names, **skill._asdict()})


def infer_far(
    client: Client, path: Path, columns: AnswerColumns, **options: Unpack[Options]
) -> FarResult:
    """Infer the label of each task from a Parquet file, or a folder of them, on a cluster.

    Args:
        client: leads to the cluster, as ``dask.connect`` gives it.
        path: where every machine of the cluster finds the file.
        columns: what its columns are called.
        options: those of ``canut.infer``; threads are those of each worker.

    Raises:
        BadInput: an option, a column or a cell cannot be used; the message says which.
        NotReady: the cluster cannot do it.
    """
    model, duplicates = options.get("model", AUTO), options.get("duplicates", "last")
    refuse_options(model, duplicates, 1, options.get("seed", 0))
    refuse_unknown(options)
    refuse_columns(columns)
    if model not in FAR_MODELS:
        raise BadInput(
            f"model {model!r} does not run on a cluster; these do: {', '.join(FAR_MODELS)}",
            code="cluster-model",
        )
    clock = options.get("clock", no_time)
    watch = Watch(clock, {"compile": 0.0}, [clock()])
    cluster = Cluster(client, ShardPlan(path, columns, duplicates, options.get("order", ())))
    workers, labels = cluster.numbering.workers, cluster.numbering.labels
    gold = None
    if options.get("gold") is not None:
        gold = _place_gold(cluster, options.get("gold"), columns)
    watch.mark("read")
    run = Run(cluster.threads, pace=options.get("pace"), engine=cluster)
    rows = AnswersByTask(*NOTHING, len(workers), len(labels))
    if model == AUTO:
        keys = NameKeys(np.empty(0, dtype=np.uint64), key_names(workers.to_pylist()))
        fitted, choice = choose(rows, run, keys, gold, options.get("seed", 0))
        reason = choice.why
    else:
        fitted, reason = estimate(model, rows, run), "asked for by name"
    fitted = calibrate(fitted, gold, run)
    watch.mark("fit")
    blocks = [(cluster.places[at][tasks], names) for at, tasks, names in cluster.by_block("names")]
    places = np.argsort(np.concatenate([positions for positions, _ in blocks]))
    tasks = pa.concat_arrays([names for _, names in blocks]).take(pa.array(places))
    return FarResult(
        fitted,
        tasks,
        workers,
        labels,
        reason,
        sum(summary.set_aside for summary in cluster.held),
        0 if gold is None else gold.strange,
        watch.seconds,
        cluster,
        run,
    )


def _place_gold(cluster: Cluster, data: object, columns: AnswerColumns) -> Gold:
    """Number gold tasks like the answers' tasks, and tell the cluster their shards."""
    _, names = encode(as_table(data, (columns.task, columns.label)), columns.task)
    task_numbers: list[Codes] = cluster.ask("find", [(names,)] * len(cluster.places))
    positions = np.full(len(names), -1, dtype=np.int64)
    for places, task in zip(cluster.places, task_numbers, strict=True):
        positions[task >= 0] = places[task[task >= 0]]
    here = np.flatnonzero(positions >= 0)
    here = here[np.argsort(positions[here])]
    known_names = names.take(pa.array(here))
    nobody = np.empty(0, dtype=np.int32)
    numbering = cluster.numbering
    sizes = len(known_names), len(numbering.workers), len(numbering.labels)
    answers = Answers(nobody, nobody, nobody, *sizes)
    gold = code_gold(
        data, Coded(answers, known_names, numbering.workers, numbering.labels), columns
    )
    by_gold = [task[here][gold.task] for task in task_numbers]
    cluster.know([(np.flatnonzero(task >= 0), task[task >= 0]) for task in by_gold])
    return gold
