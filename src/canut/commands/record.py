"""``canut record``: export a person's whole record, or import one from elsewhere."""

import argparse
from pathlib import Path

from canut.actions.platform import system_clock
from canut.commands.instance_options import add_data, set_up
from canut.core.errors import BadFile, Missing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the action, the person, and the file."""
    parser.add_argument(
        "what",
        choices=["export", "import"],
        help="export: write somebody's whole record, also after their account was closed;"
        " import: bring one from elsewhere",
    )
    parser.add_argument("name", help="the name they sign in with")
    parser.add_argument("file", help="the zip or JSON to write, or to read")
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Write the record to the file, or import the file into the person's record."""
    set_up(args)

    from canut.actions.work.work_record import bring_record, record_file
    from canut.store.models import Person
    from canut.store.platform.instance import check_database

    check_database()
    person = Person.objects.filter(username__iexact=args.name).first()
    if person is None:
        raise Missing(
            f"nobody signs in as {args.name!r}", code="person-unknown", name=str(args.name)
        )
    now_ms = system_clock.now_ms()
    path = Path(args.file)
    if args.what == "export":
        form = "json" if path.suffix.lower() == ".json" else "zip"
        path.write_bytes(record_file(person, form, now_ms))
        print(f"Wrote {path}: the whole record of {person.username}.")
        return 0
    try:
        content = path.read_bytes()
    except OSError as failure:
        raise BadFile(f"cannot read {path}: {failure.strerror}", code="bad-file") from failure
    imported = bring_record(person, content, now_ms)
    print(
        f"Brought {imported.answers} answers in {imported.projects} projects to {person.username}."
    )
    return 0
