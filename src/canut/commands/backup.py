"""``canut backup``: copy this instance into one file, while it works."""

import argparse
from pathlib import Path

from canut.commands.instance import add_data, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the file to write and the data folder."""
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="the copy to write, a new .tar file"
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Write the copy and say what is in it."""
    set_up(args)
    from django.utils import timezone

    from canut.actions.backups import make_backup
    from canut.store.instance import check_database

    check_database()
    made = make_backup(args.file.resolve(), timezone.now())
    print(
        f"{made.path.name}: {made.files} files, {made.bytes / 2**20:.1f} MiB,"
        f" as of {made.made_at}.\n"
        "It holds the secret key and everybody's data: keep it as safe as the instance."
    )
    return 0
