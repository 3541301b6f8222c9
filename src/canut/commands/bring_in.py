"""``canut import PROJECT FILE``: bring tasks into a project, also beside a running server."""

import argparse
import sys
from pathlib import Path

from canut.commands.instance import add_data, set_up, speaks_french
from canut.core.errors import BadInput, Missing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the project, the file, its columns, and what to do with bad rows."""
    parser.add_argument("project", help="the project's address, as after /projects/")
    parser.add_argument("file", help="CSV, JSONL, Parquet, a zip of images or a folder of images")
    parser.add_argument("--id", metavar="COLUMN", help="the column that names each row")
    parser.add_argument("--known", metavar="COLUMN", help="the column of known answers")
    parser.add_argument(
        "--keep",
        choices=("good", "nothing"),
        default="nothing",
        help="when rows are bad: keep the good ones, or nothing (default)",
    )
    parser.add_argument("--problems", metavar="FILE", help="write the rows set aside, with reasons")
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Read, report, then publish or discard; refuses when rows are bad and nothing was said."""
    set_up(args)
    from django.utils import timezone

    from canut.actions.imports import (
        ImportOptions,
        discard_import,
        publish_import,
        read_import,
        start_import,
    )
    from canut.actions.problems import write_problems
    from canut.core.formats import sniff
    from canut.store.instance import check_database
    from canut.store.models import Project

    check_database()
    project = Project.objects.filter(slug=args.project).first()
    if project is None:
        raise Missing(f"no project {args.project!r} in this instance")
    source, now = Path(args.file), timezone.now()
    options = ImportOptions(id_column=args.id, known_column=args.known)
    begun = start_import(
        project.id, source, source.name, sniff(source), options, by=project.created_by, now=now
    )
    read_import(begun.id, now)
    begun.refresh_from_db()
    if args.problems:
        with Path(args.problems).open("wb") as out:
            write_problems(begun.id, "fr" if speaks_french() else "en", out)
    if begun.rows_bad and args.keep == "nothing":
        discard_import(begun.id, now)
        raise BadInput(
            f"{begun.rows_bad} rows cannot be used and nothing was kept; see them with "
            "--problems FILE, or keep the others with --keep good",
            code="rows-bad",
        )
    publish_import(begun.id, now)
    print(f"{begun.rows_good} tasks published, {begun.rows_bad} set aside.", file=sys.stderr)
    return 0
