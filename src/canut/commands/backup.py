"""``canut backup``: copy this instance into one file, and people's keys into another."""

import argparse
from pathlib import Path

from canut.actions.platform.system_clock import now_ms
from canut.commands.instance_options import add_data, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the output files and the data folder."""
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="the copy to write, a new .tar file"
    )
    parser.add_argument(
        "--keys",
        metavar="FILE",
        type=Path,
        help="the file for the keys of people (else in CANUT_BACKUP_KEYS, else keys/ beside FILE)",
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Write the backup and its keys, and print what they contain."""
    set_up(args)

    from canut.actions.operations.backups import make_backup
    from canut.store.platform.instance import check_database

    check_database()
    keys = args.keys and args.keys.resolve()
    backup = make_backup(args.file.resolve(), now_ms(), keys=keys)
    print(
        f"{backup.path.name}: {backup.files} files, {backup.bytes / 2**20:.1f} MiB,"
        f" as of {backup.made_at}.\n"
        "It holds the secret key and everybody's data: keep it as safe as the instance."
    )
    if backup.keys is not None:
        print(
            f"The keys of people: {backup.keys}. Keep them away from the copy: whoever has both"
            " reads all; whoever has one, nothing that is sealed."
        )
    if backup.deleted:
        print(f"Older keys deleted: {', '.join(backup.deleted)}.")
    return 0
