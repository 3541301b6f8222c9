"""``canut places``: draft, sign, read and import packs of legal values."""

import argparse
import sys
from pathlib import Path

from canut.actions.platform.system_clock import now_ms
from canut.commands.instance_options import add_data, migrate_if_new, set_up
from canut.core.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the action and its file or place."""
    parser.add_argument(
        "what",
        choices=["draft", "sign", "check", "import", "key"],
        help="draft PLACE: print a pack to fill in; sign FILE: print it signed with this instance's"
        " key; check FILE: say what is wrong with it; import FILE: bring it, for two people to"
        " confirm; key: print this instance's key, for others to trust",
    )
    parser.add_argument("of", nargs="?", metavar="PLACE|FILE", help="a place, or a pack's file")
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Run the action."""
    set_up(args)
    from canut.actions.pay.place_packs import draft_pack, own_secret
    from canut.core.clock import from_ms
    from canut.core.places.packs import sign_pack
    from canut.core.proofs.did_key import did_of
    from canut.core.proofs.signing import public_of

    migrate_if_new()
    moment = from_ms(now_ms())
    if args.what == "key":
        print(did_of(public_of(own_secret())))
        return 0
    if not args.of:
        raise BadInput("say which place or file", code="places-unsaid")
    if args.what == "draft":
        sys.stdout.write(draft_pack(args.of, moment.date()).decode())
    elif args.what == "sign":
        signed = sign_pack(_content(args.of), own_secret(), f"{moment:%Y-%m-%dT%H:%M:%SZ}")
        sys.stdout.write(signed.decode())
    elif args.what == "check":
        _check(_content(args.of))
    else:
        _import(_content(args.of))
    return 0


def _content(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as failure:
        raise BadInput(f"{name} cannot be read: {failure.strerror}", code="bad-file") from failure


def _check(content: bytes) -> None:
    from canut.actions.pay.place_packs import check_content

    pack = check_content(content)
    print(f"{pack.place} {pack.version}: {len(pack.values)} values, signed by {pack.author}")


def _import(content: bytes) -> None:
    from canut.actions.pay.place_packs import bring_pack

    row = bring_pack(content, None, now_ms())
    print(
        f"{row.place} {row.version} waits for two people: page Payroll, Legal values, pack {row.pk}"
    )
