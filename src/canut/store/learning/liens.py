"""The lien of a project's model: its newest version, and which lines are missing."""

from canut.core.learning.lien import WRITTEN, LienText, missing_lines
from canut.store.tables.learning import LienVersion, LoopRule, Trained


def newest_lien(project_id: int) -> LienVersion | None:
    """Return the newest version of a project's lien."""
    rows = LienVersion.objects.filter(project=project_id).order_by("-number")
    return rows.select_related("by").first()


def liens_of(project_id: int) -> list[LienVersion]:
    """List the versions of a project's lien, newest first."""
    return list(LienVersion.objects.filter(project=project_id).order_by("-number"))


def texts_of(version: LienVersion | None) -> dict[str, LienText]:
    """Return the written lines of a version; empty texts where there is none."""
    stored = version.lines if version else {}
    empty = {"fr": "", "en": ""}
    return {name: LienText(**(stored.get(name) or empty)) for name in WRITTEN}


def missing_of(project_id: int) -> list[str]:
    """Return which lines of a project's lien are missing, in their order."""
    newest = newest_lien(project_id)
    return missing_lines(texts_of(newest), newest.responsible if newest else "")


def has_lien_page(project_id: int) -> bool:
    """Return whether a project's models have a public page: people meet them, or lines exist."""
    if LienVersion.objects.filter(project=project_id).exists():
        return True
    rules = LoopRule.objects.filter(project=project_id)
    return rules.exclude(shows=False, takes_over=False).exists()


def find_model(number: int) -> Trained | None:
    """Return a trained model by its number, with its project; without its weights."""
    rows = Trained.objects.filter(pk=number).select_related("author", "project__organisation")
    return rows.defer("weights").first()
