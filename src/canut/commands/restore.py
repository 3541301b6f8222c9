"""``canut restore``: bring a copy back into an empty data folder."""

import argparse
from pathlib import Path

from canut.commands.instance import add_data


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the copy and the data folder."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a copy made by canut backup")
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Check every file of the copy, then put it in place."""
    import os

    if args.data:
        os.environ["CANUT_DATA"] = args.data
    os.environ["DJANGO_SETTINGS_MODULE"] = "canut.settings"
    import django

    django.setup()
    from canut.actions.backups import restore_backup

    made = restore_backup(args.file.resolve())
    print(
        f"{made.files} files are back, as of {made.made_at}. If this Canut is newer, run:"
        " canut migrate"
    )
    return 0
