"""Export labels as Hugging Face ``datasets`` reads them: typed columns, splits, pictures, sounds.

Each question is a column of its own type; labels are ``ClassLabel``. Tasks without a label are left
out, as nothing can be learnt from them. One Parquet file holds the hashes of pictures and sounds; a
folder of files by split holds the pictures and sounds themselves. The answers to exported tasks
can no longer be corrected by their workers (``label_exports``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched
from pathlib import PurePosixPath
from typing import NamedTuple, cast

from canut.actions.datasets.coco_yolo_exports import ENDINGS
from canut.actions.datasets.label_exports import (
    SHOW,
    Leaving,
    asked_of,
    data_columns,
    leaving,
    origin_of_label,
    own_names,
    published_sources,
)
from canut.actions.imports.row_media import NAME_OF
from canut.actions.platform import system_clock
from canut.core.clock import Ms
from canut.core.datasets.descriptions.readme import splits_head
from canut.core.errors import BadInput
from canut.core.formats import FileColumn
from canut.core.formats.tables.columns import Cell
from canut.core.formats.tables.zip_stream import stream_zip
from canut.core.formats.training.huggingface import MediaFile, TypedRow, write
from canut.core.formats.training.splits import SPLITS, split_of
from canut.core.kinds import Question, Schema, questions_of, values_of_label
from canut.store.datasets.card_figures import has_simulated
from canut.store.learning.loop import rule_of_loop
from canut.store.media.files import media_bytes, sound_part
from canut.store.models import Media, Project
from canut.store.tables.learning import LoopRule

HUGGINGFACE = "huggingface"
FORMS = ("parquet", "zip")
FOLDER = "typed"
COLUMNS = (
    FileColumn("task", "whole"),
    FileColumn("key"),
    FileColumn("confidence", "number"),
    FileColumn("decided"),
)
ROWS_TOGETHER = 50  # whose pictures are in memory at once
FILE_BYTES = 400 << 20  # about; a reader loads one file after the other


def huggingface_holds(project_id: int) -> bool:
    """Return whether something is asked in a project."""
    return asked_of(project_id) is not None


def export_huggingface(
    project_id: int,
    form: str = "parquet",
    *,
    for_excel: str = "",
    now_ms: Ms | None = None,
) -> Iterator[bytes]:
    """Stream the labels of a project with the type of each question.

    Args:
        project_id: whose; who may take them is checked by the caller.
        form: ``parquet``, one file; ``zip``, a folder that ``load_dataset`` takes, with splits,
            pictures and sounds.
        for_excel: of no meaning here.
        now_ms: when the tasks left.

    Raises:
        Missing: there is no such project.
        BadInput: another form, or nothing is asked yet.
    """
    del for_excel
    if form not in FORMS:
        raise BadInput(
            f"{HUGGINGFACE} is written as {' or '.join(FORMS)}, not as {form}",
            code="format-unknown",
            format=form,
        )
    source = _typed(project_id, now_ms, with_media=form == "zip")
    if form == "parquet":
        return write(source.columns, source.questions, source.batches())
    return stream_zip(_folder(source))


def typed_files(project_id: int, now_ms: Ms) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield path and content of each file of a dataset with its splits, pictures and sounds.

    Each file is to be consumed before the next is asked for. A split without tasks has none.

    Raises:
        Missing: there is no such project.
        BadInput: nothing is asked yet.
    """
    return _files(_typed(project_id, now_ms, with_media=True))


def splits_in(paths: Iterable[str]) -> dict[str, str]:
    """Return the pattern of the files of each split, of those that ``typed_files`` wrote.

    Example:
        >>> splits_in(["README.md", "typed/train-00000.parquet"])
        {'train': 'typed/train-*.parquet'}
    """
    names = {PurePosixPath(path).name.split("-")[0] for path in paths if _is_typed(path)}
    return {split: f"{FOLDER}/{split}-*.parquet" for split in SPLITS if split in names}


def _is_typed(path: str) -> bool:
    return PurePosixPath(path).parent.name == FOLDER


def _folder(source: "_Typed") -> Iterator[tuple[str, bytes | Iterable[bytes]]]:
    paths = list[str]()
    for path, content in _files(source):
        yield path, content
        paths.append(path)
    project = Project.objects.get(pk=source.project)
    yield "README.md", splits_head(project.title, splits_in(paths), is_simulated=source.is_show)


def _files(source: "_Typed") -> Iterator[tuple[str, Iterable[bytes]]]:
    for split in SPLITS:
        for number, batches in enumerate(_cut(source.batches(split))):
            content = write(source.columns, source.questions, batches, source.media)
            yield f"{FOLDER}/{split}-{number:05}.parquet", content


