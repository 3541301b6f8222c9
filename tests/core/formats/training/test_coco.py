import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from canut.core.errors import BadFile
from canut.core.formats.training import coco, masks
from canut.core.formats.training.coco_writing import write
from canut.core.formats.training.json_entries import entries
from canut.core.formats.training.labelled_items import DocumentPath, LabelledImage, Notes
from tests.core.formats.labelled_examples import REGIONS, pictures, plain_question, question


def written(kind: str, made: list[LabelledImage]) -> bytes:
    return b"".join(write(question(kind), lambda: made, Notes()))


def small(**changes: object) -> dict[str, Any]:
    return {
        "images": [{"id": 42, "file_name": "a.jpg", "width": 100, "height": 80}],
        "categories": [{"id": 7, "name": "chat"}, {"id": 90, "name": "chien"}],
        "annotations": [{"id": 5, "image_id": 42, "category_id": 90, "bbox": [1, 2, 3.5, 4]}],
        **changes,
    }


def read(document: object, kind: str = "boxes", notes: Notes | None = None) -> coco.Coco:
    return coco.read([json.dumps(document).encode()], "c.json", kind, notes or Notes())


@pytest.mark.parametrize("kind", coco.KINDS)
@settings(max_examples=20)
@given(data=st.data())
def test_every_kind_comes_back_as_it_was(kind: str, data: st.DataObject) -> None:
    made = data.draw(pictures(REGIONS[kind]))

    found = coco.read([written(kind, made)], "c.json", kind, Notes())

    assert [(each.file, each.value) for each in found.pictures] == [
        (each.file, each.value) for each in made
    ]
    assert found.question(kind) == plain_question(kind)


def test_ids_are_kept_with_their_gaps() -> None:
    found = read(small())

    again = json.loads(
        b"".join(
            write(
                {"kind": "boxes", "labels": ["chat", "chien"]},
                lambda: found.pictures,
                Notes(),
                found.categories,
            )
        )
    )

    assert [each["id"] for each in again["images"]] == [42]
    assert [each["id"] for each in again["categories"]] == [7, 90]
    assert again["annotations"][0]["category_id"] == 90
    assert found.pictures[0].beside == ({"id": 5},)


def test_lists_may_come_in_any_order() -> None:
    whole = small()

    backwards = read({name: whole[name] for name in reversed(whole)})

    assert backwards.pictures == read(whole).pictures


def test_a_crowd_and_what_else_is_said_come_beside_the_answer_and_go_back() -> None:
    notes = Notes()
    said = {**small()["annotations"][0], "iscrowd": 1, "score": 0.5}
    found = read(small(annotations=[said]), notes=notes)

    again = b"".join(
        write({"kind": "boxes", "labels": ["chat", "chien"]}, lambda: found.pictures, Notes())
    )

    assert [note.code for note in notes] == ["note-crowd"]
    assert json.loads(again)["annotations"][0]["iscrowd"] == 1
    assert json.loads(again)["annotations"][0]["score"] == 0.5


