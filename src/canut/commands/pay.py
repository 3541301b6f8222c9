"""``canut pay``: recompute closed periods, or one statement from its file."""

import argparse
import os
import sys
from pathlib import Path

from canut.commands.instance_options import add_data, set_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the action and a statement's file."""
    parser.add_argument(
        "what",
        choices=["verify"],
        help="verify: count again what is kept, and compare to the byte",
    )
    parser.add_argument(
        "file", nargs="?", type=Path, help="one statement's file; every closed period without it"
    )
    parser.add_argument(
        "--pack",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a place pack whose values the statement names; several, in their order",
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Recompute; return 0 if all bytes are the same."""
    return _one(args) if args.file else _all(args)


def _one(args: argparse.Namespace) -> int:
    """Recompute one statement with the legal parameters of this version, and of some packs."""
    from canut.core.errors import BadInput
    from canut.core.json_depth import load_json
    from canut.core.pay.statement import PayDesk, text_of
    from canut.core.places.packs import read_pack, with_packs
    from canut.core.places.reader import SHIPPED, read_places

    file: Path = args.file
    own = Path(args.data or os.environ.get("CANUT_DATA") or "canut-data", "places")
    folders = (SHIPPED, own) if any(own.glob("*.yaml")) else (SHIPPED,)
    try:
        packs = [read_pack(pack.read_bytes()) for pack in args.pack]
        law = with_packs(read_places(*folders), packs)
        text = file.read_text("utf-8")
        stored = load_json(text)
        again = text_of(PayDesk(law).again(stored))
    except (ValueError, AttributeError, RecursionError) as problem:
        raise BadInput(f"{file} cannot be read ({problem})", code="bad-statement") from problem
    is_same = again == text
    print(f"{file}: {'the same, to the byte' if is_same else 'comes out different'}")
    return 0 if is_same else 1


def _all(args: argparse.Namespace) -> int:
    """Recompute all closed periods of an instance."""
    set_up(args)
    from canut.actions.pay.statement_recount import recount
    from canut.store.pay.statements import all_periods
    from canut.store.platform.instance import check_database

    check_database()
    different = 0
    closed = [listed_period for listed_period in all_periods() if listed_period.state == "closed"]
    for period in closed:
        for difference in recount(period):
            different += 1
            print(
                f"{period.first_day}: person {difference.person}, {difference.where} differ",
                file=sys.stderr,
            )
    print(f"{len(closed)} closed periods, {different} differences")
    return 1 if different else 0
