"""``canut audit FILE``: audit labels and pay of a file of finished work, without a server.

Prints text on standard output, and writes JSON and a page if requested. Names of people are written
only with ``--ids``; unreadable rows and cells are counted on standard error.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from canut.commands.labels.output_files import refuse_overwriting
from canut.core.errors import BadFile, BadInput, Incomplete

if TYPE_CHECKING:
    from canut.core.audit.pay import Prices
    from canut.core.audit.report import Audit
    from canut.core.formats.platforms.platform_work import Pieces
    from canut.core.formats.platforms.register import Platform
    from canut.core.formats.tables.rows import Problem

PROBLEMS_SAID = 5

LABEL_SUFFIXES = (".csv", ".jsonl", ".parquet")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file, how to read it, what to compare it with, and the outputs."""
    parser.add_argument("file", help="results of a Mechanical Turk batch or Toloka pool, or rows")
    parser.add_argument("--task", metavar="COLUMN", help="the column that names the task")
    parser.add_argument("--worker", metavar="COLUMN", help="the column that names the person")
    parser.add_argument(
        "--label", metavar="COLUMN", action="append", help="a column of answers; may be repeated"
    )
    parser.add_argument("--seconds", metavar="COLUMN", help="the column of working time")
    parser.add_argument("--started", metavar="COLUMN", help="the column of when work began")
    parser.add_argument("--ended", metavar="COLUMN", help="the column of when it was handed in")
    parser.add_argument("--pay", metavar="COLUMN", help="the column of the price paid")
    parser.add_argument("--status", metavar="COLUMN", help="the column of accepted or rejected")
    parser.add_argument(
        "--assignment", metavar="COLUMN", help="the column of what is timed and paid as one"
    )
    parser.add_argument("--question", action="append", help="judge this question; may be repeated")
    parser.add_argument("--reward", metavar="AMOUNT", help="the price where the file has none")
    parser.add_argument("--floor", metavar="AMOUNT", help="least pay per hour to hold it against")
    parser.add_argument("--currency", help="of the floor and the figures (default: the file's)")
    parser.add_argument(
        "--exchange", metavar="RATE", help="units of --currency for one of the file's currency"
    )
    parser.add_argument("--ids", action="store_true", help="write the platform's names of people")
    parser.add_argument("--seed", type=int, default=0, help="of the intervals")
    parser.add_argument("--lang", choices=("en", "fr"), help="default: the terminal's language")
    parser.add_argument("--labels", metavar="FILE", help="write task, question, label, confidence")
    parser.add_argument("--json", metavar="FILE", help="write everything; - for standard output")
    parser.add_argument("-o", "--output", metavar="FILE", help="write one HTML page")


def run(args: argparse.Namespace) -> int:
    """Read the file, audit it, and write the outputs."""
    from canut.core.audit.gathered import gather
    from canut.core.audit.page import as_page
    from canut.core.audit.report import AuditOptions, as_json, audit
    from canut.core.audit.text import as_text

    language = args.lang or _language()
    _check_files(args)
    platform, batches = _open(args)
    gathered = gather(batches)
    prices = _prices(args, platform.currency if platform else None)
    report = audit(
        gathered,
        AuditOptions(
            platform.name if platform else "",
            Path(args.file).name,
            prices,
            tuple(args.question or args.label or ()),
            shows_ids=args.ids,
            seed=args.seed,
        ),
    )
    if args.labels:
        _write_labels(report, Path(args.labels))
    if args.output:
        Path(args.output).write_text(as_page(report, language), encoding="utf-8")
    if args.json:
        text = json.dumps(as_json(report, language), ensure_ascii=False, indent=1, allow_nan=False)
        if args.json == "-":
            print(text)
        else:
            Path(args.json).write_text(text + "\n", encoding="utf-8")
    if args.json != "-":
        print(as_text(report, language), end="")
    _say_problems(gathered.problems, language)
    return 0


