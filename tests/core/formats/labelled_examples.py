"""Answers of every kind in their normal form, made up for the tests of formats."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from canut.core.formats.labelled import Passage, Picture

LABELS = ["chat", "chien", "vélo bleu"]
POINTS = ["nez", "œil", "queue"]
WIDTH, HEIGHT = 640, 700

pixels = st.floats(0, 400, allow_nan=False).map(lambda each: round(each, 3))
sides = st.floats(1, 200).map(lambda each: round(each, 3))
angles = st.floats(0, 359).map(lambda each: round(each, 2))
labels = st.sampled_from(LABELS)
boxes = st.fixed_dictionaries({"label": labels, "x": pixels, "y": pixels, "w": sides, "h": sides})
rotated = st.fixed_dictionaries(
    {
        "label": labels,
        "x": pixels,
        "y": pixels,
        "w": sides,
        "h": sides,
        "angle": angles.filter(lambda each: each != 0),
    }
)
points = st.tuples(pixels, pixels).map(list)
polygons = st.fixed_dictionaries(
    {"label": labels, "points": st.lists(points, min_size=3, max_size=6)}
)
marked = st.one_of(
    st.just([0, 0, 0]),
    st.tuples(
        st.floats(1, 400).map(lambda each: round(each, 3)),
        st.floats(1, 400).map(lambda each: round(each, 3)),
        st.sampled_from([1, 2]),
    ).map(list),
)
keypoints = st.fixed_dictionaries(
    {"label": labels, "points": st.fixed_dictionaries(dict.fromkeys(POINTS, marked))}
)
REGIONS: Mapping[str, st.SearchStrategy[Mapping[str, Any]]] = {
    "boxes": st.one_of(boxes, rotated),
    "polygons": polygons,
    "keypoints": keypoints,
}


def question(kind: str) -> dict[str, Any]:
    """Return a question of regions or spans."""
    asked = {"id": "q", "kind": kind, "labels": choices(LABELS)}
    if kind == "keypoints":
        skeleton = [["nez", "œil"], ["nez", "queue"]]
        return {**asked, "points": choices(POINTS), "skeleton": skeleton}
    return asked


def choices(values: list[str]) -> list[dict[str, str]]:
    """Return values as a question lists them."""
    return [{"value": each, "label": each} for each in values]


def pictures(
    regions: st.SearchStrategy[Mapping[str, Any]],
) -> st.SearchStrategy[list[Picture]]:
    """Return a few pictures with their regions, each with its own name and no id."""
    values = st.lists(st.lists(regions, max_size=3).map(tuple), min_size=1, max_size=3)
    return values.map(
        lambda each: [
            Picture(f"été/image {number}.jpg", WIDTH, HEIGHT, value)
            for number, value in enumerate(each)
        ]
    )


characters = st.characters(
    exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\0", include_characters="\n😀é"
)


@st.composite
def passages(draw: st.DrawFn, *, overlap: bool, relations: bool) -> Passage:
    """Return a text with spans that may overlap, and relations between them."""
    text = draw(st.text(characters, min_size=1, max_size=40))
    ends = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    found = draw(st.lists(ends.filter(lambda each: each[0] < each[1]), max_size=4, unique=True))
    kept = list[tuple[int, int]]()
    for start, end in sorted(found):
        if overlap or not kept or kept[-1][1] <= start:
            kept.append((start, end))
    spans = [
        {"id": f"s{number}", "label": draw(labels), "start": start, "end": end}
        for number, (start, end) in enumerate(kept)
    ]
    joined = list[dict[str, str]]()
    if relations and len(spans) > 1:
        joined = [{"from": "s0", "to": "s1", "label": "mange"}]
    return Passage(text, {"spans": spans, "relations": joined})


def plain_question(kind: str) -> dict[str, Any]:
    """Return the question as files say it: labels and points by their names alone."""
    asked: dict[str, Any] = {"kind": kind, "labels": LABELS}
    if kind == "keypoints":
        asked |= {"points": POINTS, "skeleton": question(kind)["skeleton"]}
    return asked
