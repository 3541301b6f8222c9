"""Count how many people confirmed their work with their own keys, and how much of it.

With each statement, a person's device signs one line per project: a random number for the person,
and the end of a hash chain with one link for each six minutes paid. Publishing a later link proves
that the person signed at least that much time, never how much. Each line was logged as a commitment
when it was signed; a bundle opens it. Nothing can prove that one key is one person.
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
    """One person's line: ``shown`` is ``steps`` links before the signed ``end``.

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
    """What people confirmed with their own keys: number of people, and least time."""

    people: int
    ms: int


def walk(link: bytes, steps: int) -> bytes:
    """Walk along a hash chain: hash a link a number of times.

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
        person: random id of the person in this project, 32 bytes in hexadecimal.
        end: the end of the chain, in hexadecimal.

    Example:
        >>> text_of_line("a.example/log/7", "ab" * 32, "cd" * 32).decode().split()[1]
        'a.example/log/7'
    """
    return f"{HEAD}\n{log}\n{person}\n{end}\n".encode()


def payload_of(person: str, key: str, end: str, signature: str) -> dict[str, object]:
    """Return the payload committed to in the project's log when a line is signed."""
    return {
        "v": VERSION,
        "t": KIND,
        "person": person,
        "key": key,
        "end": end,
        "signature": signature,
    }


def check_line(log: str, person: str, key: str, end: str, signature: str) -> None:
    """Verify that a key signed a line.

    Raises:
        NotProven: it did not, or signed another.
    """
    message = text_of_line(log, person, end)
    if not is_signed(bytes.fromhex(key), bytes.fromhex(signature), message):
        raise NotProven("a countersignature is not by its key, or of another line or project")


def shared_steps(steps: Sequence[int], shared_by: int = SHARED_BY) -> list[int]:
    """Return the time that may be shown of each person: the least in their group.

    People are sorted by time and grouped, ``shared_by`` at a time; each person shows the least time
    of their group. People left over join the last group.

    Args:
        steps: steps of each person.
        shared_by: minimum number of people who share a number; fewer people show none.

    Returns:
        Steps of each person, in the order given.
    """
    order = sorted(range(len(steps)), key=lambda index: steps[index])
    shared = [0] * len(steps)
    whole = len(order) // shared_by
    for at, person in enumerate(order):
        group = min(at // shared_by, whole - 1)
        shared[person] = steps[order[group * shared_by]] if whole else 0
    return shared


def write_lines(lines: Sequence[SignedTotal]) -> bytes:
    """Write lines as a file of a bundle, sorted by person, which is a random id."""
    return canonical({"v": VERSION, "lines": [line._asdict() for line in sorted(lines)]})


def read_lines(raw: bytes) -> list[SignedTotal]:
    """Read the lines of the file.

    Raises:
        BadProof: not canonical JSON, or no such lines, in order.
    """
    match read_canonical(raw):
        case {"v": 1, "lines": list(listed), **rest} if not rest:
            lines = [_line(row) for row in cast("list[object]", listed)]
        case _:
            raise BadProof("these are no countersignatures of version 1")
    if lines != sorted(lines):
        raise BadProof("the countersignatures are out of order")
    return lines


def count_confirmed(lines: Sequence[SignedTotal], log: str, logged: Collection[str]) -> Confirmed:
    """Verify every countersignature, and count people and time.

    Args:
        lines: of a bundle.
        log: the origin of the project's log.
        logged: commitments of the log's entries of ``KIND``, in hexadecimal.

    Raises:
        NotProven: a line is forged, of another project, not logged, or counts somebody twice.
    """
    for name in ("person", "key", "end"):
        if len({cast("str", getattr(line, name)) for line in lines}) < len(lines):
            raise NotProven(f"two countersignatures are of the same {name}: each counts once")
    for line in lines:
        payload = canonical(payload_of(line.person, line.key, line.end, line.signature))
        if commitment(payload, bytes.fromhex(line.nonce)).hex() not in logged:
            raise NotProven("a countersignature is not in the project’s log")
        check_line(log, line.person, line.key, line.end, line.signature)
        if walk(bytes.fromhex(line.shown), line.steps).hex() != line.end:
            raise NotProven("a countersignature does not confirm the time that is said")
    return Confirmed(len(lines), sum(line.steps for line in lines) * STEP_MS)


def _line(document: object) -> SignedTotal:
    row = cast("dict[str, object]", document) if isinstance(document, dict) else {}
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
