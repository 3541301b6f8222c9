"""Rows about oversight for the queries of the register: assessments, origins, inspector's files."""

from datetime import date

from canut.actions.datasets.material import describe_material
from canut.actions.decisions.system_notices import note_shown
from canut.actions.participation.impact_assessments import agree_to_assessment, make_assessment
from canut.core.clock import DAY_MS
from canut.core.datasets.material import UNKNOWN_MATERIAL
from canut.core.participation.effects_inventory import RISKS
from canut.store.models import InspectorFile
from tests.support.factories import NOW_MS, make_person, make_project
from tests.support.rule_rows import beat, work_day


def was_shown_systems() -> None:
    """Make somebody at work who was shown which systems decide."""
    note_shown(work_day(), NOW_MS)


def measured(*, is_agreed: bool) -> None:
    """Measure time, with an assessment in force or with its draft alone."""
    beat()
    by = make_person()
    assessment = make_assessment(dict.fromkeys(RISKS, 1), by, NOW_MS)
    if is_agreed:
        agree_to_assessment(assessment.number, by, "People measure their own time.", NOW_MS)


def open_project(*, is_described: bool) -> None:
    """Make an open project, with the origin of its material or without."""
    project = make_project().project
    if is_described:
        describe_material(project, UNKNOWN_MATERIAL, by=project.created_by, now_ms=NOW_MS)


def inspected() -> None:
    """Make the inspector's file of the last half year."""
    InspectorFile.objects.create(
        first_day=date(2026, 1, 1),
        last_day=date(2026, 6, 30),
        language="fr",
        sha256="0" * 64,
        manifest={},
        made_ms=NOW_MS - DAY_MS,
    )
