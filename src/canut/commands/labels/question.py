"""``canut question``: convert a question file or another tool's configuration.

It prints the equivalent question file, which ``canut`` and the form of a new project accept. It
needs no instance. What cannot be asked is refused with its line; exit 2.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from canut.commands.instance_options import speaks_french
from canut.core.errors import BadInput, Incomplete

if TYPE_CHECKING:
    from canut.core.formats.training.labelled_items import Notes

REFUSED = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the input file and the output format."""
    parser.add_argument("file", nargs="?", help="a question file, YAML or JSON, to be checked")
    parser.add_argument(
        "--from-label-studio", metavar="CONFIG", help="a labelling configuration, XML"
    )
    parser.add_argument("--json", action="store_true", help="write JSON instead of YAML")


def run(args: argparse.Namespace) -> int:
    """Print the question file, and notes on what was left out."""
    if bool(args.file) == bool(args.from_label_studio):
        raise Incomplete("give a question file, or --from-label-studio CONFIG", field="file")
    try:
        schema = _asked(args)
    except BadInput as refusal:
        print(f"canut question: {_said(refusal)}", file=sys.stderr)
        return REFUSED
    print(_written(schema, as_json=args.json), end="")
    return 0


def _asked(args: argparse.Namespace) -> dict[str, Any]:
    from canut.core.kinds import check_schema
    from canut.core.kinds.question_file import read_question_file

    if args.file:
        path = Path(args.file)
        return read_question_file(path.name, _bytes(path))
    from canut.core.formats.platforms.label_studio_config import read
    from canut.core.formats.training.labelled_items import Notes

    path, notes = Path(args.from_label_studio), Notes()
    schema = check_schema(read(_bytes(path), path.name, notes).schema())
    tell_notes(notes)
    return schema


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise BadInput(f"there is no file at {path}; check the name", code="file-missing")
    return path.read_bytes()


def _written(schema: dict[str, Any], *, as_json: bool) -> str:
    from canut.core.kinds.question_file import write_question_file

    if not as_json:
        return write_question_file(schema)
    import json

    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _said(refusal: BadInput) -> str:
    """Format a refusal in the terminal's language, if the format has its text."""
    from canut.core.formats.training.labelled_items import words_of_refusal

    return words_of_refusal(refusal, "fr" if speaks_french() else "en")


def tell_notes(notes: "Notes") -> None:
    """Print what was left out, one line each."""
    language = "fr" if speaks_french() else "en"
    for note in notes:
        print(note.words(language), file=sys.stderr)
