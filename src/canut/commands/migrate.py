"""``canut migrate``: make the database, or bring it to this version."""

import argparse
import time

from canut.commands.instance import add_data, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the data folder."""
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Apply what waits; refuses a database newer than this program."""
    set_up(args)
    from django.core.management import call_command

    from canut.actions.systems import note_versions
    from canut.core.errors import NotReady
    from canut.store.instance import check_database, is_empty

    if not is_empty():
        try:
            check_database()
        except NotReady as refusal:
            if refusal.case != "database-older":
                raise
    call_command("migrate", verbosity=0, interactive=False)
    check_database()
    note_versions(time.time_ns() // 1_000_000)
    print("The database is at this version.")
    return 0