def _cut(batches: Iterator[list[TypedRow]]) -> Iterator[Iterator[list[TypedRow]]]:
    """Cut batches into files of ``FILE_BYTES``; each is read to its end before the next."""
    for first in batches:
        yield _until_full(first, batches)


def _until_full(
    first: list[TypedRow], batches: Iterator[list[TypedRow]]
) -> Iterator[list[TypedRow]]:
    yield first
    size = _media_bytes_in(first)
    while size < FILE_BYTES and (batch := next(batches, None)) is not None:
        yield batch
        size += _media_bytes_in(batch)


def _media_bytes_in(rows: Sequence[TypedRow]) -> int:
    return sum(len(file.content) for row in rows for file in row.media.values())


class _Typed(NamedTuple):
    """What a dataset is written from: project, questions, columns, media by column, moment.

    ``names`` gives the name that each column of the tasks has in the files.
    """

    project: int
    schema: Schema
    names: Mapping[str, str]
    media_forms: Mapping[str, str]
    with_media: bool
    is_show: bool
    is_imitation: bool
    now_ms: Ms

    @property
    def questions(self) -> Sequence[Question]:
        return questions_of(self.schema)

    @property
    def media(self) -> dict[str, str]:
        """Form of the pictures and sounds, by the column they lie in."""
        forms = self.media_forms.items() if self.with_media else ()
        return {self.names[column]: form for column, form in forms if column in self.names}

    @property
    def columns(self) -> list[FileColumn]:
        """Columns other than answers and media."""
        plain = [FileColumn(name) for name in self.names.values() if name not in self.media]
        return [*COLUMNS, *plain, SHOW]

    def batches(self, split: str = "") -> Iterator[list[TypedRow]]:
        """Yield the labelled tasks of a split, or of all, marked as exported first."""
        for chunk in leaving(self.project, tuple(self.media_forms), self.now_ms):
            rows = (
                (leaves, values)
                for leaves in chunk
                if (not split or split_of(leaves.row.key) == split)
                and (values := self._values(leaves.row.label))
            )
            for some in batched(rows, ROWS_TOGETHER, strict=False):
                yield [self._row(leaves, values) for leaves, values in some]

    def _values(self, label: str | None) -> Mapping[str, object]:
        """Return a label's value per question; empty if there is none, or of an older question."""
        try:
            return values_of_label(self.schema, label) if label else {}
        except BadInput:
            return {}

    def _row(self, leaves: Leaving, values: Mapping[str, object]) -> TypedRow:
        row, cells, media_of = leaves
        task_cells: dict[str, Cell] = {
            name: cells.get(column) for column, name in self.names.items()
        }
        decided = origin_of_label(row, is_imitation=self.is_imitation)
        label_cells: dict[str, Cell] = {
            "task": row.task,
            "key": row.key,
            "confidence": row.confidence,
            "decided": decided,
        }
        files = {
            self.names[column]: _file(media, cells.get(NAME_OF.format(column=column), ""))
            for column, media in media_of.items()
            if self.names.get(column) in self.media
        }
        return TypedRow({**task_cells, **label_cells, SHOW.name: self.is_show}, values, files)


def _file(media: Media, name: str) -> MediaFile:
    """Read a picture or sound; its name is the one it came with, else its hash."""
    name = name or media.sha256 + ENDINGS.get(media.content_type, "")
    if media.content_type.startswith("image/"):
        content, _ = media_bytes(media.project_id, media.sha256, smooth=False)
    else:
        content = sound_part(media.project_id, media.sha256, 0, media.size_bytes)
    return MediaFile(content, name)


def _typed(project_id: int, now_ms: Ms | None, *, with_media: bool) -> _Typed:
    version = asked_of(project_id)
    if version is None:
        raise BadInput(
            "nothing is asked here yet; what can be written: csv, jsonl, parquet",
            code="export-unheld",
            what="Hugging Face",
            known="csv, jsonl, parquet",
        )
    parts = cast("Sequence[Mapping[str, str]]", version.schema.get("show") or ())
    media_forms = {part["column"]: part["as"] for part in parts if part["as"] in {"image", "audio"}}
    data = list(dict.fromkeys([*data_columns(published_sources(project_id)), *media_forms]))
    question_ids = {str(question["id"]) for question in questions_of(version.schema)}
    reserved = {*(column.name for column in (*COLUMNS, SHOW)), *question_ids}
    return _Typed(
        project_id,
        version.schema,
        dict(zip(data, own_names(data, reserved), strict=True)),
        media_forms,
        with_media,
        has_simulated(),
        rule_of_loop(project_id).role == LoopRule.Role.IMITATE,
        system_clock.now_ms() if now_ms is None else now_ms,
    )
