"""``canut policy``: a policy that this instance's bundles meet, to be compared and completed."""

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
