"""The 39 operations of the interface: their members, bounds and enumerations.

The table is ``operations.txt``. ``check_input`` reads the JSON of a request against it: unknown
members are passed over, as a client newer than this table may send them; everything else that does
not fit is a ``ValidationException``. What a member means is decided in ``actions.turk``.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import cast

from canut.core.turk.refusals import invalid

TARGET = "MTurkRequesterServiceV20170117."
MOST_QUESTION = 65_535
MOST_NUMBER = 2**53
MOST_SECONDS = 253_402_300_799  # the end of the year 9999
ENTITY, WORKER = re.compile("[A-Z0-9]{1,64}"), re.compile("A[A-Z0-9]{1,63}")
AMOUNT = re.compile(r"[0-9]+(\.)?[0-9]{0,2}")
MEMBER = re.compile(r"(\w+)(\*?):(\S+)")
LONGEST: Mapping[str, int] = {
    "Title": 128,
    "Description": 2000,
    "Keywords": 1000,
    "Question": MOST_QUESTION,
    "Test": MOST_QUESTION,
    "AnswerKey": MOST_QUESTION,
    "RequesterAnnotation": 255,
    "RequesterFeedback": 1024,
    "Reason": 1024,
    "Subject": 200,
    "MessageText": 4096,
    "Name": 200,
    "Value": MOST_QUESTION,
}
"""The longest text of a member, in characters."""
MOST_OF: Mapping[str, int] = {
    "QualificationRequirements": 10,
    "IntegerValues": 15,
    "LocaleValues": 30,
    "WorkerIds": 100,
    "HITLayoutParameters": 200,
}
"""The most elements of a list."""
SECONDS: Mapping[str, tuple[int, int]] = {
    "AssignmentDurationInSeconds": (30, 31_536_000),
    "LifetimeInSeconds": (30, 31_536_000),
    "AutoApprovalDelayInSeconds": (0, 2_592_000),
    "TestDurationInSeconds": (30, 31_536_000),
}
"""The bounds of a duration."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure: its name, its type, whether it must be there."""

    name: str
    type: str
    is_required: bool


