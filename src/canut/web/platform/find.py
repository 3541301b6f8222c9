"""Find or go to: places, settings, projects, people and tasks, by words.

A person finds only what they may open. The page works without a script; the dialog that Ctrl K
opens asks the same address for JSON.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from canut.store.models import Project, Role
from canut.store.people.find import members_named
from canut.store.tasks.filter_sql import Filter
from canut.store.tasks.row_texts import texts_of_row
from canut.store.tasks.task_list import PageCursor, ids_after, tasks_in
from canut.web.kit.access import get_person, list_projects, roles_anywhere, roles_in
from canut.web.kit.audiences import OPERATORS, READERS, REQUESTERS
from canut.web.kit.messages import lazy_message, message_now
from canut.web.kit.navigation import Navigation
from canut.web.kit.project_tabs import TABS

MOST = 6
LONGEST = 80
MOST_WORDS_OF_A_TASK = 70


class NamedAddress(NamedTuple):
    """An address that has a name, and other names it goes by."""

    name: str
    also: str
    address: str


class Item(msgspec.Struct):
    """One line that was found: its name, what it is, and its address."""

    name: str
    where: str
    url: str


class ItemGroup(msgspec.Struct):
    """Lines of one kind."""

    name: str
    items: list[Item]


PROJECT_SETTINGS = (
    NamedAddress(
        lazy_message("page.find.question"),
        lazy_message("page.find.also_question"),
        "project_question",
    ),
    NamedAddress(
        lazy_message("common.answers_per_task"),
        lazy_message("page.find.also_answers_per_task"),
        "project_asking",
    ),
    NamedAddress(
        lazy_message("page.find.known_answers"),
        lazy_message("page.find.also_known_answers"),
        "project_checks",
    ),
    NamedAddress(
        lazy_message("page.find.who_may_answer"),
        lazy_message("page.find.also_who_may_answer"),
        "project_who",
    ),
    NamedAddress(
        lazy_message("common.panels"), lazy_message("page.find.also_panels"), "project_panels"
    ),
    NamedAddress(
        lazy_message("common.webhooks"), lazy_message("page.find.also_webhooks"), "project_webhooks"
    ),
    NamedAddress(
        lazy_message("page.find.pause"), lazy_message("page.find.also_pause"), "project_life"
    ),
    NamedAddress(
        lazy_message("common.how_it_is_reviewed"),
        lazy_message("common.review"),
        "project_review_rule",
    ),
    NamedAddress(
        lazy_message("common.invite"), lazy_message("page.find.also_invite"), "project_invitations"
    ),
    NamedAddress(
        lazy_message("common.export"), lazy_message("page.find.also_export"), "project_export"
    ),
)
"""What a requester changes in a project, by the names people look for."""
PAYROLL = (
    NamedAddress(
        lazy_message("page.terms_changes.title"), lazy_message("common.payroll"), "payroll_changes"
    ),
    NamedAddress(lazy_message("common.pay_rules"), lazy_message("common.payroll"), "payroll_rules"),
    NamedAddress(
        lazy_message("page.place_packs.legal_values"),
        lazy_message("common.payroll"),
        "payroll_places",
    ),
    NamedAddress(
        lazy_message("page.exchange.exchange_rates"),
        lazy_message("common.payroll"),
        "payroll_exchange",
    ),
    NamedAddress(
        lazy_message("page.cost_rules.title"), lazy_message("common.payroll"), "payroll_costs"
    ),
    NamedAddress(
        lazy_message("page.opening.title"), lazy_message("common.payroll"), "payroll_opening"
    ),
    NamedAddress(
        lazy_message("page.year_end.title"), lazy_message("common.payroll"), "payroll_year_end"
    ),
)
"""Pages of payroll, for operators."""
ACCOUNT = (
    NamedAddress(
        lazy_message("common.my_account"), lazy_message("page.find.also_account"), "account"
    ),
    NamedAddress(
        lazy_message("common.where_i_am_signed"),
        lazy_message("page.find.also_signed"),
        "account_sessions",
    ),
    NamedAddress(lazy_message("common.where_my_answers_went"), "", "answers_went"),
    NamedAddress(lazy_message("common.terms_of_use"), "", "rules_terms"),
    NamedAddress(lazy_message("common.portrait"), "", "portrait"),
    NamedAddress(lazy_message("common.labour_cards"), "", "cards"),
    NamedAddress(lazy_message("common.ledger"), lazy_message("page.find.also_ledger"), "ledger"),
    NamedAddress(lazy_message("common.what_decides_here"), "", "systems"),
)
"""Pages that everybody may open, beside the list of places."""


def find(request: HttpRequest) -> HttpResponse:
    """List what a person may open whose name has the words of ``q``, as a page or as JSON."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    here = _project_here(request)
    groups = list(_found(request, words, here))
    if request.GET.get("form") == "json":
        return HttpResponse(msgspec.json.encode(groups), content_type="application/json")
    context = {"words": words, "groups": groups, "here": here}
    return render(request, "platform/find.html", context)


