"""Shared parts of the API: request and response bodies, times, pagination.

A cursor is opaque to who holds it: the place of the last row of a page, so that what is added
meanwhile moves no row to another page.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from ninja import Schema
from pydantic import ConfigDict, Field, StringConstraints

from canut.core.clock import from_ms
from canut.core.errors import BadInput

BIGGEST = 2**53 - 1
LONGEST_CURSOR = 100
PAGE = 100
MOST_A_PAGE = 1_000
EXAMPLE_MOMENT = "2026-11-25T12:00:00.000Z"

type Number = Annotated[int, Field(ge=1, le=BIGGEST)]
type Whole = Annotated[int, Field(ge=0, le=BIGGEST)]
type Short = Annotated[str, StringConstraints(max_length=200)]
type Text = Annotated[str, StringConstraints(max_length=20_000)]


class Into(Schema):
    """A request body: only the declared fields, each of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Sought(Schema):
    """Query parameters, parsed from text."""

    model_config = ConfigDict(extra="forbid")


class Out(Schema):
    """A response body."""


class Named(Out):
    """An organisation."""

    id: int
    name: str


class ProblemOut(Out):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(examples=["urn:canut:problem:missing"])
    title: str = Field(examples=["Nothing here"])
    status: int = Field(examples=[404])
    code: str = Field(description="Stable; act on this one.", examples=["missing"])
    detail: str = Field(description="What was seen and what was expected.")
    next: str = Field(description="What can be done now, or what was kept.")
    facts: dict[str, int | str] = Field(
        description="Figures behind the sentence, such as how many bytes are kept."
    )
    errors: list[dict[str, str]] = Field(
        description="Of a body that cannot be used: each place and what is wrong with it."
    )


class ListQuery(Sought):
    """The cursor and the size of a page."""

    cursor: Annotated[str, StringConstraints(max_length=LONGEST_CURSOR)] | None = Field(
        None, description="`next` of the page before; left out for the first page."
    )
    limit: int = Field(PAGE, ge=1, le=MOST_A_PAGE, description="How many, at most.")


def place_of(cursor: str | None, beginning: Sequence[int]) -> tuple[int, ...]:
    """Decode a cursor; without one, return the start.

    Raises:
        BadInput: it is not one of ours.
    """
    if cursor is None:
        return tuple(beginning)
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        numbers = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=list[int])
    except (binascii.Error, msgspec.DecodeError, ValueError):
        raise _strange(cursor) from None
    if len(numbers) != len(beginning) or not all(-1 <= number <= BIGGEST for number in numbers):
        raise _strange(cursor)
    return tuple(numbers)


def cursor_of(*position: int) -> str:
    """Encode the position of a row as a cursor."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def page_of[Row](
    rows: Sequence[Row],
    limit: int,
    position: Callable[[Row], tuple[int, ...]],
    serialize: Callable[[Row], object],
) -> dict[str, object]:
    """Build a page: its rows and the cursor of the next one."""
    last = rows[-1] if len(rows) == limit else None
    return {
        "items": [serialize(row) for row in rows],
        "next": None if last is None else cursor_of(*position(last)),
    }


def moment(at: datetime | int | None) -> str | None:
    """Format a time as ISO 8601 in UTC to the millisecond; also from epoch milliseconds."""
    if at is None:
        return None
    if isinstance(at, int):
        at = from_ms(at)
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _strange(cursor: str) -> BadInput:
    return BadInput(
        f"{cursor!r} is no cursor of this list; begin without one, or send `next` as it came",
        code="bad-cursor",
    )
