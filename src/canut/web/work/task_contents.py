"""Describe tasks to the workbench: the item to judge and its context.

Which tasks a worker holds is decided in ``actions.work.leases``. Reads only.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
from django.urls import reverse

from canut.actions.tasks.known_labels import read_known
from canut.actions.work import lease_blocks
from canut.actions.work.leases import LentTask
from canut.core.formats.platforms.mturk_question import PageForm, sites_of
from canut.core.kinds import Schema, cells_of, marked_columns
from canut.core.kinds.chat import turns_of
from canut.core.protection.risks import SEVERITIES
from canut.store.models import Project
from canut.store.own_pages.pages import asks_own_page, page_of_task
from canut.store.work.workbench import known_label, sizes_of
from canut.web.kit.languages import is_french
from canut.web.protection.risk_forms import localised, risk_in_words
from canut.web.work.schemas import (
    LeaseBlock,
    Proposal,
    RiskLabel,
    Shown,
    ShownAudio,
    ShownImage,
    ShownPage,
    ShownText,
    ShownTurns,
    Task,
    TaskHelp,
    Turn,
)

SCREEN_PIXELS = 1280
PAGE_CELL = "own page"
"""The cell of a task that holds its page; the page itself stands in no column."""
type Parts = Sequence[Mapping[str, str]]


class TaskContents:
    """Build page tasks from rows, with one query for all their pictures.

    Args:
        project: whose tasks these are.
        slug: its name in addresses.
        schema: the question that is asked about them.
        rows: the columns of each task that will be described.
    """

    def __init__(
        self,
        project: int,
        slug: str,
        schema: Schema,
        rows: list[dict[str, Any]],
    ) -> None:
        self.project = project
        self.slug = slug
        self.schema = schema
        self.parts = cast("Parts", schema["show"])
        is_asked = "questions" in schema
        self.cells = cells_of(schema) if is_asked else {}
        inside = marked_columns(schema) if is_asked else set[str]()
        self.parts = [display for display in self.parts if display["column"] not in inside]
        picture_columns = [display["column"] for display in self.parts if display["as"] == "image"]
        picture_columns += [
            column for column, shown_as in self.cells.items() if shown_as == "image"
        ]
        self.has_page = is_asked and asks_own_page(schema)
        pictures = {str(row.get(column, "")) for row in rows for column in picture_columns}
        self.sizes = sizes_of(project, pictures) if pictures else {}

    def task(self, lent_task: LentTask) -> Task:
        """Describe a leased task."""
        described = self.row(
            lease=lent_task.lease,
            task=lent_task.task,
            key=lent_task.key,
            data=lent_task.data,
            question_version=lent_task.question_version,
        )
        return msgspec.structs.replace(
            described,
            practice=lent_task.practice,
            severity=lent_task.severity,
            veiled=lent_task.is_veiled,
            lent_ms=lent_task.lent_ms,
            expires_ms=lent_task.expires_ms,
            help=self._help(lent_task) if lent_task.practice else None,
            proposal=Proposal(*lent_task.proposal) if lent_task.proposal else None,
        )

    def _help(self, lent_task: LentTask) -> TaskHelp | None:
        """Return the expected answer of a practice task; None if unknown."""
        expected = read_known(self.schema, known_label(lent_task.task))
        return None if expected is None else TaskHelp(expected)

    def row(
        self, *, lease: int, task: int, key: str, data: dict[str, Any], question_version: int
    ) -> Task:
        """Describe a task by its item."""
        return Task(
            lease=lease,
            task=task,
            key=key,
            show=[self._part(display["column"], display["as"], data) for display in self.parts],
            cells={
                column: self._part(column, shown_as, data)
                for column, shown_as in self.cells.items()
            }
            | self._page(lease, task, data),
            practice=False,
            lent_ms=0,
            expires_ms=0,
            question_version=question_version,
            help=None,
        )

    def _page(self, lease: int, task: int, row: dict[str, Any]) -> dict[str, Shown]:
        """Return the frame of the task's own page; empty where it has none."""
        page = page_of_task(self.project, task, self.schema) if self.has_page and lease else None
        if page is None:
            return {}
        place = {"project": self.slug, "lease": lease}
        is_outside = page.form == PageForm.EXTERNAL
        shown = ShownPage(
            reverse("own_page_frame", kwargs=place),
            reverse("own_page_received", kwargs=place),
            sites_of(PageForm(page.form), page.body, page.hosts, row),
            reverse("own_page_outside", kwargs=place) if is_outside else "",
            reverse("own_page_finished", kwargs=place) if is_outside else "",
        )
        return {PAGE_CELL: shown}

    def _part(self, column: str, shown_as: str, data: dict[str, Any]) -> Shown:
        value = str(data.get(column, ""))
        if shown_as == "turns":
            return ShownTurns([Turn(**utterance) for utterance in turns_of(value)])
        if shown_as not in {"image", "audio"}:
            return ShownText(value)
        address = reverse("media", kwargs={"project": self.slug, "sha256": value})
        if shown_as == "audio":
            return ShownAudio(address)
        width, height = self.sizes.get(value, (0, 0))
        return ShownImage(
            url=f"{address}?size={SCREEN_PIXELS}",
            raw=f"{address}?raw=1",
            width=width,
            height=height,
            alt="",
        )


def risk_data(project: Project) -> RiskLabel:
    """Describe a project's risk to the workbench."""
    risk = risk_in_words(project)
    return RiskLabel(
        label=risk.label,
        words=risk.words,
        kinds=[words for _name, words in risk.kinds],
        levels=[localised(words) for words in SEVERITIES],
    )


def lease_block_data(block: lease_blocks.LeaseBlock | None) -> LeaseBlock | None:
    """Describe why no task is leased now; None if nothing blocks it."""
    if block is None:
        return None
    return LeaseBlock(block.why, block.text_fr if is_french() else block.text_en)
