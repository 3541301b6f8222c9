"""The tabs of a project: addresses, and which tab each page of a project belongs to."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse

from canut.store.models import Project
from canut.web.kit.access import get_person, page_of, roles_in
from canut.web.kit.audiences import READERS, REQUESTERS, Audience
from canut.web.kit.messages import lazy_message


class _Tab(NamedTuple):
    """A tab: its address, its audience, and how the names of the pages under it begin."""

    key: str
    label: str
    address: str
    audience: Audience
    begins: tuple[str, ...]


class Tab(NamedTuple):
    """A tab, ready to be shown."""

    key: str
    label: str
    url: str
    is_current: bool
    is_page: bool


TABS = (
    _Tab(
        "overview",
        lazy_message("page.project_tabs.overview"),
        "project",
        READERS,
        ("project_pilot", "project_price"),
    ),
    _Tab(
        "tasks",
        lazy_message("page.project_tabs.tasks"),
        "project_tasks",
        READERS,
        ("project_task", "project_reject", "project_marked"),
    ),
    _Tab(
        "results",
        lazy_message("page.project_tabs.results"),
        "project_quality",
        READERS,
        (
            "project_quality",
            "project_unsure",
            "project_wrong",
            "project_export",
            "project_bundle",
            "project_card",
            "project_actors",
            "project_loop",
            "project_teach",
            "project_model",
            "project_comparison",
            "project_anchoring",
            "project_lien",
            "project_incident",
            "project_decisions",
            "project_care",
            "project_next_answers",
            "findings",
            "text",
        ),
    ),
    _Tab(
        "people",
        lazy_message("page.project_tabs.people"),
        "project_members",
        REQUESTERS,
        (
            "project_member",
            "project_invitation",
            "project_panels",
            "project_limit",
            "project_crowd",
            "project_study",
            "project_prolific",
        ),
    ),
    _Tab(
        "money",
        lazy_message("page.project_tabs.money"),
        "project_bill",
        READERS,
        ("project_bill", "project_pay", "project_funds"),
    ),
    _Tab(
        "settings",
        lazy_message("page.project_tabs.settings"),
        "project_settings",
        REQUESTERS,
        (
            "project_settings",
            "project_life",
            "project_ethics",
            "project_state",
            "project_question",
            "project_own_page",
            "project_asking",
            "project_checks",
            "project_who",
            "project_overlap",
            "project_webhook",
            "project_review_rule",
            "commission",
        ),
    ),
)


def tab_of(name: str) -> str:
    """Return the key of the tab that a page belongs to; empty if the page has no tabs."""
    if name == "project":
        return TABS[0].key
    return next((tab.key for tab in TABS if name.startswith(tab.begins)), "")


def tabs_of(request: HttpRequest, project: Project) -> list[Tab]:
    """List the tabs of a project that the reader may open; none on pages beside the tabs."""
    page = page_of(request)
    name = page.name if page else ""
    current = tab_of(name)
    if not current or project.state == Project.State.DRAFT:
        return []
    stored: dict[str, list[Tab]] = request.__dict__.setdefault("_project_tabs", {})
    if project.slug in stored:
        return stored[project.slug]
    roles = roles_in(get_person(request), project)
    tabs = [
        Tab(
            tab.key,
            str(tab.label),
            reverse(tab.address, args=[project.slug]),
            tab.key == current,
            tab.address == name,
        )
        for tab in TABS
        if roles & tab.audience.roles
    ]
    stored[project.slug] = tabs
    return tabs
