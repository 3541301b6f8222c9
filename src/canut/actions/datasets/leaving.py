"""Read the tasks that leave a project for a format of others, each with what it shows.

Which labels may leave, and how a format writes them, is decided in the exports of each format.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from canut.actions.datasets.exports import label_rows, published_sources
from canut.core.errors import Missing
from canut.store.datasets.export_rows import LabelRow
from canut.store.models import Media, Project, QuestionVersion
from canut.store.tables.projects import question_or_none
from canut.store.tables.work import decode_row


class Leaving(NamedTuple):
    """A task that leaves: its label, its cells, and its pictures and sounds, by column."""

    row: LabelRow
    data: dict[str, str]
    media: Mapping[str, Media]


def asked_of(project_id: int) -> QuestionVersion | None:
    """Return what a project asks now; None while nothing is asked.

    Raises:
        Missing: there is no such project.
    """
    if not Project.objects.filter(id=project_id).exists():
        raise Missing("there is no such project", code="missing")
    return question_or_none(project_id)


def leaving(project_id: int, columns: Collection[str], now_ms: int) -> Iterator[list[Leaving]]:
    """Yield the tasks of a project, a chunk at a time, marked as left first.

    Args:
        project_id: whose.
        columns: those of pictures and sounds, whose cells are hashes.
        now_ms: the moment, in milliseconds since 1970 UTC.
    """
    sources = [source.id for source in published_sources(project_id)]
    for found in label_rows(sources, now_ms):
        rows = [decode_row(row.data) for row in found]
        hashes = {row[column] for row in rows for column in columns if row.get(column)}
        media = Media.objects.filter(project_id=project_id, sha256__in=hashes) if hashes else ()
        known = {one.sha256: one for one in media}
        yield [
            Leaving(row, data, {c: known[data[c]] for c in columns if data.get(c) in known})
            for row, data in zip(found, rows, strict=True)
        ]
