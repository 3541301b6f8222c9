"""List the kinds of pages that heartbeats may name, and how silence on each counts.

A heartbeat names one of these kinds; anything unlisted is neither measured nor stored. Items are
what people judge; all other kinds are overhead, which counts too. Where the number of words of a
page is unknown, the usual page of its kind is assumed.
"""

import re
from typing import NamedTuple

from canut.core.time.beats import Surface
from canut.core.time.breaks import BREAK_MS
from canut.core.time.silence_allowance import PageContent

PLATFORM = "platform"
_NAME = re.compile("(?P<sort>[a-z]+)(?::(?P<number>[0-9]{1,15}))?")


class Sort(NamedTuple):
    """One kind of surface.

    Args:
        words: number of words of a usual page.
        is_item: True for an item, False for the overhead around items.
        is_counted: False for a pause that somebody takes.
        is_break: True for a paid break: the page shows nothing to do.
    """

    words: int = 100
    is_item: bool = False
    is_counted: bool = True
    is_break: bool = False


SORTS: dict[str, Sort] = {
    "item": Sort(is_item=True),
    "practice": Sort(is_item=True),
    "review": Sort(300),
    "queue": Sort(150),
    "why": Sort(250),
    "instructions": Sort(250),
    "lesson": Sort(250, is_item=True),
    "marking": Sort(400, is_item=True),
    "ethics": Sort(400, is_item=True),
    "reading": Sort(250, is_item=True),
    "test": Sort(250, is_item=True),
    "break": Sort(is_break=True),
    "pause": Sort(is_counted=False),
    "time": Sort(250),
    "pay": Sort(400),
    "messages": Sort(300),
    "appeals": Sort(300),
    "account": Sort(150),
    "page": Sort(200),
}
# What pages of addresses count as, by how their names begin; the first that fits.
PAGES: tuple[tuple[str, str], ...] = (
    ("work_home", "queue"),
    ("home", "queue"),
    ("time_break", "break"),
    ("time", "time"),
    ("pay", "pay"),
    ("statement", "pay"),
    ("period", "pay"),
    ("bank", "pay"),
    ("message", "messages"),
    ("question", "messages"),
    ("appeal", "appeals"),
    ("decision", "appeals"),
    ("account", "account"),
)


def sort_of(surface: str) -> str:
    """Return the kind of a surface: ``item`` of ``item:12``."""
    return surface.partition(":")[0]


def is_surface(name: str) -> bool:
    """Return whether a name is a listed kind, alone or with a number: ``item:12``, ``queue``.

    >>> is_surface("item:12"), is_surface("item:²"), is_surface("item:")
    (True, False, False)
    """
    read = _NAME.fullmatch(name)
    return read is not None and read["sort"] in SORTS


def lease_of(surface: str) -> int | None:
    """Return the lease that an item's surface names; None for any other surface.

    Surfaces stored before their numbers were checked may have any text after the colon.

    >>> lease_of("item:12"), lease_of("item:²"), lease_of("review:12")
    (12, None, None)
    """
    read = _NAME.fullmatch(surface)
    is_item = read is not None and read["sort"] == "item" and read["number"]
    return int(read["number"]) if read is not None and is_item else None


def surface_of_page(name: str) -> str:
    """Return the surface of a page, by its URL name."""
    return next((sort for begins, sort in PAGES if name.startswith(begins)), "page")


def surface(sort: str, project: int | None, content: PageContent | None = None) -> Surface:
    """Return how a surface is measured; unlisted ones count as items, like old heartbeats.

    Args:
        sort: kind of the surface.
        project: project of the work; None for the platform's own pages.
        content: what it holds; a usual page of its kind if None.
    """
    kind = SORTS.get(sort, Sort(is_item=True))
    if kind.is_break:
        return Surface(project, is_item=False, allowance_ms=BREAK_MS, grace_ms=BREAK_MS)
    shown = PageContent(kind.words) if content is None else content
    return Surface(
        project,
        is_item=kind.is_item,
        is_counted=kind.is_counted,
        allowance_ms=shown.allowance_ms,
        grace_ms=shown.grace_ms,
    )
