"""Measure agreement and the merging of what is no label: ``python -m bench.quality.agree``.

Speed of alpha on a million answers; scores, boxes, texts and spans on the crowds that the bars
describe, twenty of each, made by the tests. ``--quick`` makes three. Real answers are read where
they lie beside the repository.
"""

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.quality.sets import SHARED, read_set
from canut.core.answers import Answers
from canut.core.quality.measures.alpha import alpha_with_interval, krippendorff_alpha
from canut.core.quality.merging.bradley_terry import bradley_terry, kendall_tau
from canut.core.quality.merging.crowd_bt import crowd_bt
from canut.core.quality.merging.numeric import Numbers, estimate_numbers, medians
from canut.core.quality.merging.regions import find_things
from canut.core.quality.merging.shapes import BOX, boxes_alike
from canut.core.quality.merging.spans import find_spans, majority_spans, span_f1
from canut.core.quality.merging.text import Texts, medoid_texts, rover, word_errors
from tests.core.quality.crowds import comparing
from tests.core.quality.drawings import boxed
from tests.core.quality.merging.test_spans import reading

SEEDS, QUICK_SEEDS = 20, 3


def run(*, quick: bool = False) -> dict[str, dict[str, Any]]:
    """Return the figures by what was measured."""
    seeds = range(QUICK_SEEDS if quick else SEEDS)
    figures = {
        "alpha": _alpha(),
        "pairs": _pairs(seeds),
        "boxes": _boxes(seeds),
        "spans": _spans(seeds),
    }
    if SHARED.is_dir():
        figures |= {"text": _text(), "numbers": _numbers()}
    return figures


def _alpha() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    task = rng.permutation(np.repeat(np.arange(200_000, dtype=np.int32), 5))
    worker = rng.integers(0, 10_000, len(task), dtype=np.int32)
    label = rng.integers(0, 5, len(task), dtype=np.int32)
    answers = Answers(task, worker, label, 200_000, 10_000, 5)
    took = []
    for _ in range(9):
        began = time.perf_counter()
        krippendorff_alpha(answers)
        took.append(time.perf_counter() - began)
    began = time.perf_counter()
    alpha_with_interval(answers, rng)
    whole = time.perf_counter() - began
    return {
        "answers": len(answers),
        "nominal_ms": round(1000 * min(took), 1),
        "with_interval_ms": round(1000 * whole),
    }


def _pairs(seeds: range) -> dict[str, Any]:
    taus, plain, took, covered = [], [], [], []
    for seed in seeds:
        crowd = comparing(seed)
        began = time.perf_counter()
        fit = crowd_bt(crowd.comparisons)
        took.append(time.perf_counter() - began)
        taus.append(kendall_tau(fit.score, crowd.score))
        plain.append(kendall_tau(bradley_terry(crowd.comparisons).score, crowd.score))
        true = 2.5 * (crowd.score - crowd.score.mean())
        covered.append(float(((fit.low <= true) & (true <= fit.high)).mean()))
    return {
        "crowds": len(seeds),
        "crowd_bt_tau": round(float(np.mean(taus)), 4),
        "bradley_terry_tau": round(float(np.mean(plain)), 4),
        "seconds": round(float(np.median(took)), 3),
        "covered_of_90": round(float(np.mean(covered)), 3),
    }


def _boxes(seeds: range) -> dict[str, Any]:
    fused, mean = [], []
    for seed in seeds:
        crowd = boxed(seed)
        things = find_things(crowd.drawn, BOX)
        best = np.zeros(len(crowd.true))
        alike = boxes_alike(things.vector, crowd.true[things.task])
        np.maximum.at(best, things.task, alike)
        fused.append(best.mean())
        mean.append(boxes_alike(crowd.all_of_them.mean(axis=1), crowd.true).mean())
    return {
        "crowds": len(seeds),
        "iou": round(float(np.mean(fused)), 4),
        "iou_of_mean": round(float(np.mean(mean)), 4),
    }


def _spans(seeds: range) -> dict[str, Any]:
    scores, counted = [], []
    for seed in seeds:
        marked, true = reading(seed)
        scores.append(span_f1(find_spans(marked), true, marked.length))
        counted.append(span_f1(majority_spans(marked), true, marked.length))
    return {
        "crowds": len(seeds),
        "token_f1": round(float(np.mean(scores)), 4),
        "majority_f1": round(float(np.mean(counted)), 4),
    }


def _text() -> dict[str, Any]:
    crowd = read_set("speech_test_other")
    answers = crowd.answers
    sentences = [str(crowd.labels[label]) for label in answers.label.tolist()]
    texts = Texts(answers.task, answers.worker, sentences, answers.n_tasks, answers.n_workers)
    figures: dict[str, Any] = {}
    for name, merge in (("medoid", medoid_texts), ("rover", rover)):
        began = time.perf_counter()
        fit = merge(texts)
        figures[f"{name}_seconds"] = round(time.perf_counter() - began, 2)
        pairs = zip(crowd.tasks, fit.text, strict=True)
        counts = [word_errors(crowd.gold[str(task)], text) for task, text in pairs]
        errors, words = (sum(each) for each in zip(*counts, strict=True))
        figures[f"{name}_wer"] = round(errors / words, 4)
    return figures


def _numbers() -> dict[str, Any]:
    crowd = read_set("emotion")
    answers = crowd.answers
    value = np.array([float(str(label)) for label in crowd.labels])[answers.label]
    numbers = Numbers(answers.task, answers.worker, value, answers.n_tasks, answers.n_workers)
    true = np.array([float(crowd.gold[str(task)]) for task in crowd.tasks])
    mean = np.bincount(answers.task, value) / np.bincount(answers.task)
    estimates = {"fit": estimate_numbers(numbers).value, "mean": mean, "median": medians(numbers)}
    return {
        f"{name}_mae": round(float(np.abs(v - true).mean()), 2) for name, v in estimates.items()
    }


def main() -> None:
    """Print the figures, one line each."""
    parser = argparse.ArgumentParser(prog="bench.quality.agree")
    parser.add_argument("--quick", action="store_true", help="three crowds of each")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args()
    figures = run(quick=options.quick)
    for name, row in figures.items():
        print(f"{name:<8}", "  ".join(f"{key} {value}" for key, value in row.items()))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
