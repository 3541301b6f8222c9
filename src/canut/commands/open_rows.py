"""``canut open BUNDLE --seed SEED``: open rows of a bundle for an auditor, by a seed of theirs.

``canut verify BUNDLE --policy FILE --opening OPENING`` checks what it writes. The file tells who
answered by a random id: hand it to the auditor alone.
"""

import argparse
import sys
from pathlib import Path

from canut.commands.instance_options import add_data, set_up
from canut.store.platform.synced_file import SyncedWriter

ROWS = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the bundle, the seed, how many rows, and the output file."""
    parser.add_argument("bundle", type=Path, help="the folder or zip of a dataset of this instance")
    parser.add_argument("--seed", required=True, help="the auditor's: any word they chose")
    parser.add_argument("--rows", type=int, default=ROWS, metavar="N", help="rows to draw")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help="file for the auditor"
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Write the opening."""
    set_up(args)
    from canut.actions.datasets.openings import open_rows
    from canut.commands.bundle_files import open_files
    from canut.store.platform.instance import check_database

    check_database()
    opening = open_rows(open_files(args.bundle), args.seed, args.rows)
    with SyncedWriter(args.output) as out:
        out.write(opening)
    print(f"Wrote {args.output}: for the auditor alone.", file=sys.stderr)
    return 0
