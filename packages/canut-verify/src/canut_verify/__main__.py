"""``canut-verify DATASET --policy FILE``: each line with its grade, and an exit code.

The dataset is a folder or a zip.

``canut-verify absence proof.json`` checks that what was withdrawn is in a newer model no more.
``canut-verify inspect FILE`` checks an inspector's file.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from canut_verify import RefusedError, UnreadableError, __version__
from canut_verify.absence import arguments_of, check_absence
from canut_verify.bundle import SUFFIX, check_file, names, pairs
from canut_verify.folder import (
    CARD,
    CARD_PROOF,
    MANIFEST,
    End,
    Json,
    Line,
    check_bundle,
    open_bundle,
)
from canut_verify.inspect import check_inspection, open_inspection
from canut_verify.opening import check_opening
from canut_verify.policy import Policy, parse_policy
from canut_verify.refused import refusal
from canut_verify.since import check_since
from canut_verify.words import LANGUAGES, figure, plain, say
from canut_verify.words import grade as grade_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FAR = 2**37  # seconds: beyond the year 6000 a date is no date
FINE, REFUSED, UNREADABLE, NO_POLICY = 0, 1, 2, 3
FAILURES = (RefusedError, OSError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a folder, a proof of absence or an inspector's file, and return the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for name, check in (("absence", _absence), ("inspect", _inspect)):
        if words[:1] == [name]:
            return check(words[1:])
    parser = argparse.ArgumentParser("canut-verify", description=__doc__)
    parser.add_argument("--version", action="version", version=f"canut-verify {__version__}")
    parser.add_argument(
        "place", type=Path, help="a folder of files and proofs, the zip of a dataset, or one proof"
    )
    parser.add_argument("--policy", type=Path, help="which logs and witnesses you trust")
    parser.add_argument("--since", type=Path, help="an earlier release of the same dataset")
    parser.add_argument("--opening", type=Path, help="rows that were opened by your seed")
    parser.add_argument("--lang", choices=LANGUAGES, help="default: the terminal's language")
    options = parser.parse_args(words)
    language = options.lang or _language()
    try:
        if options.policy is None:
            return _named(options.place, language)
        policy = parse_policy(options.policy.read_bytes())
        lines = _found(options.place, options, policy)
    except FAILURES as why:
        return _failed(language, why)
    for grade, kind, facts in lines:
        _say(language, grade, sentence(language, grade, kind, facts))
    if _is_bundle(options.place):
        _say(language, "", say(language, "legend"))
    return FINE


def _absence(words: list[str]) -> int:
    """Check a proof of absence and return the exit code."""
    options = arguments_of(words, LANGUAGES)
    language = options.lang or _language()
    try:
        policy = parse_policy(options.policy.read_bytes()) if options.policy else None
        own = options.file.read_bytes() if options.file else None
        lines = check_absence(options.proof.read_bytes(), policy, own)
    except FAILURES as why:
        return _failed(language, why)
    for grade, kind, facts in lines:
        _say(language, grade, say(language, kind, **facts))
    _say(language, "NOT PROVEN", say(language, "absence-limits"))
    return FINE


def _inspect(words: list[str]) -> int:
    """Check an inspector's file; without a policy, only that it is what its manifest says."""
    parser = argparse.ArgumentParser("canut-verify inspect", description=_inspect.__doc__)
    parser.add_argument("file", type=Path, help="the zip")
    parser.add_argument("--policy", type=Path, help="which logs and witnesses you trust")
    parser.add_argument("--proof", type=Path, help="of its entry, saved from the log's page")
    parser.add_argument("--lang", choices=LANGUAGES, help="default: the terminal's language")
    options = parser.parse_args(words)
    language = options.lang or _language()
    try:
        content = options.file.read_bytes()
        if options.policy is None:
            _manifest, files, digest = open_inspection(content)
            _say(language, "RECOMPUTED", say(language, "inspect-named", count=len(files)))
            _say(language, "", plain(digest))
            _say(language, "NOT PROVEN", say(language, "no-policy"))
            return NO_POLICY
        policy = parse_policy(options.policy.read_bytes())
        lines = check_inspection(content, policy, options.proof and options.proof.read_bytes())
    except FAILURES as why:
        return _failed(language, why)
    for grade, kind, facts in lines:
        _say(language, grade, say(language, kind, **facts))
    return FINE


