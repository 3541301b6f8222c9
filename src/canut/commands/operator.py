"""``canut operator add NAME``: the first account, and those who run the instance after it."""

import argparse
import getpass
import os
import sys

from canut.commands.instance import add_data, migrate_if_new, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the name, the organisation, and how the first sign-in happens."""
    parser.add_argument("what", choices=["add"])
    parser.add_argument("name", help="the name to sign in with")
    parser.add_argument("--organisation", default="Canut", help="who runs this instance")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    parser.add_argument(
        "--link", action="store_true", help="set no password; print a one-time address instead"
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Make the account; asks for the password unless a link or standard input is wanted."""
    set_up(args)
    from django.conf import settings
    from django.utils import timezone

    from canut.actions.accounts import add_operator, make_one_time_link

    migrate_if_new()
    by_link = args.link or not (args.password_stdin or sys.stdin.isatty())
    password = None
    if not by_link:
        password = sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass()
    person = add_operator(args.name, password, args.organisation, timezone.now())
    say = f"Operator {person.username} of {args.organisation} was added."
    if by_link:
        url = os.environ.get("CANUT_URL") or settings.URL
        token = make_one_time_link(person, "/account/name", timezone.now())
        say += f"\nOpen once, within 24 hours: {url}/enter/{token}"
    print(say)
    return 0
