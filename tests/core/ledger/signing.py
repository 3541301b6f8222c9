"""People of a made bundle who signed their line with keys of their own."""

from collections.abc import Sequence
from hashlib import sha256

from canut.core.datasets.signed_work import (
    KIND,
    STEP_MS,
    SignedTotal,
    payload_of,
    shared_steps,
    text_of_line,
    walk,
)
from canut.core.ledger.log import committed_entry
from canut.core.proofs.canonical import canonical, commitment
from canut.core.proofs.signing import public_of, sign
from tests.core.proofs.vectors import LOG

PROJECT = "7"
ORIGIN = f"{LOG.name}/{PROJECT}"


def bytes_of(name: str) -> bytes:
    """Return 32 bytes that are always the same for a name."""
    return sha256(name.encode()).digest()


def line(
    person: int, steps: int, shown: int, *, key: str = "", origin: str = ORIGIN, end: str = ""
) -> SignedTotal:
    """Sign as one person who worked ``steps``, of whom ``shown`` is shown."""
    secret, seed = bytes_of(key or f"key {person}"), bytes_of(f"seed {person} {key}")
    tag, public = bytes_of(f"person {person}").hex(), public_of(secret).hex()
    last = end or walk(seed, steps).hex()
    signature = sign(secret, text_of_line(origin, tag, last)).hex()
    begin = walk(seed, steps - shown).hex()
    return SignedTotal(
        tag, public, last, begin, shown, bytes_of(f"n {person} {key}").hex(), signature
    )


def lines(count: int, steps: Sequence[int] = (10,)) -> list[SignedTotal]:
    """Sign as so many people, who worked in turn so much."""
    worked = [steps[n % len(steps)] for n in range(count)]
    return [
        line(n, one, shown)
        for n, (one, shown) in enumerate(zip(worked, shared_steps(worked), strict=True))
    ]


def logged(signed: Sequence[SignedTotal]) -> list[bytes]:
    """Write the entries under which lines stand in the project's log."""
    found = []
    for one in signed:
        payload = canonical(payload_of(one.person, one.key, one.end, one.signature))
        hidden = commitment(payload, bytes.fromhex(one.nonce))
        found.append(committed_entry(KIND, PROJECT, hidden))
    return found


def time_of(signed: Sequence[SignedTotal]) -> int:
    """Add up the time that is shown, in milliseconds."""
    return sum(one.steps for one in signed) * STEP_MS
