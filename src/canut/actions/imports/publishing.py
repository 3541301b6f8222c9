"""Publish an import that waits, for a program or a command: what a page does when a project starts.

Rows that cannot be used are never left out unseen: as long as there are any, publishing wants the
sender's word that the others are enough. How rows become tasks is decided in ``lifecycle``.
"""

from canut.actions.imports.lifecycle import is_small, publish_import, read_import
from canut.actions.imports.rows_api import read_and_publish
from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict
from canut.store.models import Import

State = Import.State


def publish_waiting(source: Import, now_ms: Ms, *, keeps_good: bool, at_once: bool) -> Import:
    """Publish an import, reading it first where nothing has; published twice is published once.

    Args:
        source: the import, from wherever it came: a page, a command or a program.
        now_ms: of the request.
        keeps_good: publish the good rows also where others were set aside.
        at_once: read and publish in this call, however large it is; else a job takes a large one.

    Raises:
        BadInput: ``rows-bad``: rows were set aside and ``keeps_good`` is not said, with how many;
            ``nothing-good``; ``prelabel-refused``.
        Conflict: ``import-not-ready``: it failed, was discarded, or is large and still being read.
    """
    waits = at_once or is_small(source)
    if source.state == State.PUBLISHED:
        return source
    if source.state == State.READING and waits:
        source = read_import(source.pk, now_ms, pace=not is_small(source))
        source.refresh_from_db()
    if source.state not in {State.READY, State.PUBLISHING}:
        raise Conflict(
            f"the import is {source.state}; only one that is ready can be published",
            code="import-not-ready",
            state=source.state,
        )
    if source.rows_bad and not keeps_good and source.state == State.READY:
        raise BadInput(
            f"{source.rows_bad} rows cannot be used and nothing was published; see them, or keep "
            "the others",
            code="rows-bad",
            rows=source.rows_bad,
        )
    if waits:
        publish_import(source.pk, now_ms)
    else:
        read_and_publish.enqueue(source.pk)
    source.refresh_from_db()
    return source
