"""``canut migrate``: create the database, or migrate it to this version."""

import argparse
import math
import time
from pathlib import Path

from canut.actions.platform.system_clock import now_ms
from canut.commands.instance_options import add_data, set_up

MIB = 2**20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the backup before the migration, and the data folder."""
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
    """Show pending migrations, back up, apply; refuse a database newer than this program."""
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
    """Migrate an older database; return whether anything may have changed."""
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
    needed = needs(with_copy=not args.no_backup)
    if not needed.changes or is_unused():
        if not args.dry_run:
            apply_changes()
        return True
    print(
        f"Changes that wait: {needed.changes}. The database has {_mib(needed.bytes)} MiB; copying"
        f" and changing it may need {_mib(needed.space)} MiB of {_mib(needed.free)} free and"
        f" {math.ceil(needed.seconds)} s on this disk. Stop the servers first.",
        flush=True,
    )
    if args.dry_run:
        return False
    started = time.monotonic()
    if needed.is_resumed:
        print(f"Going on where it was cut short; the copy from before it: {needed.copy or 'none'}")
    elif args.no_backup:
        check_room(needed)
        begin(None, now_ms())
    else:
        copied = copy_before(args.backup and args.backup.resolve(), needed, now_ms())
        print(f"Copied in {time.monotonic() - started:.1f} s: {copied}", flush=True)
    started = time.monotonic()
    apply_changes()
    print(f"Changed in {time.monotonic() - started:.1f} s.")
    return True


def _mib(size: int) -> int:
    return math.ceil(size / MIB)
