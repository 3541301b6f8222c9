"""``canut model absence PROJECT REQUEST``: prove that the newest model lacks a withdrawn item."""

import argparse
import sys
from pathlib import Path

from canut.actions.platform import system_clock
from canut.commands.instance_options import add_data, set_up
from canut.core.errors import Missing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what to do, the project, the request and where the proof goes."""
    parser.add_argument("what", choices=("absence",), help="write the proof of an absence")
    parser.add_argument("project", help="the project's address, as after /projects/")
    parser.add_argument("request", type=int, help="the number of the withdrawal request")
    parser.add_argument(
        "-o", "--output", default="proof.json", metavar="FILE", help="where the proof goes"
    )
    parser.add_argument(
        "--short",
        action="store_true",
        help="leave out the leaves of the newer version, whose order can then not be checked",
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Write the proof, which ``canut-verify absence`` checks."""
    set_up(args)

    from canut.actions.datasets.withdrawal_proofs import prove_withdrawal
    from canut.store.datasets.withdrawals import request_numbered
    from canut.store.platform.instance import check_database

    check_database()
    request = request_numbered(args.request)
    if request is None or request.project.slug != args.project:
        raise Missing(
            f"project {args.project!r} has no withdrawal request {args.request}",
            code="withdrawal-missing",
        )
    proof = prove_withdrawal(request, system_clock.now_ms(), is_whole=not args.short)
    Path(args.output).write_bytes(proof)
    print(f"Wrote {args.output}.", file=sys.stderr)
    return 0
