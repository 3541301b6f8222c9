"""List what a page of Canut may say it shows, and how its silence is read.

A beat names one of these and nothing else: what is not listed is not measured, and not kept. Items
are what people judge; all others are the overhead around them, which counts too. Where a page's
words are not known, a usual page of that sort is assumed.
"""

import re
from typing import NamedTuple

from canut.core.time.beats import Surface
from canut.core.time.breaks import BREAK_MS
from canut.core.time.silence_allowance import allowance_ms

PLATFORM = "platform"
_NAME = re.compile("(?P<sort>[a-z]+)(?::(?P<number>[0-9]{1,15}))?")


class Sort(NamedTuple):
    """One sort of surface.

    Args:
        words: how many a usual page of it holds.
        is_item: whether it is an item, or the overhead around items.
        is_counted: False for a pause that somebody takes for themselves.
        is_break: a paid break: nothing is to be seen or done on it.
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
    """Return the sort of a surface: ``item`` of ``item:12``."""
    return surface.partition(":")[0]


def is_surface(name: str) -> bool:
    """Return whether a name is a listed sort, alone or with a number: ``item:12``, ``queue``.

    >>> is_surface("item:12"), is_surface("item:²"), is_surface("item:")
    (True, False, False)
    """
    read = _NAME.fullmatch(name)
    return read is not None and read["sort"] in SORTS


def lease_of(surface: str) -> int | None:
    """Return the lease that an item's surface names; None for any other surface.

    Surfaces stored before their numbers were checked may hold anything behind the colon.

    >>> lease_of("item:12"), lease_of("item:²"), lease_of("review:12")
    (12, None, None)
    """
    read = _NAME.fullmatch(surface)
    is_item = read is not None and read["sort"] == "item" and read["number"]
    return int(read["number"]) if read is not None and is_item else None


def surface_of_page(name: str) -> str:
    """Return what a page counts as, by the name of its address."""
    return next((sort for begins, sort in PAGES if name.startswith(begins)), "page")


def surface(sort: str, project: int | None, words: int | None = None) -> Surface:
    """Say how a surface is measured; one that is not listed counts as an item, as kept beats do.

    Args:
        sort: of the surface.
        project: whose work it is; None for the platform's own.
        words: how many there are to read; None where nobody knows.
    """
    kind = SORTS.get(sort, Sort(is_item=True))
    if kind.is_break:
        return Surface(project, is_item=False, allowance_ms=BREAK_MS, grace_ms=BREAK_MS)
    return Surface(
        project,
        is_item=kind.is_item,
        is_counted=kind.is_counted,
        allowance_ms=allowance_ms(words=kind.words if words is None else words),
    )
