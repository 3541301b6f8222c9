"""Find the kinds of tasks on which a model errs more than on the rest, without crying wolf.

Which slices are looked at is fixed before looking, and never by person, place or device. Each
slice's errors are compared with those of all other tasks by an exact test; as many slices are
looked at, the false discovery rate is bounded, not each test. A slice that is found is suspected
only: it is confirmed on new answers asked for it, since the answers that raised it would always
agree with themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import exp, lgamma
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools, Floats
from canut.core.errors import BadInput, ShapeError
from canut.core.outside_text import read_number

FEWEST = 20
MOST_SLICES = 60
FEWEST_VALUES, MOST_VALUES = 2, 20  # a column with more values is no kind of task
FALSE_DISCOVERIES = 0.10
LEAST_DIFFERENCE = 0.05
LEAST_EXCESS = 3.0
SIGNS = ("=", "≤", "≥")


class SliceErrors(NamedTuple):
    """A slice's errors beside the rest's.

    ``excess``: errors beyond those the rest's rate would give. ``chance``: that as many or more
    errors fall into the slice if it is like the rest. ``false_discovery``: the smallest rate of
    false discoveries at which it would be found (Benjamini–Hochberg); ``false_discovery_any``: the
    same whatever the slices have in common (Benjamini–Yekutieli). ``is_found``: whether it is
    suspected.
    """

    name: str
    tasks: int
    errors: int
    rest_rate: float
    excess: float
    chance: float
    false_discovery: float
    false_discovery_any: float
    is_found: bool

    @property
    def rate(self) -> float:
        """The share of the slice's tasks on which the model errs."""
        return self.errors / self.tasks


def find_slices(slices: Mapping[str, Bools], is_wrong: Bools) -> list[SliceErrors]:
    """Compare each slice's errors with the rest's; the most surprising first.

    Args:
        slices: which tasks belong to each slice, each of shape (n_tasks,). Those with fewer than
            ``FEWEST`` tasks inside or outside are left out.
        is_wrong: whether the model erred on each task, shape (n_tasks,).

    Returns:
        The slices that are large enough, by their chance.

    Raises:
        BadInput: there are more than ``MOST_SLICES`` slices.
        ShapeError: a slice has another number of tasks.

    Source:
        Fisher's exact test, one-sided; Benjamini and Hochberg (1995),
        https://doi.org/10.1111/j.2517-6161.1995.tb02031.x; Benjamini and Yekutieli (2001),
        https://doi.org/10.1214/aos/1013699998
    """
    if len(slices) > MOST_SLICES:
        raise BadInput(f"{len(slices)} slices; at most {MOST_SLICES} are looked at")
    if any(members.shape != is_wrong.shape for members in slices.values()):
        raise ShapeError(f"a slice is not of the {len(is_wrong)} tasks")
    total, errors = len(is_wrong), int(is_wrong.sum())
    large = {
        name: (int(members.sum()), int((members & is_wrong).sum()))
        for name, members in slices.items()
        if FEWEST <= members.sum() <= total - FEWEST
    }
    return compare_counts(large, total, errors)


def compare_counts(
    slices: Mapping[str, tuple[int, int]], total: int, errors: int
) -> list[SliceErrors]:
    """Compare the counts of slices with the rest's; the most surprising first.

    Args:
        slices: number of tasks and of errors of each slice, with some tasks outside.
        total: number of all tasks.
        errors: number of all errors.

    Example:
        >>> found = compare_counts({"region=Nord": (60, 12), "week=47": (90, 7)}, 400, 28)
        >>> [(each.name, round(each.chance, 5), each.is_found) for each in found]
        [('region=Nord', 0.0002, True), ('week=47', 0.4479, False)]
    """
    names = list(slices)
    chances = np.array([chance_of_errors(*slices[name], total, errors) for name in names])
    discovery, any_discovery = false_discoveries(chances)
    compared = []
    for at in np.argsort(chances, kind="stable").tolist():
        tasks, of_slice = slices[names[at]]
        rest_rate = (errors - of_slice) / (total - tasks)
        excess = of_slice - tasks * rest_rate
        is_found = (
            discovery[at] <= FALSE_DISCOVERIES
            and of_slice / tasks - rest_rate >= LEAST_DIFFERENCE
            and excess >= LEAST_EXCESS
        )
        compared.append(
            SliceErrors(
                names[at],
                tasks,
                of_slice,
                rest_rate,
                excess,
                float(chances[at]),
                float(discovery[at]),
                float(any_discovery[at]),
                bool(is_found),
            )
        )
    return compared


