"""``canut portrait``: release a quarter, verify releases, write a chapter, take in deposits."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from canut.commands.instance_options import add_data, set_up
from canut.core.clock import to_ms


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the action and its options."""
    parser.add_argument(
        "what",
        choices=["build", "draft", "verify", "chapter", "deposit", "accept", "withdraw"],
        help="build: release a quarter; draft: let representatives read it for seven days before;"
        " verify: check releases; chapter: write « Le chapitre manquant »; deposit: bring figures"
        " that others counted; accept, withdraw: a deposit",
    )
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        help="verify: one release's file, all that are kept without; deposit: a folder, a zip or"
        " the files of a data package; accept, withdraw: the number of a deposit",
    )
    parser.add_argument("--reason", default="", help="withdraw: why, in public")
    parser.add_argument(
        "--replaces", type=int, metavar="NUMBER", help="deposit: which one it replaces"
    )
    parser.add_argument(
        "--check", action="store_true", help="deposit: check the package and store nothing"
    )
    parser.add_argument("--quarter", metavar="2026Q3", help="build, draft: which quarter")
    parser.add_argument(
        "--correct", action="store_true", help="build, draft: the next edition of one that is out"
    )
    parser.add_argument("--lang", choices=["fr", "en"], default="fr", help="chapter: its language")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="chapter: the folder to write into"
    )
    add_data(parser)


def run(args: argparse.Namespace) -> int:
    """Run the action; return 1 if a release is invalid."""
    if args.what == "verify" and args.files:
        return _one(args.files[0])
    if args.what == "deposit" and args.check:
        return _check_deposit(args)
    set_up(args)
    from canut.store.platform.instance import check_database

    check_database()
    actions = {
        "build": _build,
        "draft": _draft,
        "verify": _verify,
        "chapter": _chapter,
        "deposit": _deposit,
        "accept": _accept,
        "withdraw": _withdraw,
    }
    return actions[args.what](args)


def _build(args: argparse.Namespace) -> int:
    from canut.actions.portrait.drawings import publish_quarter
    from canut.actions.portrait.inputs import quarter_named
    from canut.core.errors import BadInput

    if not args.quarter:
        raise BadInput("say which quarter: --quarter 2026Q3", code="portrait-quarter", seen="")
    release = publish_quarter(
        quarter_named(args.quarter), to_ms(datetime.now(UTC)), is_correction=args.correct
    )
    print(f"{release.period} edition {release.edition}: {release.sha256}")
    return 0


def _draft(args: argparse.Namespace) -> int:
    """Make the draft of an edition, and say from when it may be released."""
    from canut.actions.portrait.inputs import quarter_named
    from canut.actions.portrait.releases import draft_quarter
    from canut.core.clock import from_ms
    from canut.core.errors import BadInput

    if not args.quarter:
        raise BadInput("say which quarter: --quarter 2026Q3", code="portrait-quarter", seen="")
    draft = draft_quarter(
        quarter_named(args.quarter), to_ms(datetime.now(UTC)), is_correction=args.correct
    )
    due = from_ms(draft.due_ms)
    print(f"draft of {draft.period} edition {draft.edition}: {draft.sha256}")
    print(f"representatives read it until {due:%Y-%m-%d %H:%M} UTC; then: canut portrait build")
    return 0


def _verify(args: argparse.Namespace) -> int:
    """Verify all stored releases."""
    del args
    from canut.actions.portrait.releases import verify_releases

    verdicts = verify_releases()
    for verdict in verdicts:
        for problem in verdict.wrong:
            print(f"{verdict.name}: {problem}", file=sys.stderr)
    wrong = sum(1 for verdict in verdicts if verdict.wrong)
    print(f"Releases: {len(verdicts)}; that do not hold: {wrong}")
    return 1 if wrong else 0


def _one(file: Path) -> int:
    """Verify the signature of one release, and print its key to compare."""
    from canut.core.errors import NotProven
    from canut.core.portrait.released import open_release

    try:
        signed = open_release(file.read_bytes())
    except NotProven as problem:
        print(f"{file}: {problem}", file=sys.stderr)
        return 1
    release = signed.release
    print(f"{release.period} edition {release.edition}: {release.sha256}")
    print(f"signed by {signed.signature.method}")
    return 0


def _chapter(args: argparse.Namespace) -> int:
    from canut.core.errors import BadInput
    from canut.web.portrait.chapter import write_chapter

    if not args.output:
        raise BadInput("say where to: -o DIR", code="portrait-folder")
    for path in write_chapter(args.output, args.lang):
        print(path)
    return 0


def _check_deposit(args: argparse.Namespace) -> int:
    """Check a package without an instance, as a depositor does."""
    from canut.core.portrait.deposits.package import read_deposit

    deposit = read_deposit(_paths(args), datetime.now(UTC).date())
    description = deposit.description
    print(
        f"{len(deposit.observations)} figures, grade {deposit.grade.value}"
        f" ({deposit.reason.value}), {description.signed_by or 'unsigned'}: {description.sha256}"
    )
    return 0


def _deposit(args: argparse.Namespace) -> int:
    from canut.actions.portrait.deposits import bring_deposit

    row = bring_deposit(_paths(args), None, to_ms(datetime.now(UTC)), replaces=args.replaces)
    print(
        f"deposit {row.pk} waits: {row.observations.count()} figures, grade {row.grade}"
        f" ({row.grade_reason}), {row.signed_by or 'unsigned'}: {row.sha256}"
    )
    print(f"accept it with: canut portrait accept {row.pk}")
    return 0


def _accept(args: argparse.Namespace) -> int:
    from canut.actions.portrait.deposits import accept_deposit

    row = accept_deposit(_number(args), None, to_ms(datetime.now(UTC)))
    print(f"deposit {row.pk} is in: {row.sha256}")
    return 0


def _withdraw(args: argparse.Namespace) -> int:
    from canut.actions.portrait.deposits import withdraw_deposit

    row = withdraw_deposit(_number(args), args.reason, to_ms(datetime.now(UTC)))
    print(f"deposit {row.pk} is withdrawn")
    return 0


def _paths(args: argparse.Namespace) -> list[Path]:
    from canut.core.errors import BadFile

    if not args.files:
        raise BadFile(
            "say which package: a folder, a zip, or datapackage.json and its files",
            code="deposit-files",
        )
    return list(args.files)


def _number(args: argparse.Namespace) -> int:
    from canut.core.errors import Missing
    from canut.core.outside_text import read_whole

    number = read_whole(str(args.files[0])) if len(args.files) == 1 else None
    if number is None:
        raise Missing("say the number of one deposit", code="deposit-gone")
    return number