def _check_files(args: argparse.Namespace) -> None:
    """Raise for labels of unknown format, or an output that would overwrite another file."""
    json_file = args.json if args.json != "-" else None
    outputs = [Path(name) if name else None for name in (args.labels, args.output, json_file)]
    refuse_overwriting([Path(args.file)], outputs)
    if args.labels and Path(args.labels).suffix.lower() not in LABEL_SUFFIXES:
        raise BadFile(
            f"{args.labels} ends in {Path(args.labels).suffix or 'nothing'}; expected one of "
            f"{', '.join(LABEL_SUFFIXES)}",
            code="file-unknown",
        )


def _language() -> str:
    from canut.commands.instance_options import speaks_french

    return "fr" if speaks_french() else "en"


def _open(args: argparse.Namespace) -> "tuple[Platform | None, Iterator[Pieces]]":
    """Detect the file's format, or read it by the named columns."""
    from canut.core.formats import sniff
    from canut.core.formats.platforms.platform_work import ROW_READERS, WorkColumns, read_columns
    from canut.core.formats.platforms.register import platform_of

    path = Path(args.file)
    platform = platform_of(path)
    named = bool(args.task or args.worker or args.label)
    if platform and not named:
        return platform, platform.read(path, platform.reading_of(path))
    if not (args.task and args.worker and args.label):
        raise Incomplete(
            f"{path.name} is not a file of Mechanical Turk or Toloka; name its columns with "
            "--task, --worker and --label",
            code="columns-unnamed",
            field="task",
        )
    reading = platform.reading_of(path) if platform else sniff(path)
    if reading.format not in ROW_READERS:
        raise BadInput(f"{path.name} holds no rows", code="file-unknown")
    columns = WorkColumns(
        task=args.task,
        worker=args.worker,
        labels=tuple(args.label),
        seconds=args.seconds or "",
        started=args.started or "",
        ended=args.ended or "",
        pay=args.pay or "",
        status=args.status or "",
        assignment=args.assignment or "",
    )
    return platform, read_columns(path, reading, columns)


def _prices(args: argparse.Namespace, paid_in: str | None) -> "Prices":
    """Parse amounts and currencies; two currencies need an exchange rate."""
    from canut.core.audit.pay import Prices
    from canut.core.money import money_of

    currency = args.currency or paid_in or "USD"
    if paid_in and currency != paid_in and not args.exchange:
        raise Incomplete(
            f"the file is paid in {paid_in} and --currency is {currency}; say how many {currency} "
            f"one {paid_in} was worth with --exchange",
            code="exchange-missing",
            field="exchange",
        )
    exchange = money_of(args.exchange or "1", currency).micro
    if exchange <= 0:
        raise BadInput("--exchange is not above 0; give units of --currency for one of the file's")
    floor = money_of(args.floor, currency) if args.floor else None
    if floor and floor.micro < 0:
        raise BadInput(f"--floor is {args.floor}; give the least pay per hour, 0 or more")
    price = money_of(args.reward, paid_in or currency).micro if args.reward else None
    return Prices(currency, exchange, floor, price)


def _write_labels(report: "Audit", path: Path) -> None:
    from canut.core.formats import FileColumn, write_rows

    rows = [
        (task, judged.name, judged.labels[label], confidence)
        for judged in report.judged
        for task, label, confidence in zip(
            judged.tasks, judged.label.tolist(), judged.confidence.tolist(), strict=True
        )
    ]
    columns = [
        FileColumn("task"),
        FileColumn("question"),
        FileColumn("label"),
        FileColumn("confidence", "number"),
    ]
    suffix = path.suffix.lstrip(".").lower()
    with path.open("wb") as out:
        write_rows(suffix, columns, [rows], out)


def _say_problems(problems: "list[Problem]", language: str) -> None:
    from canut.core.formats.problems.catalogue import words_of

    for problem in problems[:PROBLEMS_SAID]:
        where = (
            f"line {problem.line}, {problem.column}" if problem.column else f"line {problem.line}"
        )
        print(f"canut audit: {where}: {words_of(problem, language)}", file=sys.stderr)
    if len(problems) > PROBLEMS_SAID:
        print(f"canut audit: {len(problems)} problems in all; see --json", file=sys.stderr)
