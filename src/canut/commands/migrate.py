"""``canut migrate``: make the database, or bring it to this version."""

import argparse
import math
import time
from pathlib import Path

from canut.actions.platform.system_clock import now_ms
from canut.commands.instance_options import add_data, set_up

MIB = 2**20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the copy made first and the data folder."""
    parser.add_argument(
        "--backup",
        metavar="FILE",
        type=Path,
        help="where to copy first (else backups/ in the data folder)",
    )
    parser.add_argument("--no-backup", action="store_true", help="make no copy first")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what it takes, and change nothing"
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Say what waits, copy, apply; refuses a database newer than this program."""
    set_up(args)
    from canut.actions.operations.upgrade import only_one
    from canut.store.platform.instance import check_database, is_empty

    with only_one():
        if is_empty():
            _make(dry=args.dry_run)
            return 0
        if not _upgrade(args):
            return 0
        check_database()
    print("The database is at this version.")
    return 0


def _make(*, dry: bool) -> None:
    from canut.actions.operations.upgrade import apply_changes

    if dry:
        print("There is no database yet; it would be made.")
        return
    apply_changes()
    print("The database is at this version.")


def _upgrade(args: argparse.Namespace) -> bool:
    """Bring an older database to this version; returns whether anything may have changed."""
    from canut.actions.operations.upgrade import (
        apply_changes,
        begin,
        check_room,
        copy_before,
        needs,
    )
    from canut.core.errors import NotReady
    from canut.store.platform.instance import check_database, is_unused

    try:
        check_database()
    except NotReady as refusal:
        if refusal.case != "database-older":
            raise
    wanted = needs(with_copy=not args.no_backup)
    if not wanted.changes or is_unused():
        if not args.dry_run:
            apply_changes()
        return True
    print(
        f"Changes that wait: {wanted.changes}. The database has {_mib(wanted.bytes)} MiB; copying"
        f" and changing it may need {_mib(wanted.space)} MiB of {_mib(wanted.free)} free and"
        f" {math.ceil(wanted.seconds)} s on this disk. Stop the servers first.",
        flush=True,
    )
    if args.dry_run:
        return False
    begun = time.monotonic()
    if wanted.is_resumed:
        print(f"Going on where it was cut short; the copy from before it: {wanted.copy or 'none'}")
    elif args.no_backup:
        check_room(wanted)
        begin(None, now_ms())
    else:
        made = copy_before(args.backup and args.backup.resolve(), wanted, now_ms())
        print(f"Copied in {time.monotonic() - begun:.1f} s: {made}", flush=True)
    begun = time.monotonic()
    apply_changes()
    print(f"Changed in {time.monotonic() - begun:.1f} s.")
    return True


def _mib(size: int) -> int:
    return math.ceil(size / MIB)
