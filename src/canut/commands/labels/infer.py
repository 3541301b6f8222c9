"""``canut infer ANSWERS``: infer labels with confidence from a file, without an instance.

The sums are done here, or with ``--cluster`` on the machines of a Dask cluster.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from canut.commands.labels.output_files import refuse_overwriting

if TYPE_CHECKING:
    import pyarrow as pa

    from canut.core.quality.estimators.infer import Options
    from canut.core.quality.estimators.result import Result

SHOWN_AFTER_SECONDS = 1.0
FEW_NUMBERS = 1 << 16  # of the tables of all workers; one is 8 bytes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the answers, the model, and the outputs."""
    from canut.core.quality.estimators.infer import POLICIES
    from canut.core.quality.estimators.register import MODELS

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
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="scheduler of a Dask cluster whose machines can all read the file (Parquet)",
    )
    parser.add_argument("--json", action="store_true", help="print a summary on standard output")


def run(args: argparse.Namespace) -> int:
    """Read, infer and write; report what was set aside and which model was chosen."""
    from canut.core.quality.tables.coded_answers import AnswerColumns, refuse_columns
    from canut.core.quality.tables.files import read_columns

    _check_files(args)
    refuse_columns(AnswerColumns(args.task, args.worker, args.label))
    options: Options = {
        "model": args.model,
        "gold": read_columns(args.gold, [args.task, args.label]) if args.gold else None,
        "duplicates": args.duplicates,
        "order": [name.strip() for name in args.order.split(",")] if args.order else (),
        "seed": args.seed,
        "threads": args.threads,
        "clock": time.perf_counter,
        "pace": _progress(),
    }
    with ExitStack() as stack:
        started = time.perf_counter()
        infer_where = _infer_far if args.cluster else _infer_here
        result = infer_where(args, options, stack)
        seconds = dict(result.seconds)
        seconds["read"] += time.perf_counter() - started - sum(result.seconds.values())
        started = time.perf_counter()
        _write(args, result)
        seconds["write"] = time.perf_counter() - started
        _report(args, result, seconds)
    return 0


def _check_files(args: argparse.Namespace) -> None:
    """Raise for an output of unknown format, or one that would overwrite another file."""
    from canut.core.quality.tables.files import check_suffix

    posterior = Path(args.posterior) if args.posterior else None
    outputs = args.output, args.workers, posterior
    for path in outputs:
        if path is not None:
            check_suffix(path)
    refuse_overwriting((args.file, args.gold), outputs)


def _infer_here(args: argparse.Namespace, options: "Options", stack: ExitStack) -> "Result":
    from canut.core.arrays import compiler_spared
    from canut.core.quality.estimators.infer import infer
    from canut.core.quality.tables.files import read_columns

    answers = read_columns(args.file, [args.task, args.worker, args.label])
    if is_small(answers, args):
        stack.enter_context(compiler_spared())
    return infer(answers, args.task, args.worker, args.label, **options)


def is_small(answers: "pa.Table", args: argparse.Namespace) -> bool:
    """Return whether importing Numba would take longer than doing without machine code."""
    from canut.core.arrays import FEW_ROWS

    columns = [answers.column(name) for name in (args.worker, args.label)]
    if answers.num_rows > FEW_ROWS or any(_is_nested(column) for column in columns):
        return False
    workers, labels = (len(column.unique()) for column in columns)
    return workers * max(labels, len((args.order or "").split(","))) ** 2 <= FEW_NUMBERS


def _is_nested(column: "pa.ChunkedArray") -> bool:
    """Return whether cells hold lists or objects, which are refused later."""
    import pyarrow as pa

    return bool(pa.types.is_nested(column.type))


def _infer_far(args: argparse.Namespace, options: "Options", stack: ExitStack) -> "Result":
    from canut.core.errors import NotReady
    from canut.core.quality.tables.coded_answers import AnswerColumns

    if find_spec("distributed") is None:
        raise NotReady(
            "--cluster needs Dask, which is not installed: pip install 'canut[scale]'",
            code="cluster-missing",
        )
    from canut.scale.cluster import connect
    from canut.scale.infer import infer_far

    client = stack.enter_context(connect(args.cluster))
    columns = AnswerColumns(args.task, args.worker, args.label)
    return infer_far(client, args.file.absolute(), columns, **options)


def _write(args: argparse.Namespace, result: "Result") -> None:
    """Write labels, probabilities and skills, as requested."""
    from canut.core.quality.tables.files import write_table, write_to

    labels = result.labels
    if args.posterior is not None:
        chances = result.posterior
        if args.posterior:
            write_table(chances, Path(args.posterior))
        else:
            names = map(str, result.label_names.to_pylist())
            for name, column in zip(names, chances.columns[1:], strict=True):
                labels = labels.append_column(f"p_{name}", column)
    if args.workers:
        write_table(result.skill, args.workers)
    if args.output:
        write_table(labels, args.output)
    elif not args.json:
        write_to(labels, sys.stdout.buffer)


def _report(args: argparse.Namespace, result: "Result", seconds: dict[str, float]) -> None:
    """Print warnings to standard error, and requested results to standard output."""
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
        f"{result.n_tasks} tasks, {len(result.worker_names)} workers, {result.n_answers} answers; "
        f"model {result.model}: {result.why}."
    )
    if args.json:
        summary: dict[str, Any] = {
            "model": result.model,
            "why": result.why,
            "iterations": result.n_iter,
            "converged": result.converged,
            "duplicates": result.duplicates,
            "tasks": result.n_tasks,
            "workers": len(result.worker_names),
            "answers": result.n_answers,
            "labels": len(result.label_names),
            "temperature": result.temperature,
            "seconds": {step: round(spent, 6) for step, spent in seconds.items()},
        }
        print(json.dumps(summary, ensure_ascii=False))


def _progress() -> Callable[[int, float], None]:
    """Return a function that draws progress on a terminal after one second."""
    started = time.perf_counter()

    def draw(iterations: int, objective: float) -> None:
        if time.perf_counter() - started > SHOWN_AFTER_SECONDS:
            print(f"\r{iterations} iterations, {objective:.6g}  ", end="", file=sys.stderr)

    return draw if sys.stderr.isatty() else lambda _iterations, _objective: None


def _say(text: str) -> None:
    print(text, file=sys.stderr)
