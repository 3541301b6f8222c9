"""Parse the filter of a task list from a query string, and write it back.

A filter is typed in one line: ``sure:<80 by:Nour label:shuttle`` and words, in either language.
What cannot be read is left out: an address that was cut short lists more, never nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from canut.core.outside_text import read_number, read_whole
from canut.store.models import Project
from canut.store.tasks.filter_sql import Filter
from canut.store.tasks.task_list import ORDERS, STATES, PageCursor
from canut.web.kit.messages import message_now
from canut.web.tasks.worker_names import id_of

STATE_WORDS: Mapping[str, str] = {
    "open": "page.filter.wants_answers",
    "closed": "page.filter.has_its_answers",
    "aside": "common.withdrawn",
    "gold": "common.known_answer",
    "audit": "page.filter.has_its_answers",
}
LONGEST = 200
FLAG_WORDS: Mapping[str, str] = {
    "flagged": "page.filter.is_flagged",
    "known": "page.filter.is_known",
    "busy": "page.filter.is_busy",
    "unanswered": "page.filter.is_unanswered",
}
TERM_WORDS: Mapping[str, str] = {
    "worker": "page.filter.of_worker",
    "label": "page.filter.of_label",
    "q": "page.filter.of_q",
}
FLAGS = ("flagged", "known", "busy", "unanswered")
SURE = re.compile(
    r"<(?P<below>[0-9]{1,3})|>(?P<above>[0-9]{1,3})|(?P<low>[0-9]{1,3})-(?P<high>[0-9]{1,3})"
)
TERM = re.compile(r'(?P<name>\w+):(?:"(?P<quoted>[^"]*)"|(?P<plain>\S+))|(?P<word>\S+)')
NAMES: Mapping[str, str] = {
    "sure": "sure",
    "certitude": "sure",
    "by": "worker",
    "par": "worker",
    "label": "label",
    "étiquette": "label",
    "etiquette": "label",
    "state": "state",
    "état": "state",
    "etat": "state",
    "is": "is",
    "est": "is",
}
STATES_TYPED: Mapping[str, str] = {
    "open": "open",
    "done": "closed",
    "closed": "closed",
    "withdrawn": "aside",
    "aside": "aside",
    "ouverte": "open",
    "faite": "closed",
    "retirée": "aside",
}
FLAGS_TYPED: Mapping[str, str] = {
    "flagged": "flagged",
    "known": "known",
    "busy": "busy",
    "unanswered": "unanswered",
    "signalée": "flagged",
    "connue": "known",
    "prêtée": "busy",
    "sans-réponse": "unanswered",
}
VIEWS: Mapping[str, Mapping[str, str]] = {
    "all": {},
    "unsure": {"sure": "<80", "state": "closed"},
    "done": {"state": "closed"},
    "busy": {"busy": "1"},
    "unanswered": {"unanswered": "1"},
    "flagged": {"flagged": "1"},
    "known": {"known": "1"},
}
"""The views every project has; each is a filter."""


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

    def filter(self, request: HttpRequest, project: Project) -> Filter:
        """Return the filter for a project; people are those the reader calls so."""
        low, high = bounds_of(self.given.get("sure", ""))
        worker = self.given.get("worker", "")
        return Filter(
            project.pk,
            state=self.given.get("state", ""),
            low=low,
            high=high,
            label=self.given.get("label", ""),
            worker=id_of(request, project, worker) if worker else "",
            flagged="flagged" in self.given,
            known="known" in self.given,
            text=self.given.get("q", ""),
            busy="busy" in self.given,
            unanswered="unanswered" in self.given,
        )

    def without(self, name: str) -> "TaskQuery":
        """Return the same filter without one of its terms, from the beginning."""
        terms = {other: value for other, value in self.given.items() if other != name}
        return TaskQuery(terms, self.order, self.is_down, None, is_before=False)

    def link(self, **instead: str) -> str:
        """Write the query string of the same filter and order."""
        fields = {**self.given, "order": self.order, "down": "1" if self.is_down else "", **instead}
        return urlencode({name: value for name, value in fields.items() if value})

    def link_to(self, order: str) -> str:
        """Write the query string that sorts by a column, reversed if it already does."""
        is_down = order == self.order and not self.is_down
        return self.link(order=order, down="1" if is_down else "")


def read_filter(query: QueryDict) -> TaskQuery:
    """Parse a filter from a query string or a form; ``f`` is the typed line, added to the rest."""
    terms = {
        name: text
        for name in ("label", "worker", "q")
        if (text := query.get(name, "").strip()[:LONGEST])
    }
    state, sure = query.get("state", ""), query.get("sure", "")
    if state in STATES:
        terms["state"] = state
    if is_sure(sure):
        terms["sure"] = sure
    terms |= {name: "1" for name in FLAGS if query.get(name)}
    for name, text in typed_terms(query.get("f", "")[: 4 * LONGEST]).items():
        terms[name] = f"{terms['q']} {text}"[:LONGEST] if name == "q" and "q" in terms else text
    order = query.get("order", "")
    before = _place(query.get("before", ""))
    return TaskQuery(
        terms,
        order if order in ORDERS else ORDERS[0],
        bool(query.get("down")),
        before or _place(query.get("after", "")),
        before is not None,
    )


def typed_terms(line: str) -> dict[str, str]:
    """Parse a typed line; a term that is not understood is looked for as words.

    >>> typed_terms('sure:<80 by:"Lou Martel" très bon')
    {'sure': '<80', 'worker': 'Lou Martel', 'q': 'très bon'}
    """
    terms: dict[str, str] = {}
    words: list[str] = []
    for match in TERM.finditer(line):
        name = NAMES.get((match["name"] or "").casefold(), "")
        value = (match["quoted"] if match["quoted"] is not None else match["plain"] or "").strip()
        typed = value.casefold()
        if name == "is" and typed in FLAGS_TYPED:
            terms[FLAGS_TYPED[typed]] = "1"
        elif name == "state" and typed in STATES_TYPED:
            terms["state"] = STATES_TYPED[typed]
        elif name == "sure" and is_sure(value.rstrip("%")):
            terms["sure"] = value.rstrip("%")
        elif name in {"worker", "label"} and value:
            terms[name] = value[:LONGEST]
        else:
            words.append(match[0])
    if words:
        terms["q"] = " ".join(words)[:LONGEST]
    return terms


def is_sure(text: str) -> bool:
    """Return whether a text is a range of confidence: ``<80``, ``>95`` or ``50-80``."""
    return SURE.fullmatch(text) is not None


def bounds_of(text: str) -> tuple[float | None, float | None]:
    """Return the least and the greatest confidence of a range, the greatest left out.

    >>> bounds_of("<80"), bounds_of("50-80"), bounds_of("95-100")
    ((None, 0.8), (0.5, 0.8), (0.95, None))
    """
    match = SURE.fullmatch(text)
    if match is None:
        return None, None
    if match["below"]:
        return None, int(match["below"]) / 100
    if match["above"]:
        return int(match["above"]) / 100, None
    low, high = int(match["low"]) / 100, int(match["high"]) / 100
    return low or None, high if high < 1 else None


def term_words(name: str, value: str) -> str:
    """Describe one term of a filter."""
    if name == "sure":
        low, high = bounds_of(value)
        if low is None:
            return message_now("page.filter.sure_below", high=round(100 * (high or 0)))
        if high is None:
            return message_now("page.filter.sure_above", low=round(100 * low))
        return message_now("page.filter.sure_between", low=round(100 * low), high=round(100 * high))
    if name == "state":
        return message_now(STATE_WORDS[value])
    if name in FLAGS:
        return message_now(FLAG_WORDS[name])
    return message_now(TERM_WORDS[name], value=value)


def written(cursor: PageCursor) -> str:
    """Format a cursor for a query string."""
    return f"{cursor.value!r}~{cursor.task}"


def _place(text: str) -> PageCursor | None:
    value, _, task = text.partition("~")
    number, task_id = read_number(value), read_whole(task)
    return None if number is None or task_id is None else PageCursor(number, task_id)
