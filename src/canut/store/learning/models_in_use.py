"""The kinds of models that propose answers or label tasks here. Reads only."""

from collections import defaultdict

from canut.core.decisions.system_notice import ModelInUse
from canut.store.tables.learning import LoopRule, Trained
from canut.store.tables.projects import LENDING

OUTSIDE = "outside"


def models_in_use() -> list[ModelInUse]:
    """List the kinds of models that people meet in projects that lend tasks, by kind."""
    rules = LoopRule.objects.filter(project__state__in=LENDING).exclude(
        shows=False, takes_over=False
    )
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for rule in rules:
        form = OUTSIDE if rule.endpoint else _form_of(rule.project_id)
        if form:
            counts[form][0] += rule.shows
            counts[form][1] += rule.takes_over
    return [ModelInUse(form, *counts[form]) for form in sorted(counts)]


def models_met_by(person_id: int) -> list[tuple[str, str]]:
    """List title of project and kind of the models that a person met or meets at work."""
    rules = LoopRule.objects.filter(project__workers__person=person_id).exclude(
        shows=False, takes_over=False
    )
    rows = rules.select_related("project").order_by("project__title").distinct()
    forms = [
        (rule.project.title, OUTSIDE if rule.endpoint else _form_of(rule.project_id))
        for rule in rows
    ]
    return [(title, form) for title, form in forms if form]


def _form_of(project_id: int) -> str:
    """Return the kind of a project's newest model; empty where none was trained."""
    newest = Trained.objects.filter(project=project_id).order_by("-id")
    return newest.values_list("form", flat=True).first() or ""
