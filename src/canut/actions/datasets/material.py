"""Describe what a project's material was made by; each change is a new version, and logged."""

from collections.abc import Sequence

from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_material
from canut.core.clock import Ms
from canut.core.datasets.material import (
    DatasetSource,
    MaterialPart,
    check_parts,
    check_sources,
    part_as_json,
    source_as_json,
)
from canut.core.errors import BadInput
from canut.store.datasets.material import material_of
from canut.store.models import MaterialVersion, Person, Project


@transaction.atomic
def describe_material(
    project: Project,
    parts: Sequence[MaterialPart],
    sources: Sequence[DatasetSource] = (),
    *,
    by: Person,
    now_ms: Ms,
) -> MaterialVersion | None:
    """Keep a new version of a project's material.

    Args:
        project: whose tasks are made of it.
        parts: what it was made by.
        sources: other datasets it was made from; those of this instance by their project's slug.
        by: who describes it.
        now_ms: milliseconds since 1970 UTC.

    Returns:
        The version; None where nothing differs from the one before.

    Raises:
        BadInput: a part or a source cannot be meant, or a project is its own source or unknown.
    """
    checked, named = check_parts(parts), check_sources(sources)
    _check_projects(project, named)
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    before = material_of(project.pk)
    if before.number and (before.parts, before.sources) == (checked, named):
        return None
    version = MaterialVersion.objects.create(
        project=project,
        number=before.number + 1,
        parts=[part_as_json(part) for part in checked],
        sources=[source_as_json(source) for source in named],
        by=by,
        at_ms=now_ms,
    )
    inscribe_material(version, now_ms)
    return version


def copy_material(source: Project, copy: Project, *, by: Person, now_ms: Ms) -> None:
    """Give a project's copy the same material."""
    material = material_of(source.pk)
    if material.number:
        describe_material(copy, material.parts, material.sources, by=by, now_ms=now_ms)


def _check_projects(project: Project, sources: Sequence[DatasetSource]) -> None:
    slugs = {source.project for source in sources if source.project}
    existing = set(Project.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    for slug in sorted(slugs):
        if slug == project.slug or slug not in existing:
            raise BadInput(
                f"{slug!a} is not another project of this instance",
                code="material-source-project",
                field="sources",
                seen=slug,
            )
