"""Whether the difference of two editions of one quarter would show few people.

Both editions stand side by side, so their difference is published too. It concerns every person
of whom any input changed, not only those paid since. Reads nothing: inputs come from the caller.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, cast

from canut.core.portrait.disclosure.dominance import is_protected

FEWEST_CHANGED = 10

type Amounts = Mapping[str, int]


class EditionInputs(NamedTuple):
    """What one edition was computed from.

    Args:
        people: amounts by name, one mapping a person.
        shared: numbers of the quarter that are no single person's, by name.
    """

    people: Mapping[int, Amounts]
    shared: Amounts


def amounts_of(items: Iterable[tuple[object, ...]]) -> dict[int, dict[str, int]]:
    """Flatten rows of single people into amounts by name, whatever dimensions they have.

    The kind of row and its texts, such as its occupation, are the stem of its names; numbers and
    mappings of numbers are its amounts. Rows of simulated people are left out.

    Args:
        items: rows of people, named tuples with a field ``person``.
    """
    people: dict[int, dict[str, int]] = {}
    for item in items:
        fields = _fields_of(item)
        if fields.get("is_simulated"):
            continue
        person = fields.pop("person")
        if not isinstance(person, int):
            raise TypeError(f"{type(item).__name__} is of {person!r}; expected a person’s number")
        texts = (text for text in fields.values() if isinstance(text, str))
        stem = ".".join((type(item).__name__, *texts))
        amounts = people.setdefault(person, {})
        for name, amount in _flat(fields, stem):
            amounts[name] = amounts.get(name, 0) + amount
    return people


def _flat(fields: Mapping[str, object], stem: str) -> Iterator[tuple[str, int]]:
    for name, field in fields.items():
        key = f"{stem}.{name}"
        if isinstance(field, Mapping):
            yield from _flat(cast("Mapping[str, object]", field), key)
        elif isinstance(field, tuple) and hasattr(field, "_fields"):
            yield from _flat(_fields_of(cast("tuple[object, ...]", field)), key)
        elif isinstance(field, int) and not isinstance(field, bool) and field:
            yield key, field


def _fields_of(item: tuple[object, ...]) -> dict[str, object]:
    names = cast("tuple[str, ...]", getattr(type(item), "_fields", ()))
    return dict(zip(names, item, strict=True))


def changed_people(before: EditionInputs, after: EditionInputs) -> set[int]:
    """Return the people of whom any input row differs between two editions."""
    people = {*before.people, *after.people}
    return {
        person for person in people if before.people.get(person, {}) != after.people.get(person, {})
    }


def disclosing_changes(before: EditionInputs, after: EditionInputs) -> tuple[str, ...]:
    """Name the sums whose difference between two editions breaks the p % rule."""
    changes: dict[str, list[int]] = {}
    for person in changed_people(before, after):
        old, new = before.people.get(person, {}), after.people.get(person, {})
        for name in {*old, *new}:
            change = new.get(name, 0) - old.get(name, 0)
            if change:
                changes.setdefault(name, []).append(change)
    return tuple(sorted(name for name, amounts in changes.items() if not is_protected(amounts)))


def may_correct(before: EditionInputs, after: EditionInputs) -> bool:
    """Return whether a correction may be published now; else it waits for the next quarter.

    It may where nothing changed of anybody, or where inputs of ten people or more changed and the
    p % rule holds on every difference. Inputs of other names cannot be compared: it waits.
    """
    n_changed = len(changed_people(before, after))
    if not n_changed:
        return dict(before.shared) == dict(after.shared)
    if _names(before) != _names(after):
        return False
    return n_changed >= FEWEST_CHANGED and not disclosing_changes(before, after)


def _names(inputs: EditionInputs) -> set[str]:
    """Return the names of all amounts: those of another version of Canut may differ."""
    return {name for amounts in inputs.people.values() for name in amounts}
