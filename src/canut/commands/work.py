"""``canut work``: the background jobs of one instance, until it is stopped."""

import argparse

from canut.commands.instance import add_data, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the data folder, and how to end."""
    add_data(parser)
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true", help="do what waits now, then end")


def run(args: argparse.Namespace) -> int:
    """Run jobs; refuses a database of another age."""
    set_up(args)
    from canut.actions.schedule import work
    from canut.store.instance import check_database
    from canut.web.serve import end_with_parent

    check_database()
    if args.with_parent:
        end_with_parent()
    work(once=args.once)
    return 0
