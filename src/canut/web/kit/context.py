"""Template context of all pages."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from canut.store.models import Role
from canut.store.platform.instance import is_demo
from canut.web.kit.access import page_of, roles_anywhere
from canut.web.kit.messages import lazy_message

PROJECT_ROLES = frozenset({Role.REQUESTER, Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})


class Room(NamedTuple):
    """One entry of a navigation."""

    name: str
    url: str
    current: bool


class Section(NamedTuple):
    """One entry of the main navigation, with its audience and its pages.

    Each page: what it is called, its name in ``urls``, and how the names of the pages under it
    begin. The first page is where the entry leads.
    """

    name: str
    roles: frozenset[Role]
    pages: tuple[tuple[str, str, str], ...]
    never: frozenset[Role] = frozenset()

    def is_for(self, roles: frozenset[Role]) -> bool:
        """Return whether somebody with these roles has the entry."""
        return bool(roles & self.roles) and not roles & self.never


SECTIONS = (
    Section(
        lazy_message("common.projects"),
        PROJECT_ROLES,
        (
            (lazy_message("common.projects"), "projects", "project"),
            (lazy_message("common.review"), "reviews", "review"),
            (lazy_message("common.appeals"), "appeals", "appeal"),
        ),
    ),
    Section(
        lazy_message("common.work"),
        frozenset({Role.WORKER}),
        (
            (lazy_message("common.what_i_can_do"), "work_home", "work"),
            (lazy_message("common.my_time"), "time", "time"),
            (lazy_message("page.context.my_pay"), "pay", "pay"),
            (lazy_message("common.exposure"), "work_exposure", "work_exposure"),
            (lazy_message("common.decisions_about_me"), "decisions", "decision"),
        ),
    ),
    Section(
        lazy_message("common.my_time"),
        frozenset({Role.REVIEWER}),
        (
            (lazy_message("common.my_time"), "time", "time"),
            (lazy_message("page.context.my_pay"), "pay", "pay"),
        ),
        never=frozenset({Role.WORKER}),  # theirs is under work
    ),
    Section(
        lazy_message("page.context.say"),
        frozenset(Role),
        (
            (lazy_message("common.messages"), "messages", "message"),
            (lazy_message("common.representatives"), "representatives", "representative"),
            (lazy_message("common.the_rules"), "rules", "rules"),
            (lazy_message("common.my_whole_record"), "record", "record"),
        ),
    ),
    Section(
        lazy_message("page.context.operation"),
        frozenset({Role.OPERATOR}),
        (
            (lazy_message("common.organisations"), "organisations", "organisation"),
            (lazy_message("common.time_to_review"), "time_review", "time_review"),
            (lazy_message("common.payroll"), "payroll", "payroll"),
            (lazy_message("common.floors_and_rates"), "places", "place"),
            (lazy_message("common.what_decides_here"), "systems", "system"),
            (lazy_message("page.context.keys"), "keys", "key"),
        ),
    ),
)
PUBLIC = (
    (lazy_message("common.portrait"), "portrait", "portrait"),
    (lazy_message("common.labour_cards"), "cards", "card"),
    (lazy_message("common.ledger"), "ledger", "ledger"),
)
"""Where a visitor may go: each page as in a section."""


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation, the current page, and the settings all templates use."""
    current = page_of(request)
    name = current.name if current else ""
    roles = roles_anywhere(request)
    sections = [section for section in SECTIONS if section.is_for(roles)]
    here, stem = _place(sections, name)
    return {
        "page_name": name,
        "this_page": request.get_full_path() if request.method == "GET" else _came_from(request),
        "is_demo": is_demo(),
        "sends_mail": settings.SENDS_MAIL,
        "support": settings.SUPPORT,
        "sign_in_service": (settings.SIGN_IN_SERVICE or {}).get("name", ""),
        "is_worker": Role.WORKER in roles,
        "is_reviewer": Role.REVIEWER in roles,
        "rooms": [
            Room(str(entry.name), reverse(entry.pages[0][1]), entry is here) for entry in sections
        ]
        or _public(name, is_visitor=_is_visitor(request)),
        "pages_here": [
            Room(str(label), reverse(address), begins == stem)
            for label, address, begins in (here.pages if here else ())
        ],
    }


def _is_visitor(request: HttpRequest) -> bool:
    """Return whether nobody is signed in; False before that is known."""
    user = getattr(request, "user", None)
    return user is not None and not user.is_authenticated


def _public(name: str, *, is_visitor: bool) -> list[Room]:
    """Return the navigation of a visitor."""
    return [
        Room(str(label), reverse(address), name.startswith(stem))
        for label, address, stem in (PUBLIC if is_visitor else ())
    ]


def _place(sections: Sequence[Section], name: str) -> tuple[Section | None, str]:
    """Find the section of a page, and the longest prefix that matches its name."""
    fitting = [
        (len(stem), at, stem)
        for at, section in enumerate(sections)
        for _label, _address, stem in section.pages
        if name.startswith(stem)
    ]
    if not fitting:
        return None, ""
    _length, at, stem = max(fitting)
    return sections[at], stem


def _came_from(request: HttpRequest) -> str:
    """Return the page a form was sent from if it can be opened, else the first page."""
    current = page_of(request)
    return request.path if current and "GET" in current.methods else "/"
