"""``canut --server URL import``: send a file to a project of a server; its rows become tasks.

The server reads the file, so that every format of its own pages works: CSV, Excel, JSON lines,
Parquet, or a zip with pictures or sounds. Rows that cannot be used are never left out unseen.
"""

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from canut.commands.remote.server import printable, run_on_server
from canut.core.errors import BadInput
from canut.core.formula_cells import safe_cell

if TYPE_CHECKING:
    from canut_client import Client, Import


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the project, the file and its columns."""
    parser.add_argument("project", help="the project's address, as after /projects/")
    parser.add_argument("file", help="CSV, Excel, JSONL, Parquet, or a zip of pictures or sounds")
    parser.add_argument("--id", metavar="COLUMN", help="the column that names each row")
    parser.add_argument("--known", metavar="COLUMN", help="the column of known answers")
    parser.add_argument(
        "--keep",
        choices=("good", "nothing"),
        default="nothing",
        help="when rows are bad: keep the good ones, or nothing (default)",
    )
    parser.add_argument("--problems", metavar="FILE", help="write the rows set aside, with reasons")
    parser.add_argument("--upload", metavar="NAME", help="go on with an upload that broke off")


def run(args: argparse.Namespace) -> int:
    """Send the file, look at what was set aside, then publish or discard."""
    if not Path(args.file).is_file():
        raise BadInput(f"there is no file at {args.file}; check the name", code="file-missing")
    return run_on_server(args, lambda client: _bring(args, client))


def _bring(args: argparse.Namespace, client: "Client") -> int:
    from canut_client import UploadError

    try:
        read = client.add_file(
            args.project,
            args.file,
            id_column=args.id,
            known_column=args.known,
            publish=False,
            upload=args.upload,
        )
    except UploadError as cut:
        print(f"canut import: {cut}; go on with --upload {cut.upload}", file=sys.stderr)
        return 1
    if args.problems:
        _write_problems(args, client, read)
    if read.state == "failed" or not read.tasks or (read.set_aside and args.keep == "nothing"):
        return _drop(args, client, read)
    published = client.publish_import(args.project, read.id, keep_good=args.keep == "good")
    print(f"{published.tasks} tasks published, {published.set_aside} set aside.", file=sys.stderr)
    return 0


def _drop(args: argparse.Namespace, client: "Client", read: "Import") -> int:
    """Discard what cannot be published, and say why."""
    first = next(iter(client.import_problems(args.project, read.id)), None)
    client.discard_import(args.project, read.id)
    why = f"cannot be read ({read.failure})" if read.failure else "has no row that can be used"
    if read.tasks:
        why = f"has {read.set_aside} rows that cannot be used"
    reason = printable(f"; the first: line {first.line}: {first.text}") if first else "."
    more = (
        " See them with --problems FILE, or keep the others with --keep good." if read.tasks else ""
    )
    print(f"canut import: {args.file} {why}{reason} Nothing was kept.{more}", file=sys.stderr)
    return 1


def _write_problems(args: argparse.Namespace, client: "Client", read: "Import") -> None:
    with Path(args.problems).open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("line", "column", "code", "text"))
        for problem in client.import_problems(args.project, read.id):
            cells = (safe_cell(problem.column), problem.code, safe_cell(problem.text))
            writer.writerow((problem.line or "", *cells))
