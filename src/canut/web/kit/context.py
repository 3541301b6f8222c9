"""Template context of all pages."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from canut.actions.platform.system_clock import now_ms
from canut.store.models import Role
from canut.store.platform.instance import is_demo
from canut.store.time.claim_deciders import count_to_decide
from canut.web.kit.access import get_person, page_of, roles_anywhere
from canut.web.kit.messages import lazy_message

PROJECT_ROLES = frozenset({Role.REQUESTER, Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})


class Room(NamedTuple):
    """One entry of a navigation."""

    name: str
    url: str
    current: bool
    waiting: int = 0


class SectionPage(NamedTuple):
    """One page of a section: its label, its name in ``urls``, and how pages under it begin.

    With ``roles``, only people with one of them, and with none of ``never``, have it.
    """

    label: str
    address: str
    begins: str
    roles: frozenset[Role] = frozenset()
    never: frozenset[Role] = frozenset()

    def is_for(self, roles: frozenset[Role]) -> bool:
        """Return whether somebody with these roles has the page."""
        return not self.roles or bool(roles & self.roles and not roles & self.never)


class Section(NamedTuple):
    """One entry of the main navigation, with its audience and its pages.

    The first page is where the entry leads.
    """

    name: str
    roles: frozenset[Role]
    pages: tuple[SectionPage, ...]
    never: frozenset[Role] = frozenset()

    def is_for(self, roles: frozenset[Role]) -> bool:
        """Return whether somebody with these roles has the entry."""
        return bool(roles & self.roles) and not roles & self.never


TIME_REVIEW = (lazy_message("common.time_to_review"), "time_review", "time_review")
SECTIONS = (
    Section(
        lazy_message("common.projects"),
        PROJECT_ROLES,
        (
            SectionPage(lazy_message("common.projects"), "projects", "project"),
            SectionPage(lazy_message("common.review"), "reviews", "review"),
            SectionPage(lazy_message("common.appeals"), "appeals", "appeal"),
            SectionPage(*TIME_REVIEW, frozenset({Role.REQUESTER}), frozenset({Role.OPERATOR})),
        ),
    ),
    Section(
        lazy_message("common.work"),
        frozenset({Role.WORKER}),
        (
            SectionPage(lazy_message("common.what_i_can_do"), "work_home", "work"),
            SectionPage(lazy_message("common.my_time"), "time", "time"),
            SectionPage(lazy_message("page.context.my_pay"), "pay", "pay"),
            SectionPage(lazy_message("common.exposure"), "work_exposure", "work_exposure"),
            SectionPage(lazy_message("common.decisions_about_me"), "decisions", "decision"),
        ),
    ),
    Section(
        lazy_message("common.my_time"),
        frozenset({Role.REVIEWER}),
        (
            SectionPage(lazy_message("common.my_time"), "time", "time"),
            SectionPage(lazy_message("page.context.my_pay"), "pay", "pay"),
        ),
        never=frozenset({Role.WORKER}),  # theirs is under work
    ),
    Section(
        lazy_message("page.context.say"),
        frozenset(Role),
        (
            SectionPage(lazy_message("common.messages"), "messages", "message"),
            SectionPage(
                lazy_message("common.representatives"), "representatives", "representative"
            ),
            SectionPage(lazy_message("common.the_rules"), "rules", "rules"),
            SectionPage(lazy_message("common.my_whole_record"), "record", "record"),
        ),
    ),
    Section(
        lazy_message("page.context.operation"),
        frozenset({Role.OPERATOR}),
        (
            SectionPage(lazy_message("common.organisations"), "organisations", "organisation"),
            SectionPage(*TIME_REVIEW),
            SectionPage(lazy_message("common.payroll"), "payroll", "payroll"),
            SectionPage(lazy_message("common.floors_and_rates"), "places", "place"),
            SectionPage(lazy_message("common.what_decides_here"), "systems", "system"),
            SectionPage(lazy_message("page.context.keys"), "keys", "key"),
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
    pages = [entry for entry in (here.pages if here else ()) if entry.is_for(roles)]
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
            Room(str(entry.name), reverse(entry.pages[0].address), entry is here)
            for entry in sections
        ]
        or _public(name, is_visitor=_is_visitor(request)),
        "pages_here": [
            Room(
                str(entry.label),
                reverse(entry.address),
                entry.begins == stem,
                _waiting(request, entry),
            )
            for entry in pages
        ],
    }


def _waiting(request: HttpRequest, entry: SectionPage) -> int:
    """Return how much waits for this person on a page of the navigation."""
    if entry.address != TIME_REVIEW[1]:
        return 0
    return count_to_decide(get_person(request), now_ms())


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
        (len(entry.begins), at, entry.begins)
        for at, section in enumerate(sections)
        for entry in section.pages
        if name.startswith(entry.begins)
    ]
    if not fitting:
        return None, ""
    _length, at, stem = max(fitting)
    return sections[at], stem


def _came_from(request: HttpRequest) -> str:
    """Return the page a form was sent from if it can be opened, else the first page."""
    current = page_of(request)
    return request.path if current and "GET" in current.methods else "/"
