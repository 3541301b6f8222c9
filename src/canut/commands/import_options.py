"""The subcommands of ``canut import``, with their names and options.

A line that names none means ``tasks``, so that ``canut import PROJECT FILE`` is one too.
"""

import argparse
from collections.abc import Callable, Sequence
from typing import NamedTuple

from canut.commands.instance_options import add_data

type AddArguments = Callable[[argparse.ArgumentParser], None]
PROJECT_HELP = "the project's address, as after /projects/"
LEADING = (
    *("--id", "--known", "--label", "--score", "--source", "--model", "--model-version"),
    *("--config", "--media", "--without", "--title", "--by", "--keep", "--problems", "--data"),
)


class ImportCommand(NamedTuple):
    """One subcommand: name, summary, arguments, aliases."""

    name: str
    summary: str
    add_arguments: AddArguments
    aliases: tuple[str, ...] = ()


class ChooseSubcommand(argparse.Action):
    """Parse the arguments after ``import`` with the parser of their subcommand.

    Options before the first word are parsed with the others.
    """

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[object] | None,
        _option_string: str | None = None,
    ) -> None:
        """Fill the namespace with the subcommand's arguments; ``what`` is its name."""
        first, *others = [str(word) for word in values or ()]
        command = BY_NAME.get(first)
        words = [first, *others] if command is None else others
        command = command or BY_NAME["tasks"]
        subparser = argparse.ArgumentParser(
            prog=f"{parser.prog} {command.name}", description=command.summary, allow_abbrev=False
        )
        command.add_arguments(subparser)
        leading = [
            f"{flag}={value}"
            for flag in LEADING
            for value in vars(namespace).pop(_dest_of(flag), ())
        ]
        vars(namespace).update(vars(subparser.parse_args([*leading, *words])), what=command.name)


def add_subcommands(parser: argparse.ArgumentParser) -> None:
    """Add the choice of a subcommand, and the options that may precede it."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    lines = [f"  {command.name:14}{command.summary}" for command in SUBCOMMANDS]
    parser.epilog = "\n".join(["subcommands:", *lines, "\nsee %(prog)s SUBCOMMAND --help"])
    parser.add_argument(
        "what",
        nargs=argparse.PARSER,
        action=ChooseSubcommand,
        metavar="|".join(command.name for command in SUBCOMMANDS),
        help="what to import; tasks where it is left out",
    )
    for flag in LEADING:
        parser.add_argument(
            flag, action="append", default=argparse.SUPPRESS, help=argparse.SUPPRESS
        )


def add_tasks(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``canut import tasks``."""
    parser.add_argument("project", nargs="?", metavar="PROJECT", help=PROJECT_HELP)
    parser.add_argument(
        "file",
        metavar="FILE",
        help="CSV, JSONL, Parquet, CoNLL or spaCy, a zip or a folder",
    )
    _add_key(parser)
    parser.add_argument("--known", metavar="COLUMN", help="the column of known answers")
    _add_predictions(parser)
    _add_draft(parser)
    _add_bad_rows(parser)
    _add_problems(parser)
    add_data(parser)


def add_mturk(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``canut import mturk``."""
    parser.add_argument("file", metavar="INPUT.csv", help="the rows of the batch")
    parser.add_argument("template", metavar="TEMPLATE.html", help="the form of the batch")
    _add_media(parser)
    parser.add_argument(
        "--without", action="append", default=[], metavar="FIELD", help="a field to leave out"
    )
    _add_draft(parser)
    _add_bad_rows(parser)
    _add_problems(parser)
    add_data(parser)


def add_label_studio(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``canut import label-studio``."""
    parser.add_argument("file", metavar="EXPORT.json", help="the exported tasks")
    parser.add_argument(
        "--config", metavar="FILE", required=True, help="the labelling configuration, XML"
    )
    _add_media(parser)
    _add_draft(parser)
    _add_bad_rows(parser)
    add_data(parser)


def add_predictions(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``canut import predictions``."""
    parser.add_argument("project", metavar="PROJECT", help=PROJECT_HELP)
    parser.add_argument("file", metavar="FILE", help="CSV, JSONL or Parquet, a row for each task")
    _add_key(parser, required=True)
    _add_predictions(parser, required=True)
    _add_problems(parser)
    add_data(parser)


def add_coco(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``canut import coco``."""
    _add_marks(parser, "FILE.json", "predictions in the COCO format")


def add_yolo(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``canut import yolo``."""
    _add_marks(parser, "FOLDER", "predictions in the YOLO format")


def add_publish(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``canut import publish``."""
    _add_waiting(parser)
    _add_bad_rows(parser)
    _add_problems(parser)
    add_data(parser)


def add_discard(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``canut import discard``."""
    _add_waiting(parser)
    add_data(parser)


SUBCOMMANDS = (
    ImportCommand(
        "tasks", "Import tasks into a project; without one, begin a project with them.", add_tasks
    ),
    ImportCommand("mturk", "Begin a project from a batch of Mechanical Turk.", add_mturk),
    ImportCommand(
        "label-studio", "Begin a project from an export of Label Studio.", add_label_studio
    ),
    ImportCommand(
        "predictions",
        "Import the labels a model predicted for the tasks of a project.",
        add_predictions,
        aliases=("prelabels",),
    ),
    ImportCommand("coco", "Import what a model marked in pictures, from a COCO file.", add_coco),
    ImportCommand("yolo", "Import what a model marked in pictures, from a YOLO folder.", add_yolo),
    ImportCommand("publish", "Make tasks of a file that waits in a draft.", add_publish),
    ImportCommand("discard", "Drop a file that is not published.", add_discard),
)
BY_NAME = {name: command for command in SUBCOMMANDS for name in (command.name, *command.aliases)}


def _dest_of(flag: str) -> str:
    return flag.removeprefix("--").replace("-", "_")


def _add_waiting(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("project", metavar="PROJECT", help=PROJECT_HELP)
    parser.add_argument(
        "--import", dest="number", type=int, metavar="NUMBER", help="which file (default: the last)"
    )


def _add_key(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument(
        "--id", metavar="COLUMN", required=required, help="the column that names each row"
    )


def _add_predictions(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument(
        "--label", metavar="COLUMN", required=required, help="the column of what a model said"
    )
    parser.add_argument("--score", metavar="COLUMN", help="how sure the model was, from 0 to 1")
    parser.add_argument("--source", metavar="COLUMN", help="the column that names the model")
    _add_model(parser)


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", default="", help="the model's name, where no column says it")
    parser.add_argument("--model-version", default="", help="the model's version")


def _add_media(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--media", metavar="PATH", help="a zip or folder of pictures and sounds")


def _add_draft(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--title", help="the project's title (default: the file's name)")
    parser.add_argument("--by", metavar="NAME", help="who asks: the name they sign in with")


def _add_bad_rows(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keep",
        choices=("good", "nothing"),
        default="nothing",
        help="when rows are bad: keep the good ones, or nothing (default)",
    )


def _add_problems(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--problems", metavar="FILE", help="write the rows set aside, with reasons")


def _add_marks(parser: argparse.ArgumentParser, metavar: str, file_help: str) -> None:
    parser.add_argument("project", metavar="PROJECT", help=PROJECT_HELP)
    parser.add_argument("file", metavar=metavar, help=file_help)
    _add_model(parser)
    _add_problems(parser)
    add_data(parser)