def test_a_region_in_several_parts_becomes_several_polygons_and_that_is_noted() -> None:
    notes = Notes()
    parts = [[0, 0, 4, 0, 4, 4], [10, 10, 14, 10, 14, 14]]
    said = [{"id": 1, "image_id": 42, "category_id": 7, "segmentation": parts}]

    found = read(small(annotations=said), "polygons", notes)

    assert [each["points"][0] for each in found.pictures[0].value or ()] == [[0, 0], [10, 10]]
    assert [note.words() for note in notes] == [
        "1 regions are made of several polygons; each became a polygon of its own."
    ]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"images": [{"id": 1, "file_name": "a", "width": 0, "height": 1}]}, "images[0]: “width”"),
        ({"images": [{"id": 1, "width": 2, "height": 1}]}, "images[0]: “file_name” is not there"),
        ({"categories": [{"id": 7, "name": "a"}] * 2}, "categories[1]: “id” 7 is there twice"),
        ({"annotations": [3]}, "annotations[0]: “annotations” is 3; expected an object"),
        (
            {"annotations": [{"image_id": 9, "category_id": 7, "bbox": [0, 0, 1, 1]}]},
            "annotations[0]: “image_id” 9 names nothing",
        ),
        (
            {"annotations": [{"image_id": 42, "category_id": 8, "bbox": [0, 0, 1, 1]}]},
            "annotations[0]: “category_id” 8 names nothing",
        ),
        (
            {"annotations": [{"image_id": 42, "category_id": 7, "bbox": [0, 0, 1]}]},
            "annotations[0]: “bbox” is [0, 0, 1]; expected 4 numbers",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_entry_and_field(
    change: dict[str, Any], place: str
) -> None:
    with pytest.raises(BadFile) as refused:
        read(small(**change))

    assert f"c.json, {place}" in str(refused.value)


def test_other_kinds_are_refused_by_name() -> None:
    with pytest.raises(BadFile, match="COCO cannot hold answers of the kind “spans”"):
        read(small(), "spans")


@settings(max_examples=20)
@given(
    mask=hnp.arrays(
        np.uint8, st.tuples(st.integers(1, 7), st.integers(1, 7)), elements=st.sampled_from([0, 1])
    )
)
def test_the_outline_of_a_mask_holds_its_pixels_and_no_others(mask: masks.Mask) -> None:
    loops = masks.outlines(mask)

    assert sum(signed for signed, _ in loops) / 2 == mask.sum()
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            crossed = sum(crossings(points, x + 0.5, y + 0.5) for _, points in loops)
            assert crossed % 2 == mask[y, x]


def crossings(points: list[list[float]], x: float, y: float) -> int:
    ends = zip(points, [*points[1:], points[0]], strict=True)
    return sum((a[1] > y) != (b[1] > y) and a[0] > x for a, b in ends)


def test_runs_that_do_not_fill_the_mask_or_leave_a_hole_are_refused() -> None:
    at = DocumentPath("c.json", "annotations[0]")

    with pytest.raises(BadFile, match="do not fill the 6 pixels"):
        masks.polygons_of({"size": [2, 3], "counts": [5]}, at)
    with pytest.raises(BadFile, match="hole"):
        masks.polygons_of({"size": [3, 3], "counts": [0, 4, 1, 4]}, at)
    assert masks.polygons_of({"size": [2, 3], "counts": [2, 4]}, at) == [
        [[1.0, 0.0], [3.0, 0.0], [3.0, 2.0], [1.0, 2.0]]
    ]


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=20)
@given(
    document=st.dictionaries(
        st.text(max_size=3), st.lists(values, max_size=3) | st.integers(), max_size=4
    ),
    size=st.integers(1, 9),
)
def test_a_document_is_the_same_in_pieces_of_any_size(document: dict[str, Any], size: int) -> None:
    content = json.dumps(document, indent=1).encode()

    pieces = [content[n : n + size] for n in range(0, len(content), size)]
    found = dict[str, Any]()
    for entry in entries(pieces, "x.json"):
        if entry.number < 0:
            found[entry.name] = entry.value
        else:
            found.setdefault(entry.name, []).append(entry.value)

    assert found == {name: value for name, value in document.items() if value != []}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[1",
        "[1 2]",
        '{"a" 1}',
        '{"a": NaN}',
        '[{"a":1,"a":2}]',
        "[1] 2",
        '{"a":[],"a":[]}',
        "3",
    ],
)
def test_what_is_no_json_is_refused_with_its_place(content: str) -> None:
    with pytest.raises(BadFile, match=r"x\.json, "):
        list(entries([content.encode()], "x.json"))


def test_memory_does_not_grow_with_the_document() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"["
        for _ in range(2_000):
            yield b'{"text": "' + b"a" * 1_000 + b'"},'
        yield b"1]"

    tracemalloc.start()
    count = sum(1 for _ in entries(pieces(), "x.json"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 2_001
    assert peak < 200_000  # the document is 2 MB
