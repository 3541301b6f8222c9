"""``canut verify BUNDLE --policy FILE``: verify a dataset offline, without an instance.

The bundle is a folder, or the zip that the page Export gives.

``--since OLD`` shows besides that the log only grew from an earlier release, or that it was forked.
Exit 0: nothing is wrong under this policy, though a grade may be low; 1: refused; 2: cannot be
read; 3: no policy: keys are named, and nothing is proved.
"""

import argparse
import json
import sys
import textwrap
from pathlib import Path

from canut.commands.bundle_files import open_files
from canut.commands.instance_options import speaks_french
from canut.core.datasets.bundle import BundleVerdict, VerdictLine, signers_of, verify_bundle
from canut.core.datasets.log_growth import check_since
from canut.core.datasets.manifest import BundleFiles
from canut.core.datasets.refusal_texts import refusal_in
from canut.core.datasets.row_opening import check_opening
from canut.core.datasets.verdict_texts import (
    LANGUAGES,
    grade_in,
    legend_in,
    never_in,
    plain,
    said_in,
    sentence,
    unknown_in,
)
from canut.core.errors import BadProof, NotProven
from canut.core.proofs.policy import TrustPolicy, read_policy

WIDE = 88
FINE, REFUSED, UNREADABLE, NO_POLICY = 0, 1, 2, 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the bundle and the policy."""
    parser.add_argument(
        "bundle", type=Path, help="the folder or the zip of a dataset with its labour card"
    )
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="which logs and witnesses you trust"
    )
    parser.add_argument(
        "--since",
        type=Path,
        metavar="OLD",
        help="an earlier release of the dataset: show that its log only grew since",
    )
    parser.add_argument(
        "--opening",
        type=Path,
        metavar="FILE",
        help="rows that the instance opened by your seed, with canut open",
    )
    parser.add_argument("--lang", choices=LANGUAGES, help="default: the terminal's language")
    parser.add_argument("--json", action="store_true", help="write the verdict as data, as JSON")


def run(args: argparse.Namespace) -> int:
    """Verify the bundle and print each line with its grade."""
    language = args.lang or ("fr" if speaks_french() else "en")
    try:
        files = open_files(args.bundle)
        if args.policy is None:
            return _name(signers_of(files), language)
        policy = read_policy(args.policy.read_bytes())
        verdict = verify_bundle(files, policy)
        since = _since(args.since, files, verdict, policy) if args.since else []
        if args.opening:
            since += check_opening(files, args.opening.read_bytes())
    except (BadProof, OSError) as problem:
        return _fail(args, UNREADABLE, "UNREADABLE", str(problem), language)
    except NotProven as problem:
        return _fail(args, REFUSED, "REFUSED", str(problem), language)
    if args.json:
        _say(json.dumps(_told(verdict, since), ensure_ascii=False))
        return FINE
    if verdict.is_simulated:
        _line(grade_in(language, "SIMULATED"), sentence(language, "show"))
    lines = [*verdict.lines[:1], *since, *verdict.lines[1:]]
    unknown = [entry for entry in lines if entry.kind == "unknown"]
    for line in [entry for entry in lines if entry.kind != "unknown"]:
        _line(*said_in(language, line))
    for grade, text in unknown_in(language, unknown):
        _line(grade, text)
    _line("", never_in(language, verdict.never))
    _line("", legend_in(language))
    return FINE


def _since(
    place: Path, files: BundleFiles, verdict: BundleVerdict, policy: TrustPolicy
) -> list[VerdictLine]:
    """Verify an earlier release, and that this one continues it."""
    try:
        older = verify_bundle(open_files(place), policy)
    except (BadProof, NotProven) as problem:
        raise type(problem)(f"the earlier release {place.name!a}: {problem}") from problem
    return check_since(files, verdict, older)


def _name(signers: list[str], language: str) -> int:
    _line("", sentence(language, "signers"))
    for name in signers:
        _line("", plain(name))
    _line(grade_in(language, "NOT PROVEN"), sentence(language, "no-policy"))
    return NO_POLICY


def _fail(args: argparse.Namespace, code: int, word: str, reason: str, language: str) -> int:
    if args.json:
        _say(json.dumps({"exit": code, "why": reason}))
    else:
        _line(grade_in(language, word), refusal_in(language, reason))
    return code


def _line(grade: str, text: str) -> None:
    """Print a line, wrapped next to its grade at the terminal's width."""
    for row in textwrap.wrap(text, WIDE, break_long_words=False, break_on_hyphens=False):
        _say(f"{grade:<11} {row}".rstrip())
        grade = ""


def _told(verdict: BundleVerdict, since: list[VerdictLine]) -> dict[str, object]:
    return {
        "exit": FINE,
        "dataset": verdict.dataset,
        "simulated": verdict.is_simulated,
        "witnessed": verdict.is_witnessed,
        "lines": [{"grade": _grade(line), "text": line.text} for line in (*verdict.lines, *since)],
    }


def _grade(line: VerdictLine) -> str:
    return line.grade.name if line.grade else ""


def _say(line: str) -> None:
    """Print a line; characters the terminal cannot encode are escaped."""
    letters = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(letters, "backslashreplace").decode(letters) + "\n")
