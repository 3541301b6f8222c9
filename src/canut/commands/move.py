"""``canut move``: move the database from SQLite to PostgreSQL, or back."""

import argparse
import time

from canut.actions.platform.system_clock import now_ms
from canut.commands.instance_options import add_data, set_up
from canut.core.errors import BadInput, NotReady

SQLITE = "sqlite"
WAIT_SECONDS = 75


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the new database and the data folder."""
    parser.add_argument(
        "--to",
        required=True,
        metavar="URL",
        help="the new database, empty: postgresql://user:password@host/name, or sqlite for the file"
        " in the data folder",
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Copy every row, compare every row, then shut the old database."""
    set_up(args)
    from django.conf import settings
    from django.db import connection

    from canut.actions.operations.database_move import move_database
    from canut.actions.operations.upgrade import only_one
    from canut.settings import postgres_of, sqlite_in
    from canut.store.platform.instance import check_database

    try:
        target = sqlite_in(settings.DATA) if args.to == SQLITE else postgres_of(args.to)
    except ValueError:
        raise BadInput(
            "--to is neither postgresql://user:password@host/name nor sqlite", code="move-url"
        ) from None
    is_to_sqlite = args.to == SQLITE
    if is_to_sqlite == (connection.vendor == "sqlite"):
        kind = "SQLite" if is_to_sqlite else "PostgreSQL"
        raise BadInput(f"the database is {kind} already; give the other kind", code="move-same")
    check_database()
    with only_one():
        _wait_for_stop()
        moved = move_database(target, now_ms(), _print_table)
    print(
        f"Moved and compared: {moved.rows} rows of {moved.tables} tables, {moved.log_entries}"
        " entries of the logs."
    )
    if is_to_sqlite:
        print("Unset DATABASE_URL, then start: canut serve. The old database is shut.")
    else:
        print("Set DATABASE_URL to the new address, then start: canut serve. The old one is shut.")
    return 0


def _wait_for_stop() -> None:
    """Wait until no process of this instance has been heard of for a minute."""
    from canut.store.operations.jobs import CLOCK, WORKER, heard_of

    begun, is_told = time.monotonic(), False
    while heard_of(WORKER, now_ms()) or heard_of(CLOCK, now_ms()):
        if not is_told:
            print("Canut ran here a moment ago: waiting until it has been silent for a minute.")
            is_told = True
        if time.monotonic() - begun > WAIT_SECONDS:
            raise NotReady("Canut is running; stop it, then move again", code="move-running")
        time.sleep(1)


def _print_table(name: str, rows: int) -> None:
    if rows:
        print(f"{rows:>12}  {name}", flush=True)
