"""``canut inspect build|verify``: make the file an inspector takes along, or check one."""

import argparse
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from canut.commands.instance_options import add_data, set_up
from canut.core.clock import to_ms


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the action and its options."""
    parser.add_argument(
        "what", choices=["build", "verify"], help="build: make a file; verify: check one"
    )
    parser.add_argument("file", nargs="?", type=Path, help="verify: the zip; needs no instance")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY")
    parser.add_argument("--place", default="", help="only people who work there, such as FR")
    parser.add_argument("--lang", choices=["fr", "en"], default="fr", help="its language")
    parser.add_argument(
        "--demand",
        default="",
        metavar="TEXT",
        help="an authority's written demand: rows of fewer than ten people are told",
    )
    parser.add_argument(
        "--person", default="", metavar="NAME", help="whose statements go along; on demand only"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="the zip to write")
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Run the action; return 1 if a file does not hold."""
    return _verify(args) if args.what == "verify" else _build(args)


def _verify(args: argparse.Namespace) -> int:
    """Check every file of a zip against its manifest."""
    from canut.core.errors import BadInput, BadProof, NotProven
    from canut.core.participation.inspector_file import check_file

    if args.file is None:
        raise BadInput("say which file: canut inspect verify FILE.zip", code="inspect-file")
    try:
        about = check_file(args.file.read_bytes())
    except (BadProof, NotProven) as problem:
        print(f"{args.file}: {problem}", file=sys.stderr)
        return 1
    print(f"{about.first} – {about.last} {about.place}: {about.n_files} files hold")
    print(about.sha256)
    return 0


def _build(args: argparse.Namespace) -> int:
    """Build a file, and say what differs from the last one of the same scope."""
    from canut.core.errors import BadInput

    if not (args.first and args.last and args.output):
        raise BadInput(
            "say from when, to when and where to: --from DAY --to DAY -o FILE.zip",
            code="inspect-file",
        )
    if args.person and not args.demand:
        raise BadInput(
            "statements go along on a written demand: --demand TEXT", code="inspect-file"
        )
    set_up(args)
    from canut.core.participation.inspector_file import InspectionScope
    from canut.store.platform.instance import check_database
    from canut.web.rules.inspector_pack import build

    check_database()
    scope = InspectionScope(args.first, args.last, args.place.upper(), args.lang, args.demand)
    built = build(scope, to_ms(datetime.now(UTC)), username=args.person)
    args.output.write_bytes(built.content)
    print(f"{args.output}: {built.kept.sha256}")
    if not built.kept.is_first:
        print("changed: " + (", ".join(built.kept.changed) or "nothing"))
    return 0
