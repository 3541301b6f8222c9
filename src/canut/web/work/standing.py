"""A worker's standing in a project: eligibility, gold results, and the panel's return link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.integrations.panels import way_back
from canut.actions.platform.system_clock import now_ms
from canut.actions.work.eligibility import say_languages
from canut.core.kinds import label_of_values
from canut.store.models import Worker
from canut.store.projects.versions import question_or_none
from canut.store.quality.gold import Checked, checked_of
from canut.store.quality.results import Proportion
from canut.store.recruiting.prolific import top_ups_of
from canut.store.sql.version_cache import question_version
from canut.store.work.eligibility import eligibility_of, languages_of, what_bars
from canut.web.kit.access import get_person
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now
from canut.web.tasks.task_view import TaskContent, shown_task
from canut.web.work.collection_forms import LanguagesForm


def standing(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Show the eligibility of this worker, their gold results, and the return link."""
    person, project = get_person(request), worker.project
    form = LanguagesForm(request.POST or None, initial={"given": ", ".join(languages_of(person))})
    if request.method == "POST" and attempt(
        form, lambda: say_languages(person, form.languages(), now_ms())
    ):
        messages.success(request, message_now("page.standing.kept_it_counts"))
        return redirect("work_standing", project.slug)
    checks = [(check, *_told(worker, check)) for check in checked_of(worker)]
    right = Proportion(worker.checks_right, worker.checks_answered) if checks else None
    context = {
        "project": project,
        "worker": worker,
        "asked": eligibility_of(project.pk),
        "barred": what_bars(worker.pk),
        "form": form,
        "checks": checks,
        "right": right,
        "back": way_back(worker, now_ms()),
        "top_ups": top_ups_of(person, project.pk),
    }
    return render(request, "work/standing.html", context, status=422 if form.errors else 200)


def _told(worker: Worker, check: Checked) -> tuple[TaskContent, str]:
    """Return what a check showed, and the worker's answer."""
    schema = question_version(worker.project_id, check.version).schema
    item = shown_task(worker.project, check.task, question_or_none(worker.project_id))
    return item, label_of_values(schema, check.said())
