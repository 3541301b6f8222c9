"""Fit one model to one crowd in a fresh process, and measure it from outside and within.

Both libraries get the same table, of whole numbers, with one answer a worker and task (the last).
Imports, compiling and a first fit of a tiny table come before the clock starts and before the
memory is counted, for both. A fit that takes too long is stopped and said to be.
"""

import ctypes
import gc
import multiprocessing
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from bench.quality.sets import ORDERED, truth_of
from canut.core.answers import Answers
from canut.core.arrays import Codes, Floats
from canut.core.quality.estimators.calibration import calibration_error
from canut.core.quality.estimators.infer import infer
from canut.core.quality.estimators.warm_up import warm
from tests.core.quality.crowds import read

OURS = (
    "auto",
    "majority",
    "weighted",
    "one-coin",
    "mace",
    "glad",
    "dawid-skene",
    "dawid-skene-pooled",
    "mace-dawid-skene",
    "ordinal",
)
THEIRS = (
    "MajorityVote",
    "Wawa",
    "ZeroBasedSkill",
    "OneCoinDawidSkene",
    "MACE",
    "GLAD",
    "DawidSkene",
    "KOS",
)
TWO_LABELS_ONLY = {"KOS"}
SLACK, LEAST = 1e-9, 1e-6

type Found = dict[str, Any]
type Fit = Callable[[], Floats]


def models_of(name: str, n_labels: int) -> list[str]:
    """Name the models that make sense for a set; Crowd-Kit's where it is installed."""
    own = [model for model in OURS if model != "ordinal" or name in ORDERED]
    theirs = [model for model in THEIRS if n_labels == 2 or model not in TWO_LABELS_ONLY]
    return own + [f"Crowd-Kit {model}" for model in theirs]


def score(chances: Floats, truth: Codes) -> Found:
    """Score the chances of tasks whose truth is known; labels equally likely share a task.

    Args:
        chances: of each label, shape (n_tasks, n_labels); a row may be all zero but for the label.
        truth: of each task; -1 is a label that nobody gave.
    """
    best = chances.max(axis=1).round(9)  # 3 of 5 votes are one number, however they were added
    share = (chances >= best[:, None] - 2 * SLACK).astype(float)
    share /= share.sum(axis=1, keepdims=True)
    task, has_truth = np.arange(len(truth)), truth >= 0
    right = np.where(has_truth, share[task, truth], 0.0)
    of_truth = np.where(has_truth, chances[task, truth], 0.0)
    each = []
    for label in np.unique(truth):
        hit = right[truth == label].sum()
        predicted = share[:, label].sum() if label >= 0 else 0.0
        each.append(2 * hit / (predicted + (truth == label).sum()))
    return {
        "accuracy": round(float(right.mean()), 4),
        "f1": round(float(np.mean(each)), 4),
        "ece": round(calibration_error(best, right), 4),
        "nll": round(float(-np.log(np.maximum(of_truth, LEAST)).mean()), 4),
    }


def measured(act: Callable[[], Any]) -> tuple[Any, Found]:
    """Return what an act gives, its seconds, of processor too, and the MiB it took at most."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)  # else what was freed before is used again and not counted
    Path("/proc/self/clear_refs").write_text("5")  # the peak of memory counts from here
    before = _mib("VmRSS")
    start, worked = time.perf_counter(), time.process_time()
    result = act()
    spent, work = time.perf_counter() - start, time.process_time() - worked
    figures = {"seconds": round(spent, 4), "cpu": round(work, 4)}
    return result, figures | {"mib": round(max(_mib("VmHWM") - before, 0), 1)}


def _mib(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))


def our_fit(model: str, answers: Answers) -> Fit:
    """Make ready a fit by one of our models."""
    columns = {"task": answers.task, "worker": answers.worker, "label": answers.label}
    table = pa.table(columns)
    labels = list(range(answers.n_labels))
    warm(model, answers.n_labels, answers.n_workers)
    infer(table.slice(0, 50), model=model, order=labels)

    def fit() -> Floats:
        result = infer(table, model=model, order=labels)
        place = np.full(answers.n_tasks, -1)
        place[result.task_names.to_numpy()] = np.arange(len(result.task_names))
        chances: Floats = result.chances[place]
        return chances

    return fit


def their_fit(model: str, answers: Answers) -> Fit:
    """Make ready a fit by one of Crowd-Kit's models, as it comes."""
    warnings.simplefilter("ignore")  # what pandas says to Crowd-Kit is not for whoever measures
    import pandas as pd
    from crowdkit import aggregation

    frame = pd.DataFrame({"task": answers.task, "worker": answers.worker, "label": answers.label})
    kind = getattr(aggregation, model)

    def fit_one(frame: Any, **few: int) -> Any:
        if model in {"Wawa", "ZeroBasedSkill"}:  # their predict does this, after a check that fails
            skills = kind(**few).fit(frame).skills_
            return aggregation.MajorityVote().fit_predict_proba(frame, skills)
        fitted = kind(**few).fit(frame)
        if model == "KOS":
            return pd.get_dummies(fitted.labels_)
        return fitted.probas_

    few = {} if model in {"MajorityVote", "Wawa"} else {"n_iter": 2}
    fit_one(frame.head(100), **(few | ({"n_restarts": 1} if model == "MACE" else {})))

    def fit() -> Floats:
        probabilities = fit_one(frame)
        probabilities = probabilities.reindex(
            index=range(answers.n_tasks), columns=range(answers.n_labels)
        )
        return np.asarray(probabilities.fillna(0.0).to_numpy(dtype=float))

    return fit


def size_of(folder: Path) -> Found:
    """Count a set."""
    crowd = read(folder)
    answers = crowd.answers
    return {
        "tasks": answers.n_tasks,
        "workers": answers.n_workers,
        "answers": len(answers),
        "labels": answers.n_labels,
        "known": len(truth_of(crowd)[0]),
    }


def fit_and_score(pipe: Any, folder: Path, model: str) -> None:
    """Fit a model and tell what it found, in a process of its own."""
    crowd = read(folder)
    theirs = model.removeprefix("Crowd-Kit ")
    fit = our_fit(model, crowd.answers) if theirs == model else their_fit(theirs, crowd.answers)
    pipe.send("ready")
    chances, figures = measured(fit)
    tasks, truth = truth_of(crowd)
    scores = score(chances[tasks], truth)
    if theirs == "KOS":
        scores |= {"ece": None, "nll": None}
    pipe.send(scores | figures)


def apart(target: Callable[..., None], arguments: tuple[Any, ...], limit: float) -> Found:
    """Run this in a fresh process that sends ``ready`` and then what it found.

    Args:
        target: called with a pipe and the arguments.
        arguments: for it.
        limit: seconds from ``ready`` on, after which the process is stopped.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bench.quality.fits", "crowdkit.aggregation"])
    receiver, sender = context.Pipe()
    process = context.Process(target=target, args=(sender, *arguments))
    process.start()
    sender.close()
    try:
        receiver.recv()
        figures: Found = receiver.recv() if receiver.poll(limit) else {"stopped": round(limit)}
    except EOFError:
        figures = {"failed": "what it said is above"}
    finally:
        if process.is_alive() and not receiver.poll(0):
            process.kill()
        process.join()
        receiver.close()
    return figures