def _found(place: Path, options: argparse.Namespace, policy: Policy) -> list[Line]:
    """Check a bundle, what it continues and what was opened of it; or files with their proofs."""
    if _is_bundle(place):
        bundle = open_bundle(place)
        lines, end = check_bundle(bundle, policy)
        if options.opening:
            lines = check_opening(bundle, options.opening.read_bytes()) + lines
        if options.since:
            lines = check_since(bundle, end, _end_of(options.since, policy)) + lines
        card = logged_lines(CARD, bundle.read(CARD), bundle.read(CARD_PROOF), policy)
        return card + lines
    if options.since or options.opening:
        asked = "--since" if options.since else "--opening"
        raise UnreadableError(f"{place.name!a} is no whole bundle, which {asked} asks for")
    return [
        line
        for file, proof in pairs(place)
        for line in logged_lines(file.name, file.read_bytes(), proof.read_bytes(), policy)
    ]


def _is_bundle(place: Path) -> bool:
    """Say whether it is a whole bundle: a folder with a manifest, or a zip."""
    return (place / MANIFEST).exists() or (place.is_file() and place.suffix != SUFFIX)


def _end_of(place: Path, policy: Policy) -> End:
    """Check an earlier release, and return where it ends."""
    try:
        return check_bundle(open_bundle(place), policy)[1]
    except RefusedError as why:
        raise type(why)(f"the earlier release {place.name!a}: {why}") from why


def sentence(language: str, grade: str, kind: str, facts: Json) -> str:
    """Return one line of a verdict in words."""
    if kind != "figure":
        return say(language, kind, **facts)
    found = facts["figure"]
    text = figure(language, facts["name"], found, facts["currency"])
    if grade == found.get("grade", grade):
        return text
    claimed = say(language, "claimed", grade=grade_of(language, found["grade"]))
    return f"{text} ({claimed})"


def logged_lines(name: str, file: bytes, proof: bytes, policy: Policy) -> list[Line]:
    """Check one file with its proof; say where it is logged and who saw the log."""
    try:
        found = check_file(file, proof, policy)
    except RefusedError as why:
        raise type(why)(f"{name!a}: {why}") from why
    head = found.accepted.head
    about = {"name": name, "place": found.index, "size": head.size, "origin": head.origin}
    lines: list[Line] = [("PROVEN", "logged", about)]
    for who, when in found.accepted.seen.items():
        at = f"{EPOCH + timedelta(seconds=min(when, FAR)):%Y-%m-%d %H:%M}"
        lines.append(("PROVEN", "seen", {"name": who, "at": at}))
    if not found.accepted.is_witnessed:
        lines.append(("ASSERTED", "alone", {}))
    return lines + [("", "stranger", {"name": who}) for who in found.accepted.strangers]


def _named(place: Path, language: str) -> int:
    bundle = open_bundle(place) if _is_bundle(place) else None
    if bundle and CARD_PROOF not in bundle.paths:
        raise UnreadableError(f"no {CARD_PROOF!a}: not a whole bundle")
    proofs = {file.name: proof.read_bytes() for file, proof in pairs(place)} if not bundle else {}
    for file, proof in ({CARD: bundle.read(CARD_PROOF)} if bundle else proofs).items():
        _say(language, "", say(language, "signers", name=file))
        for name in names(proof):
            _say(language, "", plain(name))
    _say(language, "NOT PROVEN", say(language, "no-policy"))
    return NO_POLICY


def _failed(language: str, why: Exception) -> int:
    """Say what stopped the check, and return the exit code."""
    is_refused = isinstance(why, RefusedError) and not isinstance(why, UnreadableError)
    _say(language, "REFUSED" if is_refused else "UNREADABLE", refusal(language, str(why)))
    return REFUSED if is_refused else UNREADABLE


def _say(language: str, grade: str, text: str) -> None:
    letters = sys.stdout.encoding or "utf-8"
    line = f"{grade_of(language, grade):<11} {text}\n"
    sys.stdout.write(line.encode(letters, "backslashreplace").decode(letters))


def _language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    return "fr" if (spoken or "").lower().startswith("fr") else "en"


if __name__ == "__main__":
    sys.exit(main())