def _found(request: HttpRequest, words: str, here: Project | None) -> Iterator[ItemGroup]:
    """Yield what has these words, grouped; the project one is in comes first."""
    person = get_person(request)
    if words and here is not None:
        yield from _some(here.title, _in_project(request, here, words))
    yield from _some(message_now("page.navigation.places"), _places(request, words))
    followed = list_projects(person, READERS.roles)
    yield from _some(
        message_now("common.projects"),
        (
            Item(project.title, project.organisation.name, reverse("project", args=[project.slug]))
            for project in followed
            if words and _has(project.title, words)
        ),
    )
    worked = list_projects(person, frozenset({Role.WORKER}))
    yield from _some(
        message_now("common.work"),
        (
            Item(
                project.title,
                project.organisation.name,
                reverse("workbench", args=[project.slug]),
            )
            for project in worked
            if words and _has(project.title, words)
        ),
    )
    if words:
        managed = [project.pk for project in list_projects(person, REQUESTERS.roles)]
        yield from _some(
            message_now("page.project_tabs.people"),
            (
                Item(
                    str(membership.person),
                    membership.project.title,
                    reverse("project_members", args=[membership.project.slug]),
                )
                for membership in (members_named(managed, words, MOST) if managed else [])
                if membership.project is not None
            ),
        )


def _places(request: HttpRequest, words: str) -> Iterator[Item]:
    """Yield the places of a person, and with words also pages beside them."""
    listed: set[str] = set()
    for heading, name, url in Navigation(request).names:
        if _has(name, words):
            listed.add(url)
            yield Item(name, heading, url)
    if not words:
        return
    more = [*ACCOUNT, *(PAYROLL if roles_anywhere(request) & OPERATORS.roles else ())]
    for named in more:
        url = reverse(named.address)
        if url not in listed and _has(f"{named.name} {named.also}", words):
            yield Item(str(named.name), "", url)


def _in_project(request: HttpRequest, project: Project, words: str) -> Iterator[Item]:
    """Yield the tabs, settings and tasks of a project."""
    roles = roles_in(get_person(request), project)
    for tab in TABS:
        if roles & tab.audience.roles and _has(str(tab.label), words):
            yield Item(str(tab.label), project.title, reverse(tab.address, args=[project.slug]))
    if roles & REQUESTERS.roles:
        where = message_now("page.project_tabs.settings")
        for named in PROJECT_SETTINGS:
            if _has(f"{named.name} {named.also}", words):
                yield Item(str(named.name), where, reverse(named.address, args=[project.slug]))
    where = message_now("page.project_tabs.tasks")
    ids = ids_after(Filter(project.pk, text=f"{words}*"), 0, MOST)
    for task in tasks_in([PageCursor(0, task_id) for task_id in ids]):
        yield Item(
            _text_of(task.data) or task.key,
            where,
            reverse("project_task", args=[project.slug, task.pk]),
        )


def _text_of(data: str) -> str:
    """Return the longest text of a task, cut short."""
    row = {
        name: value for name, value in msgspec.json.decode(data).items() if isinstance(value, str)
    }
    longest = max(texts_of_row(row).values(), key=len, default="")
    if len(longest) <= MOST_WORDS_OF_A_TASK:
        return longest
    return longest[:MOST_WORDS_OF_A_TASK].rsplit(" ", 1)[0] + "…"


def _project_here(request: HttpRequest) -> Project | None:
    """Return the project that the page was in, if the person may read it."""
    slug = request.GET.get("project", "")
    if not slug:
        return None
    followed = list_projects(get_person(request), READERS.roles)
    return next((project for project in followed if project.slug == slug), None)


def _some(name: str, items: Iterable[Item]) -> Iterator[ItemGroup]:
    """Yield a group of the first lines, if there are any."""
    first: list[Item] = []
    for item in items:
        first.append(item)
        if len(first) == MOST:
            break
    if first:
        yield ItemGroup(name, first)


def _has(text: str, words: str) -> bool:
    """Return whether each word begins a word of the text, whatever accents and capitals."""
    begins = f" {_folded(text)}"
    return all(f" {word}" in begins for word in _folded(words).split())


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return "".join(letter if letter.isalnum() else " " for letter in plain)
