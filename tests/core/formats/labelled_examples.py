"""Answers of every kind in their normal form, made up for the tests of formats."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

from canut.core.formats.training.labelled_items import LabelledImage, LabelledText

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
_points = st.tuples(*[marked for _ in POINTS]).map(
    lambda each: dict(zip(POINTS, each, strict=True))
)
keypoints = st.fixed_dictionaries({"label": labels, "points": _points})
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
) -> st.SearchStrategy[list[LabelledImage]]:
    """Return a few pictures with their regions, each with its own name and no id."""
    values = st.lists(st.lists(regions, max_size=3).map(tuple), min_size=1, max_size=3)
    return values.map(
        lambda each: [
            LabelledImage(f"été/image {number}.jpg", WIDTH, HEIGHT, value)
            for number, value in enumerate(each)
        ]
    )


characters = st.characters(
    exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\0", include_characters="\n😀é"
)


@st.composite
def passages(draw: st.DrawFn, *, overlap: bool, relations: bool) -> LabelledText:
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
    return LabelledText(text, {"spans": spans, "relations": joined})


def plain_question(kind: str) -> dict[str, Any]:
    """Return the question as files say it: labels and points by their names alone."""
    asked: dict[str, Any] = {"kind": kind, "labels": LABELS}
    if kind == "keypoints":
        asked |= {"points": POINTS, "skeleton": question(kind)["skeleton"]}
    return asked


type Value = Any  # of whatever shape


def rounded(value: Value) -> Value:
    """Round numbers as the normal forms of answers are."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list | tuple) else value


def _asked(kind: str, **fields: Value) -> dict[str, Any]:
    shown = [("text", "text"), ("image", "image"), ("other", "image"), ("sound", "audio")]
    return {
        "questions": [{"id": "q", "ask": "Que voyez-vous ?", "kind": kind, **fields}],
        "show": [{"column": column, "as": form} for column, form in shown],
    }


_LABELLED = {"labels": choices(LABELS)}
TREE = [
    {"value": "chat", "label": "Un chat", "choices": choices(["gris", "roux"])},
    {"value": "chien", "label": "chien"},
]
SCHEMAS: Mapping[str, dict[str, Any]] = {
    "choice": _asked("choice", multiple=False, choices=choices(LABELS)),
    "choices": _asked("choice", multiple=True, choices=choices(LABELS)),
    "path": _asked("choice", multiple=False, choices=TREE, anywhere=True),
    "paths": _asked("choice", multiple=True, choices=TREE, anywhere=False),
    "rating": _asked("rating", look="scale", least=1, most=5, step=1),
    "number": _asked("number", least=0, most=99, decimals=1),
    "date": _asked("date", earliest="1800-01-01", latest="1899-12-31", tolerance=3),
    "text": _asked("text", mode="long"),
    "spans": _asked(
        "spans",
        column="text",
        **_LABELLED,
        snap="character",
        overlap=True,
        relations=choices(["mange"]),
    ),
    "boxes": _asked("boxes", column="image", **_LABELLED, rotated=True),
    "polygons": _asked("polygons", column="image", **_LABELLED),
    "keypoints": _asked(
        "keypoints", column="image", labels=choices(["q"]), points=choices(POINTS), skeleton=[]
    ),
    "audio": _asked("audio", column="sound", **_LABELLED, transcript=True, overlap=True),
    "pair": _asked("pair", a="image", b="other", tie=True, reasons=[], **{"as": "image"}),
    "ranking": _asked("ranking", items=choices(LABELS)),
}
_some = st.lists(labels, unique=True, max_size=3).map(lambda each: sorted(each, key=LABELS.index))
_seconds = st.floats(0, 60).map(lambda each: round(each, 3))
_segments = st.builds(
    lambda label, start, long, text: {
        "label": label,
        "start": start,
        "end": round(start + long, 3),
        "text": text,
    },
    labels,
    _seconds,
    st.floats(0.1, 9).map(lambda each: round(each, 3)),
    st.text(st.characters(categories=["L", "N", "P"]), max_size=8),
)
_full = st.fixed_dictionaries(
    {
        "label": st.just("q"),
        "points": _points.filter(lambda each: any(point[2] for point in each.values())),
    }
)


def _ordered(each: list[Value], *names: str) -> list[Value]:
    return sorted(each, key=lambda value: [value.get(name, 0) for name in (*names, "label")])


def _numbered(each: list[Value]) -> Value:
    ordered = _ordered(each, "start", "end")
    spans = [{"id": str(number), **value} for number, value in enumerate(ordered, 1)]
    return {"spans": spans, "relations": []}


_PATHS = [["chat", "gris"], ["chat", "roux"], ["chien"]]
ANSWERS: Mapping[str, st.SearchStrategy[Value]] = {
    "choice": labels,
    "choices": _some,
    "path": st.sampled_from([["chat"], *_PATHS]),
    "paths": st.lists(st.sampled_from(_PATHS), unique_by=str, max_size=3),
    "rating": st.integers(1, 5),
    "number": st.integers(0, 990).map(lambda each: each / 10),
    "date": st.dates(date(1800, 1, 1), date(1899, 12, 31)).map(date.isoformat),
    "text": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    "spans": st.lists(
        st.fixed_dictionaries(
            {"label": labels, "start": st.integers(0, 6), "end": st.integers(7, 14)}
        ),
        max_size=3,
    ).map(_numbered),
    "boxes": st.lists(REGIONS["boxes"], max_size=3).map(
        lambda each: _ordered(each, "y", "x", "h", "w", "angle")
    ),
    "polygons": st.lists(polygons, max_size=3).map(lambda each: _ordered(each, "points")),
    "keypoints": st.lists(_full, max_size=2).map(
        lambda each: sorted(each, key=lambda value: list(value["points"].values()))
    ),
    "audio": st.lists(_segments, max_size=3).map(lambda each: _ordered(each, "start", "end")),
    "pair": st.sampled_from(["a", "b"]).map(lambda each: {"choice": each, "reasons": []}),
    "ranking": st.permutations(LABELS),
}
