"""The pages of an edition: their order, their names and their addresses."""

from collections.abc import Mapping
from typing import NamedTuple

from django.urls import reverse

from canut.store.tables.portrait import PortraitRelease
from canut.web.kit.messages import message_now

WHY, TABLE, JOBS, PEOPLE = "why", "table", "jobs", "people"
FIGURE_PAGES = (WHY, TABLE, JOBS, PEOPLE)
NAMES: Mapping[str, tuple[str, str]] = {
    "c0": ("page.portrait.name_bars", "page.portrait.about_bars"),
    WHY: ("page.portrait.name_why", "page.portrait.about_why"),
    "c1": ("page.portrait.name_rings", "page.portrait.about_rings"),
    "c2": ("page.portrait.name_visible", "page.portrait.about_visible"),
    "c3": ("page.portrait.name_same_table", "page.portrait.about_same_table"),
    TABLE: ("page.portrait.name_table", "page.portrait.about_table"),
    "c4": ("page.portrait.name_pay", "page.portrait.about_pay"),
    "c5": ("page.portrait.name_spread", "page.portrait.about_spread"),
    "c6": ("page.portrait.name_time", "page.portrait.about_time"),
    "c6b": ("page.portrait.name_gestures", "page.portrait.about_gestures"),
    "c13": ("page.portrait.name_protection", "page.portrait.about_protection"),
    "c12": ("page.portrait.name_chain", "page.portrait.about_chain"),
    "c12b": ("page.portrait.name_places", "page.portrait.about_places"),
    "c10": ("page.portrait.name_decided", "page.portrait.about_decided"),
    "c11": ("page.portrait.name_inside", "page.portrait.about_inside"),
    JOBS: ("page.portrait.name_jobs", "page.portrait.about_jobs"),
    PEOPLE: ("page.portrait.name_people", "page.portrait.about_people"),
}
ORDER = tuple(NAMES)
GROUPS = (
    ("page.portrait.group_who", (WHY, "c1", "c2", "c3", TABLE)),
    ("page.portrait.group_pay", ("c4", "c5", "c6", "c6b", "c13", "c12", "c12b")),
    ("page.portrait.group_machines", ("c10", "c11", JOBS, PEOPLE)),
)


class PageLink(NamedTuple):
    """A page of an edition: its address, its name, and what one finds there."""

    address: str
    name: str
    about: str


def page_name(key: str) -> str:
    """Return the name of a page."""
    return message_now(NAMES[key][0])


def page_address(stored: PortraitRelease | None, key: str) -> str:
    """Return the address of a chart's page."""
    if stored is None:
        return reverse("portrait_latest_chart", args=[key])
    return reverse("portrait_chart", args=[stored.period, stored.edition, key])


def edition_address(stored: PortraitRelease | None) -> str:
    """Return the address of an edition's first screen."""
    if stored is None:
        return reverse("portrait")
    return reverse("portrait_edition", args=[stored.period, stored.edition])


def page_links(stored: PortraitRelease | None) -> dict[str, PageLink]:
    """Return the link of every page of an edition, by key, in order."""
    return {
        key: PageLink(page_address(stored, key), message_now(name), message_now(about))
        for key, (name, about) in NAMES.items()
    }
