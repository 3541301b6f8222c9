"""Count again how many people confirmed their work with keys of their own, and how much of it.

With a statement a person's device signs one line a project: who they are there (a random number),
and the end of a chain of hashes, one link for each six minutes they were paid for. Whoever has the
first link shows a later one, and with it that the person signed at least so much time, never how
much. Each line was logged as a commitment when it was signed; a bundle opens it. That one key is
one person, nobody can prove.
"""

import re
from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import NamedTuple, cast

from canut.core.datasets.pay_bins import SHARED_BY
from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.canonical import canonical, commitment
from canut.core.proofs.signing import is_signed
from canut.core.proofs.strict import read_canonical

VERSION = 1
KIND = "countersign"
HEAD = "canut/confirmed/v1"
STEP_MS = 360_000
MOST_STEPS = 1_000_000
_LINK = b"canut/time/v1\0"
_FIELDS = {"person": 64, "key": 64, "end": 64, "shown": 64, "nonce": 64, "signature": 128}
_HEX = re.compile(r"[0-9a-f]+")


class SignedTotal(NamedTuple):
    """One person's line: ``shown`` lies ``steps`` links before the signed ``end`` of the chain.

    All texts are hexadecimal; ``nonce`` opens the commitment under which the line was logged.
    """

    person: str
    key: str
    end: str
    shown: str
    steps: int
    nonce: str
    signature: str


class Confirmed(NamedTuple):
    """What people confirmed with their own keys: how many, and at least how much time."""

    people: int
    ms: int


def walk(link: bytes, steps: int) -> bytes:
    """Go on along a chain: hash a link so many times.

    Raises:
        BadInput: steps below 0, or more than anybody works.
    """
    if not 0 <= steps <= MOST_STEPS:
        raise BadInput(f"a chain has 0 to {MOST_STEPS} links; asked for {steps}")
    for _ in range(steps):
        link = sha256(_LINK + link).digest()
    return link


def text_of_line(log: str, person: str, end: str) -> bytes:
    """Return the bytes a device signs for one project.

    Args:
        log: the origin of the project's log.
        person: who they are in this project, 32 random bytes in hexadecimal.
        end: the end of the chain, in hexadecimal.

    Example:
        >>> text_of_line("a.example/log/7", "ab" * 32, "cd" * 32).decode().split()[1]
        'a.example/log/7'
    """
    return f"{HEAD}\n{log}\n{person}\n{end}\n".encode()


def payload_of(person: str, key: str, end: str, signature: str) -> dict[str, object]:
    """Return what is committed to in the project's log when a line is signed."""
    return {
        "v": VERSION,
        "t": KIND,
        "person": person,
        "key": key,
        "end": end,
        "signature": signature,
    }


def check_line(log: str, person: str, key: str, end: str, signature: str) -> None:
    """Check that a key signed a line.

    Raises:
        NotProven: it did not, or signed another.
    """
    message = text_of_line(log, person, end)
    if not is_signed(bytes.fromhex(key), bytes.fromhex(signature), message):
        raise NotProven("a countersignature is not by its key, or of another line or project")


def shared_steps(steps: Sequence[int], shared_by: int = SHARED_BY) -> list[int]:
    """Say how much time may be shown of each person: what several confirmed at least.

    People are taken in order of their time, ``shared_by`` at a time; of each group the least is
    shown of all of them. What is left over joins the last group.

    Args:
        steps: of each person.
        shared_by: the fewest people who share a number; fewer people than that show none.

    Returns:
        Steps of each person, in the order given.
    """
    order = sorted(range(len(steps)), key=lambda one: steps[one])
    shown = [0] * len(steps)
    whole = len(order) // shared_by
    for at, one in enumerate(order):
        group = min(at // shared_by, whole - 1)
        shown[one] = steps[order[group * shared_by]] if whole else 0
    return shown


def write_lines(lines: Sequence[SignedTotal]) -> bytes:
    """Write lines as the file of a bundle: sorted by person, which is random."""
    return canonical({"v": VERSION, "lines": [one._asdict() for one in sorted(lines)]})


def read_lines(raw: bytes) -> list[SignedTotal]:
    """Read the file back.

    Raises:
        BadProof: not canonical JSON, or no such lines, in order.
    """
    match read_canonical(raw):
        case {"v": 1, "lines": list(listed), **rest} if not rest:
            lines = [_line(one) for one in cast("list[object]", listed)]
        case _:
            raise BadProof("these are no countersignatures of version 1")
    if lines != sorted(lines):
        raise BadProof("the countersignatures are out of order")
    return lines


def count_confirmed(lines: Sequence[SignedTotal], log: str, logged: Collection[str]) -> Confirmed:
    """Check every countersignature, and count people and time.

    Args:
        lines: of a bundle.
        log: the origin of the project's log.
        logged: commitments of the log's entries of ``KIND``, in hexadecimal.

    Raises:
        NotProven: a line is forged, of another project, not logged, or counts somebody twice.
    """
    for name in ("person", "key", "end"):
        if len({cast("str", getattr(one, name)) for one in lines}) < len(lines):
            raise NotProven(f"two countersignatures are of the same {name}: each counts once")
    for one in lines:
        payload = canonical(payload_of(one.person, one.key, one.end, one.signature))
        if commitment(payload, bytes.fromhex(one.nonce)).hex() not in logged:
            raise NotProven("a countersignature is not in the project’s log")
        check_line(log, one.person, one.key, one.end, one.signature)
        if walk(bytes.fromhex(one.shown), one.steps).hex() != one.end:
            raise NotProven("a countersignature does not confirm the time that is said")
    return Confirmed(len(lines), sum(one.steps for one in lines) * STEP_MS)


def _line(given: object) -> SignedTotal:
    row = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    steps = row.get("steps")
    texts = {name: row.get(name) for name in _FIELDS}
    if (
        set(row) != {*_FIELDS, "steps"}
        or type(steps) is not int
        or not 0 <= steps <= MOST_STEPS
        or not all(
            isinstance(text, str) and len(text) == _FIELDS[name] and _HEX.fullmatch(text)
            for name, text in texts.items()
        )
    ):
        raise BadProof("a countersignature is not understood")
    return SignedTotal(**cast("dict[str, str]", texts), steps=steps)
