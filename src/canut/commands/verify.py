"""``canut verify BUNDLE --policy FILE``: each line with its grade, offline, without an instance.

Exit 0: nothing is wrong under this policy, though a grade may be low; 1: refused; 2: cannot be
read; 3: no policy: keys are named, and nothing is proved.
"""

import argparse
import json
import sys
from pathlib import Path

from canut.core.errors import BadProof, NotProven
from canut.core.ledger.bundle import Line, Verdict, signers_of, verify_bundle
from canut.core.proofs.policy import read_policy

FINE, REFUSED, UNREADABLE, NO_POLICY = 0, 1, 2, 3


class Folder:
    """The files of a bundle in a folder."""

    def __init__(self, place: Path) -> None:
        if not place.is_dir():
            raise BadProof(f"{place.name!a} is no folder")
        self._place = place
        self._paths: set[str] = set()
        for one in place.rglob("*"):
            if one.is_symlink() or not (one.is_file() or one.is_dir()):
                raise BadProof(f"{one.name!a} is neither a file nor a folder")
            if one.is_file():
                self._paths.add(one.relative_to(place).as_posix())

    @property
    def paths(self) -> frozenset[str]:
        """Every file there is."""
        return frozenset(self._paths)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""
        return (self._place / path).read_bytes()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the bundle and the policy."""
    parser.add_argument("bundle", type=Path, help="the folder of a dataset with its labour card")
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="which logs and witnesses you trust"
    )
    parser.add_argument("--json", action="store_true", help="write the verdict as JSON")


def run(args: argparse.Namespace) -> int:
    """Check the bundle and say what was found."""
    try:
        files = Folder(args.bundle)
        if args.policy is None:
            return _name(signers_of(files))
        verdict = verify_bundle(files, read_policy(args.policy.read_bytes()))
    except (BadProof, OSError) as problem:
        return _fail(args, UNREADABLE, "UNREADABLE", str(problem))
    except NotProven as problem:
        return _fail(args, REFUSED, "REFUSED", str(problem))
    if args.json:
        _say(json.dumps(_told(verdict), ensure_ascii=False))
        return FINE
    if verdict.is_simulated:
        _say("            SIMULATED: nobody of this exists; every figure is of a show")
    for line in verdict.lines:
        _say(f"{_grade(line):<11} {line.text}")
    return FINE


def _name(signers: list[str]) -> int:
    _say("            the card's log is signed in the name of:")
    for name in signers:
        _say(f"            {name!a}")
    _say("NOT PROVEN  no policy: compare these keys with those their owners publish themselves,")
    _say("            on their own sites or on paper; write a policy of the ones you trust, and")
    _say("            give it with --policy")
    return NO_POLICY


def _fail(args: argparse.Namespace, code: int, word: str, why: str) -> int:
    _say(json.dumps({"exit": code, "why": why}) if args.json else f"{word:<11} {why}")
    return code


def _told(verdict: Verdict) -> dict[str, object]:
    return {
        "exit": FINE,
        "dataset": verdict.dataset,
        "simulated": verdict.is_simulated,
        "witnessed": verdict.is_witnessed,
        "lines": [{"grade": _grade(one), "text": one.text} for one in verdict.lines],
    }


def _grade(line: Line) -> str:
    return line.grade.name if line.grade else ""


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
