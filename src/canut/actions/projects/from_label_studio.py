"""Import a Label Studio project: its configuration gives the questions, its tasks the rows.

The import creates a draft with its question written and its rows read. Ground truth becomes known
labels, predictions become pre-labels; existing answers stay with each task in a column of their
own, and none of them is counted.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from canut.actions.imports.lifecycle import ImportOptions, read_import, start_import
from canut.actions.learning.prelabels import PrelabelColumns
from canut.actions.platform.uploads import forget_upload, uploads_folder
from canut.actions.projects.from_platform_batch import copy_media
from canut.actions.projects.setup import create_project, write_question
from canut.core.clock import Ms
from canut.core.errors import BadAnswer, BadFile
from canut.core.formats import sniff
from canut.core.formats.platforms.label_studio import Task, read
from canut.core.formats.platforms.label_studio_config import Config
from canut.core.formats.platforms.label_studio_config import read as read_config
from canut.core.formats.training.labelled_items import Notes
from canut.core.kinds import cells_of, check_schema, label_of_values
from canut.store.models import Import, Organisation, Person, Project

TABLE = "tasks.jsonl"
OURS = ("ls_id", "ls_known", "ls_said", "ls_score", "ls_model", "ls_answers")
"""The columns that are made: name, known answer, what a model said, how sure, which; answers."""
CHUNK_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class LabelStudioExport:
    """The files of a project.

    Args:
        tasks: its tasks with annotations and predictions, JSON.
        config: its labelling configuration, XML.
        media: a zip or folder with the pictures it shows and the sounds it plays.
    """

    tasks: Path
    config: Path
    media: Path | None = None


@dataclass(slots=True)
class LabelStudioImport:
    """The draft, its import, and how many answers of how many people were imported."""

    project: Project
    source: Import
    answers: int
    people: int
    notes: Notes


def bring_label_studio(
    organisation: Organisation, title: str, files: LabelStudioExport, *, by: Person, now_ms: Ms
) -> LabelStudioImport:
    """Create a draft of a Label Studio project: rows are read, the question is written.

    Raises:
        BadFile: a file is not there or cannot be read, the configuration asks what cannot be asked,
            or pictures or sounds are shown and none were given; nothing is made.
        BadQuestion: nobody could answer what is asked.
    """
    notes = Notes()
    config = read_config(_bytes(files.config), files.config.name, notes)
    schema = check_schema(config.schema())
    media = [item["column"] for item in config.show if item["as"] in {"image", "audio"}]
    if media and files.media is None:
        raise BadFile(
            f"{media[0]!r} shows pictures or sounds; give them with --media, a zip or a folder",
            code="template-pictures",
            name=media[0],
        )
    folder = uploads_folder() / secrets.token_hex(16)
    folder.mkdir(parents=True, mode=0o700)
    converter = _Told(schema, set(media), notes)
    try:
        tasks = read(_chunks(files.tasks), files.tasks.name, config, notes)
        with (folder / TABLE).open("w", encoding="utf-8") as out:
            out.writelines(_rows(converter, tasks))
        if files.media is not None:
            copy_media(files.media, folder / "media")
        path = folder if media else folder / TABLE
        reading = sniff(path)
        if media:
            reading = replace(reading, media=tuple(media))
        project = create_project(organisation, title, by=by, now_ms=now_ms)
    except BaseException:
        forget_upload(folder)
        raise
    options = _options(converter, config, reading.columns)
    started = start_import(
        project.pk, path, files.tasks.name, reading, options, by=by, now_ms=now_ms
    )
    judged = config.show[0]["column"] if config.show else next(iter(cells_of(schema)), "")
    chosen = {"judged": judged, "id_column": OURS[0], "known_column": options.known_column or ""}
    started.reading = started.reading | {"chosen": chosen, "options": asdict(options)}
    started.save(update_fields=["reading"])
    write_question(project, schema, "", by=by, now_ms=now_ms)
    source = read_import(started.pk, now_ms)
    return LabelStudioImport(project, source, converter.answers, len(converter.people), notes)


class _Told:
    """Converts tasks to rows; collects the columns used, answers and people."""

    def __init__(self, schema: Mapping[str, Any], media: set[str], notes: Notes) -> None:
        self.schema, self.media = schema, media
        self.used: set[str] = set()
        self.people: set[str] = set()
        self.answers = 0
        self.notes = notes

    def row(self, task: Task, number: int) -> dict[str, str]:
        """Return a task as a row of texts."""
        row = {name: _cell(value) for name, value in task.data.items() if value is not None}
        for column in self.media & row.keys():
            row[column] = row[column].rsplit("/", 1)[-1]
        answers = [each for each in task.answers if not each.is_skipped]
        self.answers += len(answers)
        self.people.update(each.worker for each in answers)
        own = {"ls_id": task.id or str(number)}
        gold = next((each for each in answers if each.is_gold), None)
        if gold is not None and (label := self._label(gold.values, "ground_truth", own["ls_id"])):
            own["ls_known"] = label
        best = max(task.predictions, key=lambda each: each.score or 0.0, default=None)
        if best is not None and (label := self._label(best.values, "predictions", own["ls_id"])):
            own["ls_said"] = label
            own["ls_model"] = best.model or "label-studio"
            if best.score is not None:
                own["ls_score"] = str(min(max(best.score, 0.0), 1.0))
        if answers:
            answer_rows = [
                {"by": each.worker, "values": each.values, "seconds": each.seconds}
                for each in answers
            ]
            own["ls_answers"] = json.dumps(answer_rows, ensure_ascii=False)
        self.used |= own.keys()
        return row | own

    def _label(self, values: Mapping[str, Any], field: str, name: str) -> str:
        """Return the label; empty, and noted, if it is incomplete or invalid."""
        try:
            return label_of_values(self.schema, values)
        except BadAnswer:
            self.notes.add("note-incomplete", field=field, where=f"task {name}")
            return ""


def _rows(converter: _Told, tasks: Iterable[Task]) -> Iterator[str]:
    for number, task in enumerate(tasks, 1):
        yield json.dumps(converter.row(task, number), ensure_ascii=False) + "\n"


def _options(converter: _Told, config: Config, columns: Iterable[str]) -> ImportOptions:
    """Return the import options for the columns present."""
    used = converter.used & {*columns}
    prelabel = None
    if "ls_said" in used:
        score = "ls_score" if "ls_score" in used else None
        prelabel = PrelabelColumns("ls_said", score, "ls_model")
    return ImportOptions(
        id_column="ls_id",
        known_column="ls_known" if "ls_known" in used else None,
        required=tuple(item["column"] for item in config.show),
        prelabel=prelabel,
    )


def _cell(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise BadFile(f"there is no file at {path}; check the name", code="file-missing")
    return path.read_bytes()


def _chunks(path: Path) -> Iterator[bytes]:
    if not path.is_file():
        raise BadFile(f"there is no file at {path}; check the name", code="file-missing")
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