def false_discoveries(chances: Floats) -> tuple[Floats, Floats]:
    """Return the false discovery rate at which each test would be found.

    Args:
        chances: p-value of each test, shape (n,).

    Returns:
        The rates if tests are independent or rise together, and whatever they have in common; each
        of shape (n,).
    """
    n = len(chances)
    order = np.argsort(chances, kind="stable")
    raised = chances[order] * n / np.arange(1, n + 1)
    sorted_rates = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    rates = np.empty(n)
    rates[order] = sorted_rates
    harmonic = float((1 / np.arange(1, n + 1)).sum()) if n else 1.0
    return rates, np.minimum(rates * harmonic, 1.0)


def slices_of_column(name: str, values: Sequence[str | None]) -> dict[str, Bools]:
    """Return a slice for each value of a column with 2 to 20 values; else none.

    Args:
        name: of the column.
        values: of each task, shape (n_tasks,); None where it has none.
    """
    column = np.array([value or "" for value in values], dtype=object)
    found = sorted({value for value in column.tolist() if value})
    if not FEWEST_VALUES <= len(found) <= MOST_VALUES:
        return {}
    return {f"{name} = {value}": np.asarray(column == value, np.bool_) for value in found}


def slices_of_number(name: str, values: Floats) -> dict[str, Bools]:
    """Return the lowest and the highest fifth of a number; none if it hardly varies.

    Args:
        name: of the number.
        values: of each task, shape (n_tasks,).
    """
    if not len(values):
        return {}
    low, high = np.quantile(values, (0.2, 0.8))
    if low == high:
        return {}
    return {f"{name} ≤ {low:g}": values <= low, f"{name} ≥ {high:g}": values >= high}


def chance_of_errors(tasks: int, errors: int, total: int, all_errors: int) -> float:
    """Return the chance of that many errors or more among some of all tasks (hypergeometric).

    Args:
        tasks: how many.
        errors: how many of them are errors.
        total: number of all tasks.
        all_errors: number of all errors.

    Example:
        >>> round(chance_of_errors(60, 12, 400, 28), 5)
        0.0002
    """
    most = min(tasks, all_errors)
    logs = [
        _log_ways(all_errors, count) + _log_ways(total - all_errors, tasks - count)
        for count in range(errors, most + 1)
        if tasks - count <= total - all_errors
    ]
    whole = _log_ways(total, tasks)
    return min(1.0, sum(exp(log - whole) for log in logs))


class SliceRule(NamedTuple):
    """Which tasks are of a slice: those whose ``field`` is, or is at most or least, the bound.

    ``sign`` is ``=``, ``≤`` or ``≥``.
    """

    field: str
    sign: str
    bound: str

    @property
    def name(self) -> str:
        """The slice's name, as it is compared under."""
        return f"{self.field} {self.sign} {self.bound}"

    def holds(self, cell: str | float | None) -> bool:
        """Return whether a task with this value is of the slice."""
        if cell is None:
            return False
        if self.sign == "=":
            return str(cell) == self.bound
        number = cell if isinstance(cell, float) else read_number(str(cell))
        bound = read_number(self.bound)
        if number is None or bound is None:
            return False
        return number <= bound if self.sign == "≤" else number >= bound


def read_rule(name: str, fields: Iterable[str]) -> SliceRule:
    """Return the rule of a slice from its name.

    Args:
        name: as the slices of columns and numbers are named here.
        fields: the columns and numbers there are.

    Raises:
        BadInput: it is the name of no slice.

    Example:
        >>> rule = read_rule("length ≤ 40", ["length", "region"])
        >>> rule.holds(39.0), rule.holds(41.0)
        (True, False)
    """
    for field in sorted(fields, key=len, reverse=True):
        for sign in SIGNS:
            start = f"{field} {sign} "
            if name.startswith(start) and len(name) > len(start):
                return SliceRule(field, sign, name.removeprefix(start))
    raise BadInput(f"{name[:60]!r} is no kind of task that is compared", code="incident-slice")


def _log_ways(total: int, part: int) -> float:
    return lgamma(total + 1) - lgamma(part + 1) - lgamma(total - part + 1)
