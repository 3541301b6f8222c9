"""``canut policy``: print a trust policy that this instance's bundles satisfy."""

import argparse
import sys

from canut.commands.instance_options import add_data, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the data folder."""
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Print the policy."""
    set_up(args)
    from canut.actions.datasets.bundles import policy_text
    from canut.store.platform.instance import check_database

    check_database()
    sys.stdout.write(policy_text())
    return 0
