"""``canut agree FILE``: measure chance-corrected agreement from a file of answers.

Reads CSV, JSONL and Parquet; needs no instance, no database and no Django.
"""

import argparse
import json
import math
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from canut.commands.instance_options import speaks_french
from canut.core.errors import BadAnswer, BadFile, BadInput, BadRow, Incomplete
from canut.core.outside_text import LARGEST_FLOAT, read_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from canut.core.answers import NamedAnswers
    from canut.core.arrays import Floats
    from canut.core.formats import ReadOptions
    from canut.core.kinds import Schema

DUPLICATES = ("last", "first", "error", "all")
METRICS = ("nominal", "ordinal", "interval", "ratio")
SHOWN = 10


class AgreeTexts(NamedTuple):
    """Messages of the command."""

    read: str
    aside: str
    alpha: str
    interval: str
    none: str
    percent: str
    fleiss: str
    pairs: str


ENGLISH = AgreeTexts(
    "{answers} answers of {workers} people to {tasks} tasks, {labels} different labels",
    "Set aside, same task and person ({policy} is kept): {n}",
    "Krippendorff's alpha ({metric}): {value}",
    " (95% of resampled sets of tasks: {low} to {high})",
    "Krippendorff's alpha ({metric}): cannot be told; no task has two answers, or all are the same",
    "Same label: {value} of pairs of answers to one task",
    "Fleiss' kappa: {value}",
    "Pairs of people with most tasks in common (tasks, same label, Cohen's kappa):",
)
FRENCH = AgreeTexts(
    "{answers} réponses de {workers} personnes à {tasks} tâches, {labels} étiquettes différentes",
    "Mises de côté, même tâche et même personne (on garde : {policy}) : {n}",
    "Alpha de Krippendorff ({metric}) : {value}",
    " (95 % des tirages de tâches : {low} à {high})",
    "Alpha de Krippendorff ({metric}) : indéterminé ; aucune tâche n’a deux réponses, ou toutes "
    "sont les mêmes",
    "Même étiquette : {value} des paires de réponses à une tâche",
    "Kappa de Fleiss : {value}",
    "Paires de personnes avec le plus de tâches en commun (tâches, même étiquette, kappa de "
    "Cohen) :",
)


