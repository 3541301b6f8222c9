"""Import a model's regions of pictures, from COCO or YOLO files, as pre-labels of tasks.

Regions become pre-labels: stored apart from people's answers, never counted, never paid. A picture
is matched by file name or task key, with or without folder and extension.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from canut.actions.learning.prelabels import PrelabelColumns, PrelabelReport, bring_prelabels
from canut.core.errors import BadFile, BadInput
from canut.core.formats.problems.catalogue import words
from canut.core.formats.tables import images
from canut.core.formats.tables.rows import Problem
from canut.core.formats.training import coco, yolo
from canut.core.formats.training.labelled_items import LabelledImage, Notes
from canut.core.formats.training.yolo_writing import tasks_for
from canut.core.kinds import (
    IN_PICTURES,
    Question,
    Schema,
    label_of_values,
    marked_column,
    questions_of,
)
from canut.store.models import Media, Project, QuestionVersion, Task
from canut.store.tables.tasks import decode_row

CHUNK_BYTES = 2**20
LARGEST_LABELS = 2**23
AT_ONCE = 2_000
KEY, LABEL = "key", "label"
OF_ZIPS = frozenset({"zip-locked", "zip-method", "zip-ratio", "unsafe-name"})


class Origin(NamedTuple):
    """The model that marked the pictures."""

    model: str
    version: str = ""


def bring_coco(project: Project, path: Path, origin: Origin, notes: Notes) -> PrelabelReport:
    """Import pre-labels from one COCO document.

    Args:
        project: whose pictures.
        path: the document.
        origin: which model it was.
        notes: where what answers cannot hold is counted.

    Raises:
        BadFile: the file cannot be read; it names entry and field.
        BadInput: nothing is asked about regions of a picture.
    """
    schema, question = _asked(project)
    document = coco.read(_chunks(path), path.name, str(question["kind"]), notes)
    index = _Known(project, schema, question)
    return _kept(project, schema, question, origin, _named(index, document.pictures))


def bring_yolo(project: Project, path: Path, origin: Origin, notes: Notes) -> PrelabelReport:
    """Import pre-labels from a YOLO data set: a folder, or a zip of one.

    Raises:
        BadFile: there is no ``data.yaml``, a line cannot be read, or the zip is none.
        BadInput: nothing is asked about regions of a picture.
    """
    schema, question = _asked(project)
    task = tasks_for(question)[-1 if question.get("rotated") else 0]
    files = _Files(path)
    data = yolo.read_data(files.data(), "data.yaml", notes)
    index = _Known(project, schema, question)
    pictures = (
        yolo.Labelled(name, *index.size_of(key), content)
        for name, content in files.labels()
        if (key := index.key_of(name))
    )
    marked = _named(index, yolo.read(pictures, data, task, notes))
    return _kept(project, schema, question, origin, marked)


def _asked(project: Project) -> tuple[Schema, Question]:
    newest = QuestionVersion.objects.filter(project=project).order_by("-number").first()
    questions = questions_of(newest.schema) if newest else []
    question = next((each for each in questions if each["kind"] in IN_PICTURES), None)
    if newest is None or question is None:
        raise BadInput(
            "nothing is asked here about regions of a picture; ask for boxes, polygons or"
            " keypoints first",
            code="nothing-asked",
        )
    return newest.schema, question


def _kept(
    project: Project,
    schema: Schema,
    question: Question,
    origin: Origin,
    marked: Iterable[tuple[str, LabelledImage]],
) -> PrelabelReport:
    """Import the regions as a table of pre-labels; all of it, or nothing."""
    columns = PrelabelColumns(LABEL, model=origin.model, version=origin.version)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "prelabels.jsonl"
        with table.open("w", encoding="utf-8") as out:
            for key, picture in marked:
                if picture.value is None:
                    continue
                row = {KEY: key, LABEL: _label(schema, question, picture)}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        if not table.stat().st_size:
            return PrelabelReport(0, [])
        return bring_prelabels(project, table, KEY, columns)


def _label(schema: Schema, question: Question, picture: LabelledImage) -> str:
    """Return the regions as a label; unchecked if invalid, so that the import refuses it."""
    value = list(picture.value or ())
    try:
        return label_of_values(schema, {str(question["id"]): value})
    except BadInput:
        return json.dumps(value, ensure_ascii=False)


def _named(
    index: "_Known", pictures: Iterable[LabelledImage]
) -> Iterator[tuple[str, LabelledImage]]:
    """Yield pictures with the key of their task, or their own name if there is none."""
    for picture in pictures:
        yield index.key_of(picture.file) or picture.file, picture


class _Known:
    """The tasks of a project by possible file names, and the sizes of their pictures."""

    def __init__(self, project: Project, schema: Schema, question: Question) -> None:
        self._project = project
        self._column = marked_column(schema, question)
        self._keys: dict[str, str | None] = {}
        self._hashes: dict[str, str] = {}
        tasks = Task.objects.filter(project=project, now__isnull=False, row__gt=0).order_by("id")
        for key, data in tasks.values_list("key", "data").iterator(AT_ONCE):
            row = decode_row(data)
            self._hashes[key] = row.get(self._column, "")
            for name in {*_names(key), *_names(row.get("file") or key)}:
                # what two tasks could be called finds neither of them
                self._keys[name] = key if self._keys.get(name, key) == key else None

    def key_of(self, name: str) -> str:
        """Return the key of a picture's task; empty if there is none."""
        return next((key for alias in _names(name) if (key := self._keys.get(alias))), "")

    def size_of(self, key: str) -> tuple[int, int]:
        """Return width and height of a task's picture, 0 if it has none."""
        media = Media.objects.filter(project=self._project, sha256=self._hashes[key]).first()
        return (media.width, media.height) if media else (0, 0)


