"""Read what a project's material was made by, and which datasets were made from which."""

from typing import NamedTuple

from canut.core.datasets.material import (
    UNKNOWN_MATERIAL,
    DatasetSource,
    MaterialPart,
    part_from_json,
    source_from_json,
)
from canut.store.tables.datasets import MaterialVersion
from canut.store.tables.projects import Project


class Material(NamedTuple):
    """The origin of a project's material: its version, 0 where nobody described it."""

    number: int
    parts: tuple[MaterialPart, ...]
    sources: tuple[DatasetSource, ...]


NOT_DESCRIBED = Material(0, UNKNOWN_MATERIAL, ())


def material_of(project_id: int) -> Material:
    """Return the newest version of a project's material."""
    version = MaterialVersion.objects.filter(project_id=project_id).order_by("-number").first()
    return NOT_DESCRIBED if version is None else _read(version)


def material_numbered(project_id: int, number: int) -> Material | None:
    """Return one version of a project's material; None if there is none."""
    version = MaterialVersion.objects.filter(project_id=project_id, number=number).first()
    return None if version is None else _read(version)


def materials_of(projects: list[int]) -> dict[int, Material]:
    """Return the newest version of each project's material; one statement."""
    newest: dict[int, Material] = dict.fromkeys(projects, NOT_DESCRIBED)
    for version in MaterialVersion.objects.filter(project_id__in=projects).order_by("number"):
        newest[version.project_id] = _read(version)
    return newest


def datasets_made_from(slug: str) -> list[tuple[Project, DatasetSource]]:
    """List the projects whose newest version names a project of this instance as a source."""
    newest: dict[int, MaterialVersion] = {}
    for version in MaterialVersion.objects.select_related("project").order_by("number"):
        newest[version.project_id] = version
    return [
        (version.project, source)
        for version in newest.values()
        for source in map(source_from_json, version.sources)
        if source.project == slug
    ]


def _read(version: MaterialVersion) -> Material:
    return Material(
        version.number,
        tuple(map(part_from_json, version.parts)),
        tuple(map(source_from_json, version.sources)),
    )
