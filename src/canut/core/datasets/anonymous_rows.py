"""The anonymous rows beside a card, and what anyone finds in them again.

Three tables without names: how many people were paid how much an hour, and how their pay stood
beside their floor before and after it was topped up. They are not joined to one another, so that
no row is a person. How few people a row may hold is decided in ``groups``.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from canut.core.datasets.pay_bins import (
    LEAST_P90,
    LEAST_ROWS,
    SHARED_BY,
    Bin,
    Pay,
    binned,
    quantile,
    share_below,
)
from canut.core.errors import BadInput, BadProof
from canut.core.proofs.canonical import canonical
from canut.core.proofs.strict import read_canonical

VERSION = 1
AT_FLOOR = 5_000_000  # pay as a multiple of the floor; a bin is then a tenth of it wide
SHARES = {"p10": 100, "p50": 500, "p90": 900}
_LAST_FIELDS = 4


class Earned(NamedTuple):
    """What one person earned in a dataset, in micro-units; ``due`` is what their floor asks for."""

    ms: int
    before: int
    earned: int
    due: int


class AnonymousRows(NamedTuple):
    """The tables: pay an hour, and pay over floor before and after the top-up."""

    currency: str
    pay: Sequence[Bin]
    before: Sequence[Bin]
    after: Sequence[Bin]
    is_simulated: bool = False


def rows_of(
    people: Sequence[Earned], currency: str, shared_by: int = SHARED_BY, *, is_simulated: bool
) -> AnonymousRows:
    """Lay people into rows; none where they are too few for any.

    Args:
        people: one a person, whose time is not nothing.
        currency: of all their pay.
        shared_by: the fewest people of a row.
        is_simulated: nobody of them exists.

    Raises:
        BadInput: what ``binned`` refuses.
    """
    hour_ms = 3_600_000
    at_work = [one for one in people if one.ms > 0]
    owed = [one for one in at_work if one.due > 0]
    pay = [Pay(one.earned * hour_ms // one.ms, one.ms) for one in at_work]
    before = [Pay(one.before * AT_FLOOR // one.due, one.ms) for one in owed]
    after = [Pay(one.earned * AT_FLOOR // one.due, one.ms) for one in owed]
    tables = (
        binned(pay, shared_by),
        _without_hours(binned(before, shared_by)),
        _without_hours(binned(after, shared_by)),
    )
    return AnonymousRows(currency, *tables, is_simulated)


def figures_of(rows: AnonymousRows) -> dict[str, int | str]:
    """Find the card's figures that rows show again, by name; those they do not show are absent."""
    found: dict[str, int | str | None] = {"currency": rows.currency}
    people = sum(one.people for one in rows.pay)
    found["people"] = people or None
    for name, share in SHARES.items():
        if people >= (LEAST_P90 if name == "p90" else LEAST_ROWS) and rows.pay:
            found[f"pay_people_{name}"] = quantile(rows.pay, share)
            found[f"pay_hours_{name}"] = quantile(rows.pay, share, by_hours=True)
    found["under_floor_before"] = _under(rows.before)
    found["under_floor_after"] = after = _under(rows.after)
    found["floor_respected"] = None if after is None else ("no" if after else "yes")
    return {name: value for name, value in found.items() if value is not None}


def write_rows(rows: AnonymousRows) -> bytes:
    """Write rows as canonical JSON.

    Raises:
        BadInput: numbers no JSON can hold.
    """
    tables = {name: [list(one) for one in getattr(rows, name)] for name in _TABLES}
    head = {"currency": rows.currency, "simulated": rows.is_simulated, "v": VERSION}
    return canonical({**head, **tables})


def read_rows(raw: bytes) -> AnonymousRows:
    """Read rows.

    Raises:
        BadProof: not canonical JSON, or tables out of order.
    """
    match read_canonical(raw):
        case {"currency": str(currency), "simulated": bool(is_simulated), "v": 1, **tables} if set(
            tables
        ) == set(_TABLES):
            listed = cast("dict[str, object]", tables)
            pay, before, after = (_table(listed, name) for name in _TABLES)
        case _:
            raise BadProof("these are no rows of version 1")
    rows = AnonymousRows(currency, pay, before, after, is_simulated)
    try:
        figures_of(rows)
    except BadInput as problem:
        raise BadProof(f"the rows cannot be read: {problem}") from problem
    return rows


_TABLES = ("pay", "before", "after")


def _table(tables: Mapping[str, object], name: str) -> list[Bin]:
    listed = tables[name]
    if not isinstance(listed, list):
        raise BadProof(f"{name} of the rows is no list")
    found: list[Bin] = []
    for one in cast("list[object]", listed):
        row = cast("list[object]", one) if isinstance(one, list) else []
        if len(row) != _LAST_FIELDS or any(type(value) is not int for value in row):
            raise BadProof(f"a row of {name} is not four whole numbers")
        found.append(Bin(*cast("list[int]", row)))
    return found


def _without_hours(bins: Sequence[Bin]) -> list[Bin]:
    """Leave the hours out: beside the first table they would join one row to another."""
    return [one._replace(hours=-1) for one in bins]


def _under(bins: Sequence[Bin]) -> int | None:
    """Return the share under the floor in thousandths, up; None where a row lies on both sides."""
    if not bins or any(one.low < AT_FLOOR < one.high for one in bins):
        return None
    return share_below(bins, AT_FLOOR)[1]
