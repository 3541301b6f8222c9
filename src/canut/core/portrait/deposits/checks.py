"""Check the figures of a deposit: small groups, totals and what they leave, repeated keys."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from canut.core.errors import BadRow
from canut.core.outside_text import read_whole
from canut.core.portrait.deposits.observations import (
    ADDITIVE,
    Measure,
    Observation,
    ObservationState,
)

LARGEST_VALUE = 10**12
MICRO = Decimal("0.000001")
DIMENSIONS = ("sex", "age", "status", "occupation")
LEAST_PARTS = 2
OLDEST = 999


class CheckRules(NamedTuple):
    """The rules a package is checked by.

    Args:
        file: what messages call its table.
        minimum: no figure rests on fewer people.
        has_own_rule: whether its publisher keeps small groups back by a published rule, so that
            figures need no ``n``.
        has_all_parts: whether parts are all there, so that a total may not be more than their sum.
    """

    file: str
    minimum: int
    has_own_rule: bool = False
    has_all_parts: bool = True


def check_observations(
    observations: Sequence[Observation], rules: CheckRules
) -> tuple[Observation, ...]:
    """Check figures, and return them with the number of people each rests on.

    Raises:
        BadRow: a group is too small, a key comes twice, or a total is not the sum of its parts.
    """
    checked = tuple(_with_people(_bounded(item, rules), rules) for item in observations)
    _check_keys(checked, rules)
    for dimension in DIMENSIONS:
        _check_totals(checked, dimension, rules)
    return checked


def _bounded(item: Observation, rules: CheckRules) -> Observation:
    """Return a figure to a millionth of its unit; one that is far too large is refused."""
    numbers = (item.value, item.low, item.high, Decimal(item.n or 0))
    if any(number is not None and number > LARGEST_VALUE for number in numbers):
        raise BadRow(
            f"line {item.line} of {rules.file} has a number over {LARGEST_VALUE}",
            code="deposit-huge",
            file=rules.file,
            line=item.line,
            limit=LARGEST_VALUE,
        )
    return replace(item, value=_exact(item.value), low=_exact(item.low), high=_exact(item.high))


def _exact(number: Decimal | None) -> Decimal | None:
    return None if number is None else number.quantize(MICRO)


def _with_people(item: Observation, rules: CheckRules) -> Observation:
    if item.state is ObservationState.MISSING or item.measure is Measure.INDEX:
        return item
    is_count = item.measure is Measure.PEOPLE
    if item.n is None and is_count and not item.is_weighted and item.value is not None:
        item = replace(item, n=int(item.value))
    if item.n is None and not rules.has_own_rule:
        raise BadRow(
            f"line {item.line} of {rules.file} does not say on how many people it rests; give n,"
            " or the page of the publisher's rule for small groups",
            code="deposit-no-n",
            file=rules.file,
            line=item.line,
        )
    counts = [item.n] if item.n is not None else []
    if is_count and item.value is not None:
        counts.append(int(item.value))
    if counts and min(counts) < rules.minimum:
        raise BadRow(
            f"line {item.line} of {rules.file} rests on {min(counts)} people; at least"
            f" {rules.minimum} are needed",
            code="deposit-few",
            file=rules.file,
            line=item.line,
            seen=min(counts),
            limit=rules.minimum,
        )
    return item


def _check_keys(observations: Iterable[Observation], rules: CheckRules) -> None:
    lines: dict[tuple[str, ...], int] = {}
    for item in observations:
        if item.key in lines:
            raise BadRow(
                f"lines {lines[item.key]} and {item.line} of {rules.file} say the same thing twice",
                code="deposit-twice",
                file=rules.file,
                line=item.line,
                other=lines[item.key],
            )
        lines[item.key] = item.line


def _check_totals(observations: Iterable[Observation], dimension: str, rules: CheckRules) -> None:
    groups: defaultdict[tuple[str, ...], list[Observation]] = defaultdict(list)
    for item in observations:
        if item.measure in ADDITIVE:
            groups[_group_of(item, dimension)].append(item)
    for members in groups.values():
        totals = [item for item in members if getattr(item, dimension) == "all"]
        parts = [item for item in members if getattr(item, dimension) != "all"]
        for scheme in {item.scheme for item in parts}:
            of_scheme = [item for item in parts if item.scheme is scheme]
            for total in totals:
                _check_sum(total, of_scheme, dimension, rules)


def _check_sum(
    total: Observation, parts: Sequence[Observation], dimension: str, rules: CheckRules
) -> None:
    if total.value is None or _overlap(parts, dimension):
        return
    _check_remainder(total, parts, dimension, rules)
    if len(parts) < LEAST_PARTS:
        return
    values = [item.value for item in parts if item.value is not None]
    has_all = rules.has_all_parts and len(values) == len(parts)
    added = sum(values, Decimal(0))
    rounding = (total.step + sum((item.step for item in parts), Decimal(0))) / 2
    is_over, is_under = added > total.value + rounding, added < total.value - rounding
    if is_over or (is_under and has_all):
        raise BadRow(
            f"line {total.line} of {rules.file} says {_plain(total.value)}, and its parts by"
            f" {dimension} make {_plain(added)}; correct it, or add the"
            " missing parts with state M",
            code="deposit-total",
            file=rules.file,
            line=total.line,
            column=dimension,
            seen=_plain(total.value),
            sum=_plain(added),
        )


def _check_remainder(
    total: Observation, parts: Sequence[Observation], dimension: str, rules: CheckRules
) -> None:
    """Refuse a total that leaves few people once its parts are taken off.

    Raises:
        BadRow: ``deposit-remainder``.
    """
    counts = [item.n for item in parts if item.value is not None]
    if rules.has_own_rule or total.n is None or not counts or None in counts:
        return
    remaining = total.n - sum(count for count in counts if count is not None)
    if 0 < remaining < rules.minimum:
        raise BadRow(
            f"line {total.line} of {rules.file} less its parts by {dimension} leaves {remaining}"
            f" people; at least {rules.minimum} are needed, or none",
            code="deposit-remainder",
            file=rules.file,
            line=total.line,
            column=dimension,
            seen=remaining,
            limit=rules.minimum,
        )


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _group_of(item: Observation, dimension: str) -> tuple[str, ...]:
    """Return the key of a figure without one dimension, and without the scheme of its codes."""
    without = {dimension: ""} | ({"scheme": ""} if dimension == "occupation" else {})
    fields = {name: getattr(item, name) for name in ("scheme", *DIMENSIONS)} | without
    shared = (item.concept, item.place, item.place_kind, item.measure, item.unit, item.period)
    return (*shared, item.share_of, *map(str, fields.values()))


def _overlap(parts: Sequence[Observation], dimension: str) -> bool:
    """Return whether parts are not apart: ages such as 15+ and 15-24, codes inside each other."""
    if dimension == "occupation":
        codes = [item.occupation for item in parts]
        return any(a != b and a.startswith(b) for a in codes for b in codes)
    if dimension != "age":
        return False
    spans = sorted(_span(item.age) for item in parts if item.age != "unknown")
    return any(after[0] <= before[1] for before, after in pairwise(spans))


def _span(age: str) -> tuple[int, int]:
    first, _, last = age.rstrip("+").partition("-")
    begin, end = read_whole(first), read_whole(last)
    return begin or 0, OLDEST if end is None else end
