"""``canut-verify FOLDER --policy FILE``: each line with its grade, and an exit code."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from canut_verify import RefusedError, UnreadableError
from canut_verify.bundle import check_file, names, pairs
from canut_verify.folder import CARD_PROOF, MANIFEST, check_bundle, open_bundle
from canut_verify.policy import Policy, parse_policy

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR = 2**37  # seconds: beyond the year 6000 a date is no date
FINE, REFUSED, UNREADABLE, NO_POLICY = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a folder and return the exit code."""
    parser = argparse.ArgumentParser("canut-verify", description=__doc__)
    parser.add_argument("place", type=Path, help="a folder of files and proofs, or one proof")
    parser.add_argument("--policy", type=Path, help="which logs and witnesses you trust")
    given = parser.parse_args(arguments)
    try:
        if given.policy is None:
            return _named(given.place)
        policy = parse_policy(given.policy.read_bytes())
        bundle = open_bundle(given.place) if (given.place / MANIFEST).exists() else None
        lines = check_bundle(bundle, policy) if bundle else []
        for file, proof in pairs(given.place / CARD_PROOF if bundle else given.place):
            _checked(file, proof, policy)
        for grade, text in lines:
            _say(f"{grade:<11} {text}")
    except UnreadableError as why:
        _say(f"UNREADABLE  {why}")
        return UNREADABLE
    except RefusedError as why:
        _say(f"REFUSED     {why}")
        return REFUSED
    except OSError as why:
        _say(f"UNREADABLE  {why}")
        return UNREADABLE
    return FINE


def _checked(file: Path, proof: Path, policy: Policy) -> None:
    try:
        found = check_file(file.read_bytes(), proof.read_bytes(), policy)
    except RefusedError as why:
        raise type(why)(f"{file.name!a}: {why}") from why
    head = found.accepted.head
    _say(f"PROVEN      {file.name!a} is entry {found.index} of {head.size} in {head.origin!a}")
    for name, when in found.accepted.seen.items():
        at = f"{EPOCH + timedelta(seconds=min(when, FAR)):%Y-%m-%d %H:%M} UTC"
        _say(f"PROVEN      {name!a} saw this log at {at}")
    if not found.accepted.is_witnessed:
        _say("ASSERTED    not witnessed: the log alone says that it shows everybody the same")
    for name in found.accepted.strangers:
        _say(f"            {name!a} signed too and is not in the policy: not counted")


def _named(place: Path) -> int:
    for file, proof in pairs(place):
        _say(f"            {file.name!a} is signed in the name of:")
        for name in names(proof.read_bytes()):
            _say(f"            {name!a}")
    _say("NOT PROVEN  no policy: compare these keys with those their owners publish themselves,")
    _say("            write a policy of the ones you trust, and give it with --policy")
    return NO_POLICY


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
