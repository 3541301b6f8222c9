"""``canut restore``: restore a backup into an empty data folder."""

import argparse
from pathlib import Path

from canut.actions.platform import system_clock
from canut.commands.instance_options import add_data, keep_private


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the backup, its keys and the data folder."""
    parser.add_argument("file", metavar="FILE", type=Path, help="a copy made by canut backup")
    parser.add_argument(
        "--keys",
        metavar="FILE",
        type=Path,
        help="the keys of its people, of the same day or later (else where backup writes them)",
    )
    parser.add_argument(
        "--without-keys", action="store_true", help="go on without the keys, which are lost"
    )
    parser.add_argument(
        "--erased",
        metavar="FILE",
        type=Path,
        action="append",
        default=[],
        help="a list of who was erased since, beside those that lie with the copy and its keys",
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Verify all files of the backup, then restore them."""
    import os

    keep_private()
    if args.data:
        os.environ["CANUT_DATA"] = args.data
    os.environ["DJANGO_SETTINGS_MODULE"] = "canut.settings"
    import django

    django.setup()

    from canut.actions.operations.restore import BackupContents, restore_backup

    keys = args.keys and args.keys.resolve()
    contents = BackupContents(
        keys, args.without_keys, tuple(path.resolve() for path in args.erased)
    )
    now_ms = system_clock.now_ms()
    info = restore_backup(args.file.resolve(), contents, now_ms)
    print(
        f"{info.copied.files} files are back, as of {info.copied.made_at}. If this Canut is newer,"
        " run: canut migrate"
    )
    if info.keys is not None:
        print(f"Keys of people that are back: {info.keys}.")
    if info.erased:
        print(f"Erased again since the copy: {info.erased} people.")
    elif info.erased is None:
        print("Whoever was erased since the copy is erased again by canut migrate.")
    entries, accounts = info.shut
    if entries or accounts:
        print(
            f"Without keys, {entries} entries of the ledger about people and {accounts} bank"
            " accounts cannot be read. Answers, labels, pay lines, statements, logs, proofs and"
            " cards are whole; people can give their account again."
        )
    return 0