@dataclass(frozen=True, slots=True)
class _Table:
    """The coded answers of a file, and how many were set aside."""

    named: "NamedAnswers"
    aside: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file, its columns, the scale, and the output format."""
    parser.add_argument("file", help="answers, one a row: CSV, JSONL or Parquet")
    parser.add_argument("--task", default="task", metavar="COLUMN", help="which task")
    parser.add_argument("--worker", default="worker", metavar="COLUMN", help="who answered")
    parser.add_argument("--label", default="label", metavar="COLUMN", help="what they said")
    parser.add_argument(
        "--metric", choices=METRICS, default="nominal", help="the scale of the labels"
    )
    parser.add_argument(
        "--question",
        type=Path,
        metavar="FILE",
        help="the question that was asked, as canut label reads it: boxes, spans, rankings and the "
        "like are compared by the rule of their kind instead of the scale",
    )
    parser.add_argument(
        "--order", metavar="A,B,C", help="the labels from least to most, for the ordinal scale"
    )
    parser.add_argument(
        "--duplicates",
        choices=DUPLICATES,
        default="last",
        help="of several answers of one person to one task, which counts",
    )
    parser.add_argument("--samples", type=int, default=1000, help="sets of tasks to draw")
    parser.add_argument("--seed", type=int, default=0, help="of the draws")
    parser.add_argument("--pairs", type=int, default=SHOWN, help="pairs of people to show")
    parser.add_argument("--json", action="store_true", help="write a summary for programs")


def run(args: argparse.Namespace) -> int:
    """Read, measure and print."""
    if args.seed < 0:
        raise BadInput(f"--seed is {args.seed}; give 0 or more", code="seed")
    table = _read(args)
    report = _measured(table, args)
    if args.json:
        print(json.dumps(report, ensure_ascii=False))
        return 0
    for line in _lines(report, FRENCH if speaks_french() else ENGLISH):
        print(line)
    return 0


def _read(args: argparse.Namespace) -> _Table:
    from canut.core.answers import code
    from canut.core.formats import sniff
    from canut.core.formats.problems.catalogue import words_of
    from canut.core.quality.tables.coded_answers import AnswerColumns, refuse_columns

    path = Path(args.file)
    if not path.is_file():
        raise Incomplete(f"there is no file {path}; check the path", field="file")
    columns = AnswerColumns(args.task, args.worker, args.label)
    refuse_columns(columns)
    reading = sniff(path)
    for warning in reading.warnings:
        print(f"canut agree: {words_of(warning, _language())}", file=sys.stderr)
    missing = [name for name in columns if name not in reading.columns]
    if missing:
        raise BadFile(
            f"{path.name} has no column {missing[0]!r}; it has {', '.join(reading.columns)}: name "
            "yours with --task, --worker and --label",
            code="column-missing",
            column=missing[0],
        )
    rows = _rows(path, reading, columns)
    unique_rows = _kept(rows, args.duplicates)
    order = [name.strip() for name in args.order.split(",")] if args.order else None
    if args.metric == "ordinal" and order is None:
        order = sorted({row[2] for row in unique_rows}, key=_by_size)
    tasks, workers, labels = ([row[at] for row in unique_rows] for at in range(3))
    return _Table(code(tasks, workers, labels, order), len(rows) - len(unique_rows))


def _rows(
    path: Path, reading: "ReadOptions", columns: tuple[str, ...]
) -> list[tuple[str, str, str]]:
    """Read the three columns; an invalid row stops with its line number."""
    from canut.core.formats import read
    from canut.core.formats.problems.catalogue import words_of

    rows: list[tuple[str, str, str]] = []
    for batch in read(path, reading):
        if batch.problems:
            problem = batch.problems[0]
            raise BadRow(
                f"line {problem.line} of {path.name} cannot be read: "
                f"{words_of(problem, _language())}",
                code=problem.code,
                line=problem.line,
            )
        for line, row in zip(batch.lines, batch.rows, strict=True):
            empty = [name for name in columns if not row.get(name, "").strip()]
            if empty:
                raise BadRow(
                    f"line {line} of {path.name} has nothing in column {empty[0]!r}; "
                    "fill it in or remove the row",
                    code="cell-empty",
                    line=line,
                    column=empty[0],
                )
            task, worker, label = (row[name] for name in columns)
            rows.append((task, worker, label))
    return rows


def _language() -> str:
    return "fr" if speaks_french() else "en"


def _kept(rows: list[tuple[str, str, str]], policy: str) -> list[tuple[str, str, str]]:
    """Set aside duplicate answers of a person to a task."""
    if policy == "all":
        return rows
    chosen: dict[tuple[str, str], tuple[str, str, str]] = {}
    for row in rows:
        pair = row[0], row[1]
        if policy == "error" and pair in chosen:
            raise BadInput(
                f"worker {pair[1]!r} answered task {pair[0]!r} twice; keep one, or say which with "
                "--duplicates first or last",
                code="answer-twice",
            )
        if policy != "first" or pair not in chosen:
            chosen[pair] = row
    return list(chosen.values())


def _by_size(label: str) -> tuple[int, float, str]:
    """Sort numeric labels by value, then others by name."""
    number = read_number(label.strip(), LARGEST_FLOAT)
    return (1, 0.0, label) if number is None else (0, number, label)


def _measured(table: _Table, args: argparse.Namespace) -> dict[str, Any]:
    import numpy as np

    from canut.core.quality.measures.agreement import percent_agreement
    from canut.core.quality.measures.alpha import alpha_with_interval
    from canut.core.quality.measures.kappa import fleiss_kappa

    if args.question:
        return _measured_by_kind(table, args)
    named, answers = table.named, table.named.answers
    values = _values(named) if args.metric in {"interval", "ratio"} else None
    rng = np.random.default_rng(args.seed)
    alpha = alpha_with_interval(answers, rng, args.metric, values, args.samples)
    return {
        "answers": len(answers),
        "tasks": answers.n_tasks,
        "workers": answers.n_workers,
        "labels": len(set(answers.label.tolist())),
        "aside": table.aside,
        "duplicates": args.duplicates,
        "metric": args.metric,
        "alpha": alpha._asdict(),
        "percent_agreement": percent_agreement(answers),
        "fleiss_kappa": fleiss_kappa(answers),
        "pairs": _pairs(named, args),
    }


def _measured_by_kind(table: _Table, args: argparse.Namespace) -> dict[str, Any]:
    """Measure answers that have a distance: boxes, spans, rankings, texts."""
    import numpy as np

    from canut.core.kinds import Comparison, compare_values, questions_of
    from canut.core.quality.measures.agreement import agreement_within
    from canut.core.quality.merging.distances import alpha_by_distance

    named, answers = table.named, table.named.answers
    schema = _schema(args.question)
    values = [_answer(schema, str(label)) for label in named.labels]

    @cache
    def compare(first: int, second: int) -> Comparison:
        return compare_values(schema, values[first], values[second])

    def apart(first: int, second: int) -> float:
        return compare(min(first, second), max(first, second)).distance

    def agree(first: int, second: int) -> bool:
        return first == second or compare(min(first, second), max(first, second)).agrees

    rng = np.random.default_rng(args.seed)
    alpha = alpha_by_distance(answers, apart, rng, args.samples)
    kinds = dict.fromkeys(str(question["kind"]) for question in questions_of(schema))
    return {
        "answers": len(answers),
        "tasks": answers.n_tasks,
        "workers": answers.n_workers,
        "labels": len(set(answers.label.tolist())),
        "aside": table.aside,
        "duplicates": args.duplicates,
        "metric": ", ".join(kinds),
        "alpha": alpha._asdict(),
        "percent_agreement": agreement_within(answers, agree).share,
        "fleiss_kappa": None,
        "pairs": _pairs(named, args, agree),
    }


def _schema(path: Path) -> "Schema":
    from canut.core.kinds.question_file import read_question_file

    if not path.is_file():
        raise Incomplete(f"there is no file {path}; check the path", field="question")
    return read_question_file(path.name, path.read_bytes())


def _answer(schema: "Schema", label: str) -> "dict[str, object]":
    from canut.core.kinds import values_of_label

    try:
        return values_of_label(schema, label)
    except BadAnswer as refused:
        raise BadInput(
            f"the label {label[:80]!r} is no answer to this question ({refused}); give the labels "
            "as an export of Canut writes them",
            code="label-not-an-answer",
            seen=label[:80],
        ) from None


def _values(named: "NamedAnswers") -> "Floats":
    import numpy as np

    numbers = list[float]()
    for label in named.labels:
        number = read_number(str(label).strip().replace(",", "."), LARGEST_FLOAT)
        if number is None:
            raise BadInput(
                f"the label {label!r} is no number, as interval and ratio need; "
                "use nominal or ordinal",
                code="label-not-a-number",
                seen=str(label)[:80],
            )
        numbers.append(number)
    return np.array(numbers)


def _pairs(
    named: "NamedAnswers",
    args: argparse.Namespace,
    agree: "Callable[[int, int], bool] | None" = None,
) -> list[dict[str, Any]]:
    from canut.core.quality.measures.kappa import pairwise

    if args.duplicates == "all" or args.pairs < 1:
        return []
    pairs = pairwise(named.answers, agree=agree)
    rows = zip(pairs.one, pairs.other, pairs.common, pairs.agreement, pairs.kappa, strict=True)
    return [
        {
            "one": named.workers[first],
            "other": named.workers[second],
            "tasks": int(common),
            "agreement": float(agreement),
            "kappa": None if math.isnan(kappa) else float(kappa),
        }
        for first, second, common, agreement, kappa in list(rows)[: args.pairs]
    ]


def _lines(report: dict[str, Any], words: AgreeTexts) -> list[str]:
    def number(value: float, form: str = ".3f") -> str:
        text = format(value, form)
        return text.replace(".", ",").replace("%", "\N{NO-BREAK SPACE}%") if french else text

    french = words is FRENCH
    lines = [words.read.format(**report)]
    if report["aside"]:
        lines.append(words.aside.format(n=report["aside"], policy=report["duplicates"]))
    alpha, metric = report["alpha"], report["metric"]
    if alpha["value"] is None:
        lines.append(words.none.format(metric=metric))
    else:
        ends = {name: number(alpha[name]) for name in ("low", "high") if alpha[name] is not None}
        interval = words.interval.format(**ends) if ends else ""
        lines.append(words.alpha.format(metric=metric, value=number(alpha["value"])) + interval)
    if report["percent_agreement"] is not None:
        lines.append(words.percent.format(value=number(report["percent_agreement"], ".1%")))
    if report["fleiss_kappa"] is not None:
        lines.append(words.fleiss.format(value=number(report["fleiss_kappa"])))
    if report["pairs"]:
        lines.append(words.pairs)
    for pair in report["pairs"]:
        kappa = "-" if pair["kappa"] is None else number(pair["kappa"], ".2f")
        same = number(pair["agreement"], ".0%")
        lines.append(f"  {pair['one']}  {pair['other']}  {pair['tasks']}  {same}  {kappa}")
    return lines
