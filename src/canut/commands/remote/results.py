"""``canut --server URL export``: fetch labels, answers or a whole dataset from a server."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from canut.commands.export import OF_LABELS
from canut.commands.remote.server import run_on_server
from canut.core.errors import Incomplete

if TYPE_CHECKING:
    from canut_client import Client

WORDS = (*OF_LABELS, "answers", "summary", "card")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the project, what to export, and the output file or folder."""
    parser.add_argument("project", help="the project's address, as after /projects/")
    parser.add_argument("--what", choices=WORDS, default="labels", help="default: %(default)s")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="file to write; its suffix gives the format"
    )
    parser.add_argument(
        "--bundle", metavar="DIR", help="write the dataset with its labour card into a new folder"
    )
    parser.add_argument(
        "--public", action="store_true", help="of a bundle: show its card to anyone under /cards/"
    )
    parser.add_argument("--licence", default="", help="of a bundle: its SPDX name, CC-BY-4.0")
    parser.add_argument(
        "--with-media",
        action="store_true",
        help="of a bundle: add typed labels by split, with pictures and sounds, for load_dataset",
    )
    parser.add_argument(
        "--no-estimate", action="store_true", help="do not estimate the labels anew first"
    )


def run(args: argparse.Namespace) -> int:
    """Fetch the file, or the folder of a bundle, whole or not at all."""
    if bool(args.output) == bool(args.bundle):
        raise Incomplete("say where it goes: -o FILE, or --bundle DIR", field="output")
    return run_on_server(args, lambda client: _fetch(args, client))


def _fetch(args: argparse.Namespace, client: "Client") -> int:
    if (args.bundle or args.what in OF_LABELS) and not args.no_estimate:
        client.estimate(args.project)
    if args.bundle:
        folder = client.bundle(
            args.project,
            Path(args.bundle),
            licence=args.licence,
            is_public=args.public,
            with_media=args.with_media,
        )
        print(f"Wrote the dataset with its labour card into {folder}.", file=sys.stderr)
        return 0
    client.export(args.project, args.output, args.what)
    print(f"Wrote {args.output} ({args.what}).", file=sys.stderr)
    return 0
