"""A project's results: progress, quality, cost, next steps, and the lines behind each figure."""

from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from canut.actions.operations.jobs import estimate_soon
from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.visits import open_project_page
from canut.core.learning.measure import ShareInterval, wilson
from canut.core.outside_text import read_number, read_whole
from canut.store.learning.incidents import open_incident
from canut.store.learning.loop import last_trained, rule_of_loop
from canut.store.learning.proposals import count_taken_over
from canut.store.models import Project, Role
from canut.store.pay.pay_lines import spend_by_currency
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.store.projects.visits import last_visits
from canut.store.quality import results
from canut.store.quality.project_list import figures_in_list
from canut.store.quality.reviews import waiting_in
from canut.store.work.pilots import card_of, has_paid_people
from canut.web.kit.access import get_person, list_projects, roles_anywhere, roles_in
from canut.web.kit.audiences import DECIDERS, READERS
from canut.web.kit.formatting import format_count, without_accents
from canut.web.kit.messages import message_now
from canut.web.quality.figures import figures_of
from canut.web.tasks.task_view import TaskContent, shown_task

LINES_A_PAGE = 100
PEOPLE_AT_FIRST = 5
FEW, MOST_SEARCHED = 5, 80  # projects that need no search; characters of one
MOST_TAKEN_OVER = 10_000
MANAGERS = frozenset({Role.REQUESTER, Role.OPERATOR})


class ModelGlance(NamedTuple):
    """What the overview says of the newest model: how right it is, and what it decides alone."""

    share: ShareInterval | None
    decides: int
    decides_text: str
    fell_behind: bool


def projects(request: HttpRequest) -> HttpResponse:
    """List the projects this person follows: how far, how sure, what was spent, what is new."""
    person = get_person(request)
    followed = list_projects(person, READERS.roles)
    is_away, words = (
        request.GET.get("away") == "1",
        request.GET.get("q", "")[:MOST_SEARCHED].strip(),
    )
    shelf = [candidate for candidate in followed if (candidate.archived_ms is not None) == is_away]
    listed = [candidate for candidate in shelf if _is_named(candidate, words)]
    page = Paginator(listed, 30).get_page(request.GET.get("page"))
    visits = last_visits(person, [candidate.pk for candidate in page])
    context = {
        "rows": [figures_in_list(project, visits.get(project.pk, 0)) for project in page],
        "page": page,
        "words": words,
        "is_searched": bool(words) or len(shelf) > FEW,
        "is_away": is_away,
        "has_projects": bool(shelf),
        "away": len(followed) - len(shelf) if not is_away else 0,
        "may_start": bool(roles_anywhere(request) & MANAGERS),
    }
    return render(request, "projects/list.html", context)


def _is_named(project: Project, words: str) -> bool:
    """Return whether every word is in the title of a project or in its organisation's name."""
    text = without_accents(f"{project.title} {project.organisation.name}")
    return all(word in text for word in without_accents(words).split())


def project(request: HttpRequest, project: Project) -> HttpResponse:
    """Show progress, quality, cost and next steps of a project on one page."""
    if project.state == Project.State.DRAFT and may_manage(request, project):
        return redirect("project_setup", project.slug)
    far = {"project": project, "progress": results.progress(project.id), "now": timezone.now()}
    if request.GET.get("part") == "far":
        return render(request, "quality/_progress_section.html", far)
    open_project_page(get_person(request), project.pk, now_ms())
    question = question_or_none(project.id)
    roles = roles_in(get_person(request), project)
    workers = results.workers(project.id)
    at_first = workers if request.GET.get("people") == "all" else workers[:PEOPLE_AT_FIRST]
    context = (
        far
        | figures_of(project)
        | {
            "question": question,
            "ask": results.first_question_text(question),
            "rate": rate_or_none(project.id),
            "workers": at_first,
            "more_workers": len(workers) - len(at_first),
            "manages": may_manage(request, project),
            "card": card_of(project),
            "is_paid": has_paid_people(project),
            "decides": bool(roles & DECIDERS.roles),
            "model": _model_of(project),
            "to_review": waiting_in(project.id).total if Role.REVIEWER in roles else 0,
        }
    )
    return render(request, "quality/results.html", context)


def _model_of(project: Project) -> ModelGlance | None:
    """Return what the overview says of a project's newest model; None where none has learnt."""
    trained = last_trained(project.pk)
    if trained is None:
        return None
    takes_over = rule_of_loop(project.pk).takes_over
    count = count_taken_over(project.pk, MOST_TAKEN_OVER) if takes_over else 0
    return ModelGlance(
        wilson(trained.right, trained.held_out) if trained.held_out else None,
        count,
        format_count(count) + "+" * (count >= MOST_TAKEN_OVER),
        open_incident(project.pk) is not None,
    )


def unsure(request: HttpRequest, project: Project) -> HttpResponse:
    """List the tasks whose confidence is below the threshold."""
    items = results.least_sure(project.id, LINES_A_PAGE, after=_cursor(request))
    context = {
        "title": message_now("page.results.the_least_sure_tasks"),
        "note": message_now("page.results.sorted_by_how_sure"),
        "rows": with_items(project, items),
        "next": items[-1] if len(items) == LINES_A_PAGE else None,
    }
    return render(request, "tasks/labelled_tasks.html", {"project": project, **context})


def wrong(request: HttpRequest, project: Project) -> HttpResponse:
    """List tasks whose label is sure but differs from the known label."""
    items = results.wrong_and_sure(project.id, LINES_A_PAGE)
    context = {
        "title": message_now("page.results.wrong_and_sure"),
        "note": message_now("page.results.the_consensus_is_sure"),
        "rows": with_items(project, items),
        "known": True,
    }
    return render(request, "tasks/labelled_tasks.html", {"project": project, **context})


def pay(request: HttpRequest, project: Project) -> HttpResponse:
    """List the pay lines behind the sums, in order, by page."""
    after = _number(request, "after")
    lines = results.pay_lines(project.id, after, LINES_A_PAGE)
    context = {
        "project": project,
        "lines": lines,
        "costs": spend_by_currency(project.id),
        "after": after,
        "next": lines[-1].id if len(lines) == LINES_A_PAGE else None,
    }
    return render(request, "pay/project_costs.html", context)


def estimate(request: HttpRequest, project: Project) -> HttpResponse:
    """Estimate the labels again from the current answers; many answers, as a job."""
    if estimate_soon(project.id):
        last = results.last_estimate(project.id)
        count = last.answers if last else 0
        messages.success(
            request,
            message_now(
                "page.results.labels_estimated_from_answers", n=count, count=format_count(count)
            ),
        )
    return redirect("project_quality", project.slug)


def with_items(
    project: Project, items: list[results.Unsure]
) -> list[tuple[results.Unsure, TaskContent]]:
    """Add to each task what was shown of it."""
    question = question_or_none(project.id)
    return [(item, shown_task(project, item.task, question)) for item in items]


def may_manage(request: HttpRequest, project: Project) -> bool:
    """Return whether the reader may change the project."""
    return bool(roles_in(get_person(request), project) & MANAGERS)


def _cursor(request: HttpRequest) -> tuple[float, int]:
    sure = read_number(request.GET.get("sure", ""))
    return (-1.0, 0) if sure is None else (sure, _number(request, "after"))


def _number(request: HttpRequest, name: str) -> int:
    return read_whole(request.GET.get(name, "")) or 0
