"""Write answers as a YOLO data set: label files and ``data.yaml``; pictures stay where they are.

Classes are numbered in the question's order. Of a rotated box only the oriented form keeps the
turn, so the plain one refuses it. A picture that somebody looked at without finding anything gets
an empty file; one that nobody has looked at gets none.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import yaml

from canut.core.formats.training.labelled_items import (
    FieldPath,
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
    """Write ``data.yaml``: where each part's pictures lie, the classes, the points of a pose."""
    kind_of({"kind": task}, "YOLO", tasks_for(question))
    said: dict[str, Any] = {"path": "."}
    wanted = set(splits)
    said |= {name: f"images/{name}" for name in SPLITS if name in wanted}
    said["names"] = dict(enumerate(labels_of(question)))
    if task == "pose":
        points = point_names(question)
        said["kpt_shape"] = [len(points), 3]
        said["kpt_names"] = dict.fromkeys(range(len(labels_of(question))), points)
        said["skeleton"] = [list(pair) for pair in question.get("skeleton") or []]
    dumped: str = yaml.dump(
        said, Dumper=_Plain, allow_unicode=True, sort_keys=False, default_flow_style=None
    )
    return dumped.encode()


class _Plain(yaml.SafeDumper):
    """Writes a list again where it stands again, without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        """Say that nothing is an alias."""
        del data
        return True


def write(
    question: Question, task: str, pictures: Iterable[tuple[str, LabelledImage]], notes: Notes
) -> Iterator[DatasetFile]:
    """Yield the label files of a question's answers, and last ``data.yaml``.

    Args:
        question: its ``kind`` and ``labels``, and for keypoints ``points`` and ``skeleton``.
        task: one of ``tasks_for(question)``.
        pictures: each with its part: ``train``, ``val`` or ``test``. A picture lies in
            ``images/PART/`` under its file's name.
        notes: where what YOLO cannot hold is counted.

    Raises:
        BadFile: the task cannot hold the kind, a label is not the question's, a size is not known,
            a box is turned, or two pictures of a part would share a label file.
    """
    kind_of({"kind": task}, "YOLO", tasks_for(question))
    numbers = {label: number for number, label in enumerate(labels_of(question))}
    asked = _Asked(task, numbers, point_names(question), notes)
    seen, splits = set[str](), dict[str, None]()
    for split, picture in pictures:
        at = FieldPath("YOLO", picture.file)
        if split not in SPLITS:
            at.seen("entry-known", "split", split, known=", ".join(SPLITS))
        splits[split] = None
        path = label_path(f"images/{split}/{PurePosixPath(picture.file).name}")
        if path in seen:
            at.refuse("entry-twice", field="file", seen=path)
        seen.add(path)
        if picture.value is None:
            notes.add("note-unlabelled")
            continue
        if not picture.width or not picture.height:
            at.refuse("picture-size-unknown")
        lines = [asked.line(region, picture, place) for place, region in enumerate(picture.value)]
        yield DatasetFile(path, "".join(lines).encode())
    yield DatasetFile("data.yaml", data_file(question, task, splits or ["train"]))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What lines are written by."""

    task: str
    numbers: dict[str, int]
    points: list[str]
    notes: Notes

    def line(self, region: Region, picture: LabelledImage, place: int) -> str:
        """Write one region."""
        at = FieldPath("YOLO", f"{picture.file} [{place}]")
        if region.get("label") not in self.numbers:
            at.seen("entry-known", "label", region.get("label"), known=", ".join(self.numbers))
        if self.task == "pose":
            words = self._pose(at.fields(region.get("points"), "points"), picture, at)
        else:
            corners = _corners(region, self.task, at)
            words = _shares(corners, picture, self.notes)
        return " ".join([str(self.numbers[region["label"]]), *words]) + "\n"

    def _pose(self, said: Region, picture: LabelledImage, at: FieldPath) -> list[str]:
        for name in said:
            if name not in self.points:
                at.seen("entry-known", "points", name, known=", ".join(self.points))
        triples = [at.numbers(said.get(name, [0, 0, 0]), name, 3) for name in self.points]
        x, y, w, h = enclosing([point[:2] for point in triples if point[2]])
        w, h = w or 1, h or 1  # one point alone still needs a box with sides
        words = _shares([[x + w / 2, y + h / 2], [w, h]], picture, self.notes)
        for point in triples:
            words += [*_shares([point[:2]], picture, self.notes), str(int(point[2]))]
        return words


def _corners(region: Region, task: str, at: FieldPath) -> list[list[float]]:
    """Return what a line says, in pixels: corners or points, or the middle and the sides."""
    if task == "segment":
        said = at.items(region.get("points"), "points")
        points = [at.numbers(point, "points", 2) for point in said]
        at.points([each for point in points for each in point], "points")
        return points
    x, y, w, h = (at.number(region.get(name), name) for name in "xywh")
    if task == "obb":
        return corners_of(region)
    if region.get("angle"):
        at.refuse("box-rotated", seen=str(region["angle"]))
    return [[x + w / 2, y + h / 2], [w, h]]


def _shares(points: list[list[float]], picture: LabelledImage, notes: Notes) -> list[str]:
    """Write pixels as shares of the picture; what sticks out is cut at its edge, and noted."""
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
