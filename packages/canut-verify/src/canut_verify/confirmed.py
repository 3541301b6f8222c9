"""What people signed of their own work: whose keys, and at least how much time."""

import re
from hashlib import sha256

from canut_verify import RefusedError, UnreadableError
from canut_verify.documents import canonical, parse
from canut_verify.notes import is_by

KIND = "countersign"
STEP_MS, MOST = 360_000, 1_000_000
WIDTHS = {"person": 64, "key": 64, "end": 64, "shown": 64, "nonce": 64, "signature": 128}


def count_signed(raw: bytes, origin: str, logged: set[str]) -> tuple[int, int]:
    """Check every line; return how many people, and milliseconds.

    A line counts once a person, key and chain, was logged, and is signed for this project's log.
    """
    lines = _parsed(raw)
    for name in ("person", "key", "end"):
        if len({one[name] for one in lines}) != len(lines):
            raise RefusedError(f"two countersignatures are of the same {name}: each counts once")
    for one in lines:
        said = {name: one[name] for name in ("person", "key", "end", "signature")}
        hidden = sha256(
            b"canut/commit/v1\x00"
            + bytes.fromhex(str(one["nonce"]))
            + canonical({**said, "t": KIND, "v": 1})
        )
        if hidden.hexdigest() not in logged:
            raise RefusedError("a countersignature is not in the project’s log")
        message = f"canut/confirmed/v1\n{origin}\n{one['person']}\n{one['end']}\n".encode()
        key, signature = bytes.fromhex(str(one["key"])), bytes.fromhex(str(one["signature"]))
        if not is_by(key, signature, message):
            raise RefusedError(
                "a countersignature is not by its key, or of another line or project"
            )
        link = bytes.fromhex(str(one["shown"]))
        for _ in range(int(one["steps"])):
            link = sha256(b"canut/time/v1\x00" + link).digest()
        if link.hex() != one["end"]:
            raise RefusedError("a countersignature does not confirm the time that is said")
    return len(lines), STEP_MS * sum(int(one["steps"]) for one in lines)


def _parsed(raw: bytes) -> list[dict[str, str | int]]:
    document = parse(raw)
    lines = document.get("lines")
    if set(document) != {"lines", "v"} or document["v"] is True or document["v"] != 1:
        raise UnreadableError("no countersignatures of version 1")
    if not isinstance(lines, list) or not all(isinstance(one, dict) for one in lines):
        raise UnreadableError("no list of countersignatures")
    for one in lines:
        if set(one) != {*WIDTHS, "steps"} or type(one["steps"]) is not int:
            raise UnreadableError("a countersignature that is not understood")
        for name, width in WIDTHS.items():
            if not re.fullmatch(rf"[0-9a-f]{{{width}}}", str(one[name])) or one[name] != str(
                one[name]
            ):
                raise UnreadableError(f"the {name} of a countersignature is none")
        if not 0 <= one["steps"] <= MOST:
            raise UnreadableError("a time nobody works")
    if lines != sorted(lines, key=lambda one: [str(one[name]) for name in ("person", "key")]):
        raise UnreadableError("countersignatures out of order")
    return lines
