"""Isolate scheduled work on one row, so that a row that cannot be read stops no other.

What fails is logged with its traceback once an hour and recorded as a fact, which ``canut doctor``
names to the operator with what to do. An outage of the database concerns every row: it is raised.
"""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import partial
from time import monotonic

from django.db import connection, transaction

from canut.actions.platform import system_clock
from canut.actions.platform.instance_facts import keep_fact
from canut.core.errors import Refusal
from canut.store.operations.row_faults import FAULT
from canut.store.platform.transient_errors import as_transient
from canut.store.tables.platform import Fact

REPEAT_SECONDS = 3600.0
DATA_FAULTS = (ValueError, TypeError, ArithmeticError, LookupError, AttributeError, Refusal)
LONGEST_NAME, LONGEST_PROBLEM = 40, 200
_reported: dict[str, float] = {}
_log = logging.getLogger("canut.schedule")


def attempt[T](kind: str, row: int | str, act: Callable[[], T]) -> T | None:
    """Run an action about one row; return its result, or None if it failed and was reported.

    Args:
        kind: what the row is, such as ``project``.
        row: its number, or the name of a step.
        act: the action, in a transaction of its own.

    Raises:
        Exception: the database is away or the disk full; it is tried again as a whole.
    """
    name = f"{FAULT}{kind}-{row}"[:LONGEST_NAME]
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            result = act()
    except Exception as failure:
        if as_transient(failure) is not None:
            raise
        _report(name, failure)
        return None
    if _reported.pop(name, None) is not None:
        Fact.objects.filter(name=name).delete()
    return result


def attempt_each(kind: str, rows: Iterable[int], act: Callable[[int], int | bool | None]) -> int:
    """Run an action about each row by number; add up what the actions return."""
    done = 0
    for row in rows:
        result = attempt(kind, row, partial(act, row))
        done += result or 0
    return done


def attempt_many[T](
    kind: str, rows: Sequence[int], act: Callable[[Sequence[int]], Iterable[T]]
) -> list[T]:
    """Run an action about many rows at once; if it fails, about each row by itself."""
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return list(act(rows))
    except DATA_FAULTS:
        return [
            result
            for row in rows
            for result in attempt(kind, row, partial(_listed, act, row)) or ()
        ]


def _listed[T](act: Callable[[Sequence[int]], Iterable[T]], row: int) -> list[T]:
    return list(act([row]))


def _report(name: str, failure: Exception) -> None:
    """Log and record a failure, at most once an hour."""
    last = _reported.get(name)
    if last is not None and monotonic() - last < REPEAT_SECONDS:
        return
    _log.error(
        "%s failed and is left out; everything else goes on. See canut doctor",
        name.removeprefix(FAULT),
        exc_info=failure,
    )
    problem = f"{type(failure).__name__}: {failure}"[:LONGEST_PROBLEM]
    keep_fact(name, json.dumps({"problem": problem, "at_ms": system_clock.now_ms()}))
    _reported[name] = monotonic()
