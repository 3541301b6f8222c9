"""The anonymous rows of a card, and the figures anyone can recompute from them.

Three tables without names: how many people had which pay per hour, and their pay relative to their
floor before and after the top-up. The tables cannot be joined, so no row is a person. How few
people a row may hold is decided in ``pay_bins``.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from canut.core.datasets.pay_bins import (
    LEAST_P90,
    LEAST_ROWS,
    SHARED_BY,
    Bin,
    PersonPay,
    binned,
    check_bins,
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
    """What one person earned in a dataset, in micro-units; ``due`` is their floor."""

    ms: int
    before: int
    earned: int
    due: int


class AnonymousRows(NamedTuple):
    """The tables: pay per hour, and pay over floor before and after the top-up."""

    currency: str
    pay: Sequence[Bin]
    before: Sequence[Bin]
    after: Sequence[Bin]
    is_simulated: bool = False


def rows_of(
    people: Sequence[Earned], currency: str, shared_by: int = SHARED_BY, *, is_simulated: bool
) -> AnonymousRows:
    """Group people into anonymous rows; none if there are too few people.

    Args:
        people: one item per person; those without time are left out.
        currency: of all their pay.
        shared_by: the fewest people of a row.
        is_simulated: whether these people are simulated.

    Raises:
        BadInput: raised by ``binned``.
    """
    hour_ms = 3_600_000
    at_work = [person for person in people if person.ms > 0]
    owed = [person for person in at_work if person.due > 0]
    pay = [PersonPay(person.earned * hour_ms // person.ms, person.ms) for person in at_work]
    before = [PersonPay(person.before * AT_FLOOR // person.due, person.ms) for person in owed]
    after = [PersonPay(person.earned * AT_FLOOR // person.due, person.ms) for person in owed]
    tables = (
        binned(pay, shared_by),
        _without_hours(binned(before, shared_by)),
        _without_hours(binned(after, shared_by)),
    )
    return AnonymousRows(currency, *tables, is_simulated)


def figures_of(rows: AnonymousRows) -> dict[str, int | str]:
    """Recompute the card's figures from the rows, by name; leave out those they do not show."""
    figures: dict[str, int | str | None] = {"currency": rows.currency}
    people = sum(pay_bin.people for pay_bin in rows.pay)
    figures["people"] = people or None
    for name, share in SHARES.items():
        if people >= (LEAST_P90 if name == "p90" else LEAST_ROWS) and rows.pay:
            figures[f"pay_people_{name}"] = quantile(rows.pay, share)
            figures[f"pay_hours_{name}"] = quantile(rows.pay, share, by_hours=True)
    figures["under_floor_before"] = _under(rows.before)
    figures["under_floor_after"] = after = _under(rows.after)
    figures["floor_respected"] = None if after is None else ("no" if after else "yes")
    return {name: value for name, value in figures.items() if value is not None}


def write_rows(rows: AnonymousRows) -> bytes:
    """Write rows as canonical JSON.

    Raises:
        BadInput: numbers no JSON can hold.
    """
    tables = {name: [list(table_bin) for table_bin in getattr(rows, name)] for name in _TABLES}
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
        for bins in (rows.pay, rows.before, rows.after):
            check_bins(bins)
        figures_of(rows)
    except BadInput as problem:
        raise BadProof(f"the rows cannot be read: {problem}") from problem
    return rows


_TABLES = ("pay", "before", "after")


def _table(tables: Mapping[str, object], name: str) -> list[Bin]:
    listed = tables[name]
    if not isinstance(listed, list):
        raise BadProof(f"{name} of the rows is no list")
    bins: list[Bin] = []
    for item in cast("list[object]", listed):
        row = cast("list[object]", item) if isinstance(item, list) else []
        if len(row) != _LAST_FIELDS or any(type(value) is not int for value in row):
            raise BadProof(f"a row of {name} is not four whole numbers")
        bins.append(Bin(*cast("list[int]", row)))
    return bins


def _without_hours(bins: Sequence[Bin]) -> list[Bin]:
    """Remove the hours, which could link a row to one of the first table."""
    return [table_bin._replace(hours=-1) for table_bin in bins]


def _under(bins: Sequence[Bin]) -> int | None:
    """Return the share under the floor in thousandths, up; None if the floor lies in a row."""
    if not bins or any(table_bin.low < AT_FLOOR < table_bin.high for table_bin in bins):
        return None
    return share_below(bins, AT_FLOOR)[1]
