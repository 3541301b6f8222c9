"""``canut infer ANSWERS``: labels with confidence from a file of answers; needs no instance."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from canut.core.quality.result import Result

SHOWN_AFTER_SECONDS = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the answers, what to make of them, and where to."""
    from canut.core.quality.estimators import MODELS
    from canut.core.quality.infer import POLICIES

    add_file = partial(parser.add_argument, metavar="FILE", type=Path)
    parser.add_argument("file", type=Path, help="answers: CSV, TSV, JSONL, Parquet or Arrow")
    add_file("-o", "--output", help="where to write task, label, confidence")
    parser.add_argument("--task", default="task", metavar="COLUMN", help="default: %(default)s")
    parser.add_argument("--worker", default="worker", metavar="COLUMN", help="default: %(default)s")
    parser.add_argument("--label", default="label", metavar="COLUMN", help="default: %(default)s")
    parser.add_argument("--model", choices=MODELS, default="auto", help="default: %(default)s")
    add_file("--gold", help="known truth of some tasks: task, label")
    parser.add_argument(
        "--posterior",
        nargs="?",
        const="",
        metavar="FILE",
        help="write the chance of every label, to a file or beside the labels",
    )
    add_file("--workers", help="where to write each worker's skill")
    parser.add_argument(
        "--duplicates",
        choices=POLICIES,
        default="last",
        help="which of several answers of one worker to one task counts (default %(default)s)",
    )
    parser.add_argument("--order", metavar="A,B,C", help="all labels, in their order")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    parser.add_argument("--threads", type=int, default=2, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print a summary on standard output")


def run(args: argparse.Namespace) -> int:
    """Read, infer, write; say what was set aside and what was chosen."""
    from canut.core.quality.files import check_suffix, read_columns
    from canut.core.quality.infer import infer

    for path in (args.output, args.workers, Path(args.posterior) if args.posterior else None):
        if path is not None:
            check_suffix(path)
    begun = time.perf_counter()
    answers = read_columns(args.file, [args.task, args.worker, args.label])
    gold = read_columns(args.gold, [args.task, args.label]) if args.gold else None
    seconds = {"compile": 0.0, "read": time.perf_counter() - begun, "fit": 0.0, "write": 0.0}
    order = args.order.split(",") if args.order else ()
    progress = _progress()
    result = infer(
        answers,
        args.task,
        args.worker,
        args.label,
        model=args.model,
        gold=gold,
        duplicates=args.duplicates,
        order=order,
        seed=args.seed,
        threads=args.threads,
        clock=time.perf_counter,
        pace=progress,
    )
    del answers
    for step, spent in result.seconds.items():
        seconds[step] += spent
    begun = time.perf_counter()
    _write(args, result)
    seconds["write"] = time.perf_counter() - begun
    _report(args, result, seconds)
    return 0


def _write(args: argparse.Namespace, result: "Result") -> None:
    """Write labels, chances and skills where they were asked for."""
    from canut.core.quality.files import write_table, write_to

    labels = result.labels
    if args.posterior is not None:
        chances = result.posterior
        if args.posterior:
            write_table(chances, Path(args.posterior))
        else:
            for name in chances.column_names[1:]:
                labels = labels.append_column(f"p_{name}", chances.column(name))
    if args.workers:
        write_table(result.skill, args.workers)
    if args.output:
        write_table(labels, args.output)
    elif not args.json:
        write_to(labels, sys.stdout.buffer)


def _report(args: argparse.Namespace, result: "Result", seconds: dict[str, float]) -> None:
    """Say on standard error what a person must know, on standard output what a program asked."""
    rows = result.fitted.rows
    if result.duplicates:
        _say(
            f"{result.duplicates} answers were set aside: their worker gave another to the same "
            f"task (--duplicates {args.duplicates})."
        )
    if result.strange_gold:
        _say(f"{result.strange_gold} rows of gold name tasks that nobody answered; not used.")
    if not result.converged:
        _say(f"The fit had not settled after {result.n_iter} iterations.")
    _say(
        f"{rows.n_tasks} tasks, {rows.n_workers} workers, {len(rows.cell)} answers; "
        f"model {result.model}: {result.why}."
    )
    if args.json:
        summary: dict[str, Any] = {
            "model": result.model,
            "why": result.why,
            "iterations": result.n_iter,
            "converged": result.converged,
            "duplicates": result.duplicates,
            "tasks": rows.n_tasks,
            "workers": rows.n_workers,
            "answers": len(rows.cell),
            "labels": rows.n_labels,
            "temperature": result.temperature,
            "seconds": {step: round(spent, 6) for step, spent in seconds.items()},
        }
        print(json.dumps(summary, ensure_ascii=False))


def _progress() -> Callable[[int, float], None]:
    """Return what draws one line on a terminal once a second has passed, else nothing."""
    begun = time.perf_counter()

    def draw(iterations: int, objective: float) -> None:
        if time.perf_counter() - begun > SHOWN_AFTER_SECONDS:
            print(f"\r{iterations} iterations, {objective:.6g}  ", end="", file=sys.stderr)

    return draw if sys.stderr.isatty() else lambda _iterations, _objective: None


def _say(text: str) -> None:
    print(text, file=sys.stderr)
