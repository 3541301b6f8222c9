"""The page of a project's material: what it was made by, and from which datasets."""

from itertools import zip_longest

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.datasets.material import describe_material
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.store.datasets.material import datasets_made_from, material_of
from canut.store.datasets.withdrawals import withdrawn_count
from canut.store.models import Project
from canut.web.datasets.material_forms import is_any_invalid, part_forms, source_forms
from canut.web.kit.access import get_person, list_projects
from canut.web.kit.audiences import REQUESTERS
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.work.material_wording import MaterialLine, lines_of, sources_of, summary_of


def material(request: HttpRequest, project: Project) -> HttpResponse:
    """Show and change what a project's material was made by."""
    described = material_of(project.pk)
    titles = {
        other.slug: other.title
        for other in list_projects(get_person(request), REQUESTERS.roles)
        if other.pk != project.pk
    }
    data = request.POST if request.method == "POST" else None
    parts, sources = part_forms(described, data), source_forms(described, titles, data)
    fault = ""
    if data is not None and not is_any_invalid([*parts, *sources]):
        try:
            describe_material(
                project,
                [part for row in parts if (part := row.part())],
                [source for row in sources if (source := row.source(titles))],
                by=get_person(request),
                now_ms=now_ms(),
            )
        except Refusal as refusal:
            fault = words_of(refusal).detail
        else:
            messages.success(request, message_now("page.material.kept"))
            return redirect("project_material", project.slug)
    context = {
        "project": project,
        "material": described,
        "parts": list(zip_longest(parts, lines_of(described) if described.number else [])),
        "sources": list(zip_longest(sources, sources_of(described))),
        "fault": fault,
        "summary": summary_of(described),
        "withdrawn": withdrawn_count(project.pk),
        "used_in": [
            MaterialLine(other.title, message_now(f"made_from.{source.relation.value}"))
            for other, source in datasets_made_from(project.slug)
            if other.slug in titles
        ],
    }
    is_wrong = bool(fault) or any(row.errors for row in [*parts, *sources])
    return render(request, "datasets/material.html", context, status=422 if is_wrong else 200)