def _names(name: str) -> list[str]:
    """Return the possible names of a picture, most specific first.

    >>> _names("train/a.png")
    ['train/a.png', 'train_a.png', 'train/a', 'train_a', 'a.png', 'a']
    """
    path = PurePosixPath(name)
    bare = str(path.with_suffix("")) if path.name else name
    aliases = [name, name.replace("/", "_"), bare, bare.replace("/", "_"), path.name, path.stem]
    return [alias for alias in dict.fromkeys(aliases) if alias]


class _Files:
    """The label files of a data set in a folder or a zip."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.is_dir() and not zipfile.is_zipfile(path):
            raise BadFile(
                f"{path.name} is neither a folder nor a zip; give the folder that holds data.yaml",
                code="zip-damaged",
            )

    def data(self) -> bytes:
        """Return ``data.yaml``.

        Raises:
            BadFile: there is none, or more than one.
        """
        contents = [content for name, content in self._all("data.yaml")]
        if len(contents) != 1:
            raise BadFile(
                f"{self._path.name} has {len(contents)} files data.yaml; it needs one",
                code="file-missing",
            )
        return contents[0]

    def labels(self) -> Iterator[tuple[str, bytes]]:
        """Yield the label files, each with the name of its picture without extension."""
        for name, content in self._all(".txt"):
            parts = PurePosixPath(name).with_suffix("").parts
            if "labels" in parts:
                at = len(parts) - 1 - parts[::-1].index("labels")
                inside = parts[at + 1 :]
                if inside and inside[0] in yolo.SPLITS:
                    inside = inside[1:]
                if inside:
                    yield "/".join(inside), content

    def _all(self, ending: str) -> Iterator[tuple[str, bytes]]:
        names = [name for name in images.names_of(self._path) if name.endswith(ending)]
        with images.ImageFiles(self._path) as files:
            for name in names:
                file = files.read(0, name)
                if isinstance(file, Problem):
                    raise BadFile(
                        words(file.code, {**file.facts, "file": name}, "en"),
                        code=f"table-{file.code}" if file.code in OF_ZIPS else "zip-damaged",
                        **{**file.facts, "file": name},
                    )
                _refuse_large(name, len(file.content))
                yield name, file.content


def _refuse_large(name: str, size: int) -> None:
    if size > LARGEST_LABELS:
        raise BadFile(
            f"{name} has {size} bytes or grows too much; a label file has {LARGEST_LABELS} at most",
            code="zip-grows",
            bytes=size,
            limit=LARGEST_LABELS,
        )


def _chunks(path: Path) -> Iterator[bytes]:
    if not path.is_file():
        raise BadFile(f"there is no file at {path}; check the name", code="file-missing")
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
