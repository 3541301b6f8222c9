"""Write answers as a YOLO data set: label files and ``data.yaml``, without the pictures.

Classes are numbered in the question's order. Only the oriented format keeps a rotation, so the
plain one refuses rotated boxes. A picture that was reviewed and found empty has an empty file; a
picture that was not reviewed has none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import yaml

from canut.core.formats.training.labelled_items import (
    DocumentPath,
    LabelledImage,
    Notes,
    Question,
    Region,
    corners_of,
    enclosing,
    kind_of,
    labels_of,
    point_names,
)
from canut.core.formats.training.yolo import KINDS, SPLITS, label_path

DIGITS = 12  # a share keeps a millionth of a pixel in the largest picture


class DatasetFile(NamedTuple):
    """A file of the data set."""

    path: str
    content: bytes


def tasks_for(question: Question) -> list[str]:
    """Return the YOLO tasks that can hold a question's answers.

    >>> tasks_for({"kind": "boxes"})
    ['detect', 'obb']
    """
    return [task for task, kind in KINDS.items() if kind == question["kind"]]


def data_file(question: Question, task: str, splits: Iterable[str]) -> bytes:
    """Write ``data.yaml``: picture folders of each split, classes, points of a pose.

    Programs that train want a folder for ``train`` and one for ``val``: where there is one of them
    alone, it stands for both.
    """
    kind_of({"kind": task}, "YOLO", tasks_for(question))
    fields: dict[str, Any] = {"path": "."}
    split_names = set(splits)
    fields |= {name: f"images/{name}" for name in SPLITS if name in split_names}
    if lonely := {"train", "val"} & split_names:
        fields = {name: f"images/{min(lonely)}" for name in ("train", "val")} | fields
    fields["names"] = dict(enumerate(labels_of(question)))
    if task == "pose":
        points = point_names(question)
        fields["kpt_shape"] = [len(points), 3]
        fields["kpt_names"] = dict.fromkeys(range(len(labels_of(question))), points)
        fields["skeleton"] = [list(pair) for pair in question.get("skeleton") or []]
    dumped: str = yaml.dump(
        fields, Dumper=_Plain, allow_unicode=True, sort_keys=False, default_flow_style=None
    )
    return dumped.encode()


class _Plain(yaml.SafeDumper):
    """YAML writer that repeats lists instead of using anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Return True, so that nothing becomes an alias."""
        del data
        return True


def write(
    question: Question, task: str, pictures: Iterable[tuple[str, LabelledImage]], notes: Notes
) -> Iterator[DatasetFile]:
    """Yield the label files of a question's answers, then ``data.yaml``.

    Args:
        question: its ``kind`` and ``labels``, and for keypoints ``points`` and ``skeleton``.
        task: one of ``tasks_for(question)``.
        pictures: pairs of a split (``train``, ``val`` or ``test``) and a picture, which lies in
            ``images/SPLIT/`` under its file's name.
        notes: counts what YOLO cannot represent.

    Raises:
        BadFile: the task cannot hold the kind, a label is not the question's, a size is unknown,
            a box is rotated, or two pictures of a split would share a label file.
    """
    kind_of({"kind": task}, "YOLO", tasks_for(question))
    numbers = {label: number for number, label in enumerate(labels_of(question))}
    settings = _Asked(task, numbers, point_names(question), notes)
    paths, splits = set[str](), dict[str, None]()
    for split, picture in pictures:
        at = DocumentPath("YOLO", picture.file)
        if split not in SPLITS:
            at.seen("entry-known", "split", split, known=", ".join(SPLITS))
        splits[split] = None
        path = label_path(f"images/{split}/{PurePosixPath(picture.file).name}")
        if path in paths:
            at.refuse("entry-twice", field="file", seen=path)
        paths.add(path)
        if picture.value is None:
            notes.add("note-unlabelled")
            continue
        if not picture.width or not picture.height:
            at.refuse("picture-size-unknown")
        lines = [
            settings.line(region, picture, index) for index, region in enumerate(picture.value)
        ]
        yield DatasetFile(path, "".join(lines).encode())
    yield DatasetFile("data.yaml", data_file(question, task, splits or ["train"]))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Settings for writing lines."""

    task: str
    numbers: dict[str, int]
    points: list[str]
    notes: Notes

    def line(self, region: Region, picture: LabelledImage, place: int) -> str:
        """Format one region as a line."""
        at = DocumentPath("YOLO", f"{picture.file} [{place}]")
        if region.get("label") not in self.numbers:
            at.seen("entry-known", "label", region.get("label"), known=", ".join(self.numbers))
        if self.task == "pose":
            words = self._pose(at.fields(region.get("points"), "points"), picture, at)
        else:
            corners = _corners(region, self.task, at)
            words = _shares(corners, picture, self.notes)
        return " ".join([str(self.numbers[region["label"]]), *words]) + "\n"

    def _pose(self, points: Region, picture: LabelledImage, at: DocumentPath) -> list[str]:
        for name in points:
            if name not in self.points:
                at.seen("entry-known", "points", name, known=", ".join(self.points))
        triples = [at.numbers(points.get(name, [0, 0, 0]), name, 3) for name in self.points]
        x, y, w, h = enclosing([point[:2] for point in triples if point[2]])
        w, h = w or 1, h or 1  # a single point still needs a box with sides
        words = _shares([[x + w / 2, y + h / 2], [w, h]], picture, self.notes)
        for point in triples:
            words += [*_shares([point[:2]], picture, self.notes), str(int(point[2]))]
        return words


def _corners(region: Region, task: str, at: DocumentPath) -> list[list[float]]:
    """Return a region in pixels: corners or points, or the centre and the sides."""
    if task == "segment":
        pairs = at.items(region.get("points"), "points")
        points = [at.numbers(point, "points", 2) for point in pairs]
        at.points([each for point in points for each in point], "points")
        return points
    x, y, w, h = (at.number(region.get(name), name) for name in "xywh")
    if task == "obb":
        return corners_of(region)
    if region.get("angle"):
        at.refuse("box-rotated", seen=str(region["angle"]))
    return [[x + w / 2, y + h / 2], [w, h]]


def _shares(points: list[list[float]], picture: LabelledImage, notes: Notes) -> list[str]:
    """Format pixels as shares of the picture; points outside are clipped, with a note."""
    shares = [
        pixels / side
        for point in points
        for pixels, side in zip(point, (picture.width, picture.height), strict=True)
    ]
    if not all(0 <= share <= 1 for share in shares):
        notes.add("note-clipped", field=picture.file)
    return [
        f"{min(max(share, 0), 1):.{DIGITS}f}".rstrip("0").rstrip(".") or "0" for share in shares
    ]
