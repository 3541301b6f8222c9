"""Bring a file in, in one call."""

from datetime import UTC, datetime
from pathlib import Path

from canut.actions.imports.lifecycle import ImportOptions, read_import, start_import
from canut.core.clock import to_ms
from canut.core.formats import sniff
from canut.store.models import Import, Project

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def started(project: Project, path: Path, options: ImportOptions | None = None) -> Import:
    """Start an import."""
    return start_import(
        project.id,
        path,
        path.name,
        sniff(path),
        options or ImportOptions(),
        by=project.created_by,
        now_ms=to_ms(NOW),
    )


def brought(project: Project, path: Path, options: ImportOptions | None = None) -> Import:
    """Start an import and read it."""
    return read_import(started(project, path, options).id, to_ms(NOW))
