"""``canut operator``: add operators, and restore access for people who are locked out."""

import argparse
import getpass
import os
import shlex
import sys

from canut.actions.platform.system_clock import now_ms
from canut.commands.instance_options import add_data, migrate_if_new, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the action, name, organisation, and first sign-in."""
    parser.add_argument(
        "what",
        choices=["add", "link", "mail"],
        help="add: a new account; link: a one-time address for somebody who lost their password; "
        "mail: the link that keeps a mail address, where no mail leaves",
    )
    parser.add_argument(
        "name", help="the name to sign in with; to link, also the name on the page People"
    )
    parser.add_argument("--address", help="the mail address that the link keeps")
    parser.add_argument("--organisation", default="Canut", help="who runs this instance")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )
    parser.add_argument(
        "--link", action="store_true", help="set no password; print a one-time address instead"
    )
    parser.add_argument(
        "--port", type=int, help="the port that serve listens on, for the printed address"
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Create the account or the link; ask for a password if neither link nor input is given."""
    set_up(args, url=f"http://127.0.0.1:{args.port}" if args.port else None)

    from canut.actions.operations.first_run import begin_home
    from canut.actions.people.accounts import (
        add_operator,
        create_reset_token,
        find_account,
        make_one_time_link,
    )

    migrate_if_new()
    if args.what == "link":
        person = find_account(args.name)
        if person.has_named_themselves:
            print(f"The old password of {args.name} has ended, and with it every session.")
        else:
            print(f"{person} had no password yet.")
        token = create_reset_token(person.username, now_ms())
        print(_steps(_serve(args), *_open_once(token)))
        return 0
    if args.what == "mail":
        print(f"Open within three days, signed in:\n{_address_link(args.name, args.address or '')}")
        return 0
    by_link = args.link or not (args.password_stdin or sys.stdin.isatty())
    password = None
    if not by_link:
        password = sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass()
    begin_home()
    person = add_operator(args.name, password, args.organisation, now_ms())
    print(f"Operator {person.username} of {args.organisation} was added.")
    if by_link:
        token = make_one_time_link(person, "/account/name", now_ms())
        print(_steps(_serve(args), *_open_once(token)))
    else:
        print(_steps(_serve(args), f"Sign in as {person.username}: {_url()}/account/login/"))
    return 0


def _address_link(name: str, address: str) -> str:
    from canut.actions.people.email_verification import address_link
    from canut.web.kit.access import get_person_by_name

    return address_link(get_person_by_name(name), address)


def _steps(*steps: str) -> str:
    """Number what is to be done next."""
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))


def _serve(args: argparse.Namespace) -> str:
    """Say how the server is started, on the data folder and port that were named."""
    data = f" --data {shlex.quote(args.data)}" if args.data else ""
    port = f" --port {args.port}" if args.port else ""
    return f"Start the server, if it is not running: canut serve --with-jobs{data}{port}"


def _open_once(token: str) -> tuple[str, str]:
    """Say what to do with a one-time address, and what stands behind it."""
    return (
        f"Open once, within 24 hours: {_url()}/enter/{token}",
        "Choose a name and a password on the page that opens; they sign in from then on.",
    )


def _url() -> str:
    from django.conf import settings

    return os.environ.get("CANUT_URL") or str(settings.URL)
