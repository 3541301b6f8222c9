"""``canut erase``: destroy the key of a person's ledger entries; the logs stay."""

import argparse

from canut.actions.platform import system_clock
from canut.commands.instance_options import add_data, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the person, and whether their pay entries are erased too."""
    parser.add_argument("name", help="the name they sign in with, or the name on the page People")
    parser.add_argument(
        "--with-pay",
        action="store_true",
        help="also entries of statements and payments, once no law asks to keep them",
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Erase, and print how many entries; return 1 if old bytes may remain in files."""
    set_up(args)
    from django.db import connection

    from canut.actions.people.accounts import find_account
    from canut.actions.people.erasure import erase_now
    from canut.store.platform.instance import check_database

    check_database()
    person = find_account(args.name)
    now_ms = system_clock.now_ms()
    erased = erase_now(person, now_ms, with_pay=args.with_pay)
    print(f"Erased what {erased.entries} entries about {person.username} held.")
    if connection.vendor == "postgresql":
        print("The write-ahead log and its archive hold the wrapped key until their time is over.")
    if erased.is_gone:
        return 0
    print("Somebody was reading: old bytes may lie in the write-ahead log. Run this again.")
    return 1
