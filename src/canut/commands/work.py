"""``canut work``: run the background jobs of one instance until it is stopped.

A second process does what time calls for; it is started here, again whenever it ends.
"""

import argparse
import os
import signal
import sys
import time

from canut.commands.instance_options import add_data, set_up, stand_back
from canut.web.platform.parent_watch import end_with_parent

LOADS_SECONDS = 1.0  # beside a server that begins: whoever waits for its first page goes first


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the data folder, and when to stop."""
    add_data(parser)
    parser.add_argument("--with-parent", type=int, metavar="PID", help=argparse.SUPPRESS)
    parser.add_argument("--keep-time", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true", help="do what waits now, then end")


def run(args: argparse.Namespace) -> int:
    """Run jobs; refuse a database of another version."""
    if args.with_parent:
        end_with_parent(args.with_parent)  # before all that takes long, and at full priority
    stand_back()
    if args.with_parent and not args.keep_time:
        time.sleep(LOADS_SECONDS)
    data = set_up(args)
    from canut.actions.operations.scheduler import keep_time, work
    from canut.store.platform.instance import check_database
    from canut.web.platform.server import Jobs

    check_database()
    if args.keep_time:
        for signal_number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signal_number, lambda *_: sys.exit(0))
        keep_time()
    elif args.once:
        work(once=True)
    else:
        command = [sys.executable, "-m", "canut", "work", "--data", str(data)]
        beside = Jobs([*command, "--keep-time", "--with-parent", str(os.getpid())])
        try:
            work(once=False)
        finally:
            beside.stop()
    return 0
