"""Parse the filter of a task list from a query string, and write it back.

What cannot be read is left out: an address that was cut short lists more, never nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from canut.core.outside_text import read_number, read_whole
from canut.store.tasks.filter_sql import Filter
from canut.store.tasks.task_list import ORDERS, STATES, PageCursor

BANDS: Mapping[str, tuple[float | None, float | None]] = {
    "0-50": (None, 0.5),
    "50-80": (0.5, 0.8),
    "80-95": (0.8, 0.95),
    "95-100": (0.95, None),
}
STATE_WORDS: Mapping[str, str] = {
    "open": "page.filter.wants_answers",
    "closed": "page.filter.has_its_answers",
    "aside": "common.withdrawn",
}
FOLDED = frozenset({"sure", "worker", "flagged", "known"})  # away, on a small screen
LONGEST = 200


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """A submitted filter with its order and cursor."""

    given: Mapping[str, str]
    order: str
    is_down: bool
    place: PageCursor | None
    is_before: bool

    @property
    def is_any(self) -> bool:
        """Return whether any filter is set."""
        return bool(self.given)

    @property
    def is_more_given(self) -> bool:
        """Return whether a filter is set that small screens fold away."""
        return bool(self.given.keys() & FOLDED)

    def filter(self, project: int) -> Filter:
        """Return the filter for a project."""
        low, high = BANDS.get(self.given.get("sure", ""), (None, None))
        return Filter(
            project,
            state=self.given.get("state", ""),
            low=low,
            high=high,
            label=self.given.get("label", ""),
            worker=self.given.get("worker", ""),
            flagged="flagged" in self.given,
            known="known" in self.given,
            text=self.given.get("q", ""),
        )

    def link(self, **instead: str) -> str:
        """Write the query string of the same filter and order."""
        fields = {**self.given, "order": self.order, "down": "1" if self.is_down else "", **instead}
        return urlencode({name: value for name, value in fields.items() if value})

    def link_to(self, order: str) -> str:
        """Write the query string that sorts by a column, reversed if it already does."""
        is_down = order == self.order and not self.is_down
        return self.link(order=order, down="1" if is_down else "")


def read_filter(query: QueryDict) -> TaskQuery:
    """Parse a filter from a query string or a form."""
    terms: dict[str, str] = {}
    for name in ("label", "worker", "q"):
        text = query.get(name, "").strip()[:LONGEST]
        if text:
            terms[name] = text
    for name, allowed in (("state", STATES), ("sure", tuple(BANDS))):
        text = query.get(name, "")
        if text in allowed:
            terms[name] = text
    for name in ("flagged", "known"):
        if query.get(name):
            terms[name] = "1"
    order = query.get("order", "")
    before = _place(query.get("before", ""))
    return TaskQuery(
        terms,
        order if order in ORDERS else ORDERS[0],
        bool(query.get("down")),
        before or _place(query.get("after", "")),
        before is not None,
    )


def written(cursor: PageCursor) -> str:
    """Format a cursor for a query string."""
    return f"{cursor.value!r}~{cursor.task}"


def _place(text: str) -> PageCursor | None:
    value, _, task = text.partition("~")
    number, task_id = read_number(value), read_whole(task)
    return None if number is None or task_id is None else PageCursor(number, task_id)