type Members = tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what it takes and what it returns."""

    name: str
    takes: Members
    returns: Members


@dataclass(frozen=True, slots=True)
class Shapes:
    """All operations by name, the structures they hold, and the enumerations."""

    operations: Mapping[str, Operation]
    structures: Mapping[str, Members]
    words: Mapping[str, tuple[str, ...]]


@cache
def shapes() -> Shapes:
    """Return the table of the interface."""
    text = resources.files("canut.core.turk").joinpath("operations.txt").read_text("utf-8")
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("    "):
            lines[-1] += line.rstrip().removeprefix("   ")
        elif line and not line.startswith("#"):
            lines.append(line.rstrip())
    operations: dict[str, Operation] = {}
    structures: dict[str, Members] = {}
    words: dict[str, tuple[str, ...]] = {}
    for line in lines:
        name, sign, shape = line.split(" ", 2)
        if sign == "<":
            takes, _sign, returns = f"{shape} ".partition("> ")
            operations[name] = Operation(name, _members(takes), _members(returns))
        elif sign == "=":
            structures[name] = _members(shape)
        else:
            words[name] = tuple(shape.split())
    return Shapes(operations, structures, words)


def operation_named(target: str) -> Operation | None:
    """Return the operation that the header ``X-Amz-Target`` names; None if there is none."""
    if not target.startswith(TARGET):
        return None
    return shapes().operations.get(target.removeprefix(TARGET))


def check_input(operation: Operation, sent: object) -> dict[str, object]:
    """Check the members of a request; return those that are there, with times in milliseconds.

    Raises:
        TurkError: a member is missing, of another type or out of its bounds; says which.
    """
    if not isinstance(sent, dict):
        raise invalid("The body must be one JSON object.")
    return _structure(operation.takes, cast("dict[str, object]", sent), "")


def _members(text: str) -> Members:
    return tuple(
        Member(name, sort, is_required=bool(star))
        for name, star, sort in MEMBER.findall(text.removeprefix("<"))
    )


def _structure(members: Members, sent: Mapping[str, object], at: str) -> dict[str, object]:
    checked: dict[str, object] = {}
    for member in members:
        where = f"{at}.{member.name}" if at else member.name
        content = sent.get(member.name)
        if content is not None:
            checked[member.name] = _checked(member.name, member.type, content, where)
        elif member.is_required:
            raise invalid(f"Value null at '{where}' failed: Member must not be null")
    return checked


def _checked(name: str, sort: str, content: object, at: str) -> object:
    """Return the value of one member, checked."""
    if sort.startswith("["):
        if not isinstance(content, list):
            raise invalid(f"Value at '{at}' must be a list")
        elements = cast("list[object]", content)
        most = MOST_OF.get(name)
        if most is not None and len(elements) > most:
            raise invalid(f"'{at}' has {len(elements)} elements; at most {most}")
        return [
            _checked(name, sort[1:-1], element, f"{at}.{number}")
            for number, element in enumerate(elements, 1)
        ]
    if sort in CHECKS:
        return CHECKS[sort](name, content, at)
    table = shapes()
    if sort in table.words:
        if content not in table.words[sort]:
            allowed = ", ".join(table.words[sort])
            raise invalid(f"Value '{str(content)[:60]}' at '{at}' must be one of: {allowed}")
        return content
    if not isinstance(content, dict):
        raise invalid(f"Value at '{at}' must be an object")
    return _structure(table.structures[sort], cast("dict[str, object]", content), at)


def _text(name: str, content: object, at: str) -> str:
    if not isinstance(content, str):
        raise invalid(f"Value at '{at}' must be text")
    if "\0" in content or (not content.isascii() and _has_surrogate(content)):
        raise invalid(f"Value at '{at}' holds a character that no text has")
    longest = LONGEST.get(name)
    size = len(content.encode()) if longest == MOST_QUESTION else len(content)
    if longest is not None and size > longest:
        raise invalid(f"Value at '{at}' has {size} characters; at most {longest}")
    return content


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _spelled(form: re.Pattern[str], words: str) -> Callable[[str, object, str], str]:
    def check(name: str, content: object, at: str) -> str:
        text = _text(name, content, at)
        if not form.fullmatch(text):
            raise invalid(f"Value '{text[:60]}' at '{at}' must be {words}")
        return text

    return check


def _whole(name: str, content: object, at: str) -> int:
    is_whole = isinstance(content, int) or (isinstance(content, float) and content.is_integer())
    if isinstance(content, bool) or not is_whole:
        raise invalid(f"Value at '{at}' must be a whole number")
    number = int(cast("float", content))
    least, most = SECONDS.get(name, (-MOST_NUMBER, MOST_NUMBER))
    if not least <= number <= most:
        raise invalid(f"Value {number} at '{at}' must be from {least} to {most}")
    return number


def _size(name: str, content: object, at: str) -> int:
    number, most = _whole(name, content, at), 100
    if not 1 <= number <= most:
        raise invalid(f"Value {number} at '{at}' must be from 1 to {most}")
    return number


def _flag(_name: str, content: object, at: str) -> bool:
    if not isinstance(content, bool):
        raise invalid(f"Value at '{at}' must be true or false")
    return content


def _time(_name: str, content: object, at: str) -> int:
    """Return a moment in milliseconds since 1970: a number of seconds, or text of ISO 8601."""
    if isinstance(content, bool) or not isinstance(content, int | float | str):
        raise invalid(f"Value at '{at}' must be a moment")
    if isinstance(content, str):
        try:
            moment = datetime.fromisoformat(content)
        except ValueError:
            raise invalid(f"Value '{content[:60]}' at '{at}' is no moment of ISO 8601") from None
        content = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not math.isfinite(content) or abs(content) > MOST_SECONDS:
        raise invalid(f"Value at '{at}' is no moment")
    return round(content * 1000)


CHECKS: Mapping[str, Callable[[str, object, str], object]] = {
    "text": _text,
    "id": _spelled(ENTITY, "1 to 64 capital letters and digits"),
    "worker": _spelled(WORKER, "an A and capital letters and digits, at most 64"),
    "money": _spelled(AMOUNT, "an amount with at most two decimals, such as 0.50"),
    "next": _spelled(re.compile("(?s).{1,255}"), "1 to 255 characters"),
    "token": _spelled(re.compile("(?s).{1,64}"), "1 to 64 characters"),
    "country": _spelled(re.compile("[A-Z]{2}"), "two capital letters"),
    "int": _whole,
    "long": _whole,
    "size": _size,
    "flag": _flag,
    "time": _time,
}
