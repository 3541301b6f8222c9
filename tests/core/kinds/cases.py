"""Questions and answers of every kind, drawn by Hypothesis: one strategy a kind."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hypothesis import strategies as st

type Question = dict[str, object]
type Case = tuple[Question, st.SearchStrategy[Any]]
type Draw = st.DrawFn

names = st.text("abcé中", min_size=1, max_size=3)
texts = st.text("ab é\N{COMBINING ACUTE ACCENT}\n\U0001f9f5", max_size=12)


def some(least: int, most: int) -> st.SearchStrategy[list[str]]:
    """Draw names, each once."""
    return st.lists(names, min_size=least, max_size=most, unique=True)


@st.composite
def choices(draw: Draw) -> Case:
    values = draw(
        st.lists(
            st.text(
                st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=5
            ).filter(lambda text: bool(text.strip())),
            min_size=2,
            max_size=6,
            unique=True,
        )
    )
    multiple = draw(st.booleans())
    question = {"multiple": multiple, "choices": [{"value": value} for value in values]}
    one = st.sampled_from(values)
    return question, st.lists(one, unique=True) if multiple else one


@st.composite
def paths(draw: Draw) -> Case:
    multiple, anywhere = draw(st.booleans()), draw(st.booleans())
    tree = {top: draw(some(0, 3)) for top in draw(some(2, 4))}
    tree[next(iter(tree))] = ["x", "y"]
    question: Question = {
        "multiple": multiple,
        "anywhere": anywhere,
        "choices": [
            {"value": top, **({"choices": [{"value": one} for one in inner]} if inner else {})}
            for top, inner in tree.items()
        ],
    }
    last = [[top, one] for top, inner in tree.items() for one in inner]
    tops = [[top] for top, inner in tree.items() if anywhere or not inner]
    one = st.sampled_from([*last, *tops])
    return question, st.lists(one, unique_by=tuple) if multiple else one


@st.composite
def ratings(draw: Draw) -> Case:
    if draw(st.booleans()):
        least = draw(st.integers(-2, 1))
        most = least + draw(st.integers(1, 10))
        return {"least": least, "most": most}, st.integers(least, most)
    question: Question = {"look": "slider", "least": 0, "most": 1, "step": 0.05}
    return question, st.integers(0, 20).map(lambda n: n * 0.05)


@st.composite
def dates(draw: Draw) -> Case:
    days = st.dates(date(1800, 1, 1), date(1810, 12, 31)).map(date.isoformat)
    bounds = {"earliest": "1800-01-01", "latest": "1810-12-31"}
    question: Question = {**bounds, "tolerance": draw(st.sampled_from([0, 1, 30]))}
    return question, days


@st.composite
def numbers(draw: Draw) -> Case:
    decimals = draw(st.integers(0, 3))
    most = draw(st.sampled_from([1, 50, 10**6]))
    whole = st.integers(-most * 10**decimals, most * 10**decimals)
    question: Question = {"least": -most, "most": most, "decimals": decimals}
    return question, whole.map(lambda n: round(n / 10**decimals, decimals))


@st.composite
def written(draw: Draw) -> Case:
    mode = draw(st.sampled_from(["short", "long", "transcription", "translation", "correction"]))
    question: Question = {"mode": mode, "least": 0, "column": "c", "most": 20}
    lines = texts if mode != "short" else texts.map(lambda text: text.replace("\n", ""))
    return question, lines


@st.composite
def spans(draw: Draw) -> Case:
    labels, kinds = draw(some(1, 3)), draw(some(0, 2))
    overlap = draw(st.booleans())
    question: Question = {"labels": labels, "relations": kinds, "overlap": overlap}

    @st.composite
    def answers(draw: Draw) -> object:
        edges = sorted(draw(st.lists(st.integers(0, 20), max_size=8, unique=True)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        if overlap:
            pairs += [(0, end) for _, end in pairs[1:]]
        made = [
            {"id": f"s{n}", "label": draw(st.sampled_from(labels)), "start": a, "end": b}
            for n, (a, b) in enumerate(dict.fromkeys(pairs))
        ]
        ends = st.permutations([each["id"] for each in made])
        joins = []
        if len(made) > 1 and kinds:
            two = st.tuples(ends.map(lambda e: tuple(e[:2])), st.sampled_from(kinds))
            joins = draw(st.lists(two, max_size=3, unique=True))
        relations = [{"from": e[0], "to": e[1], "label": label} for e, label in joins]
        return {"spans": draw(st.permutations(made)), "relations": relations}

    return question, answers()


pixels = st.integers(0, 30) | st.integers(0, 9_000).map(lambda n: n / 300)


@st.composite
def boxes(draw: Draw) -> Case:
    labels, rotated = draw(some(1, 3)), draw(st.booleans())
    least = draw(st.integers(0, 1))
    size = st.integers(1, 20)
    turned = {"angle": st.sampled_from([0, 30, 45.5])} if rotated else {}
    box = st.fixed_dictionaries(
        {"label": st.sampled_from(labels), "x": pixels, "y": pixels, "w": size, "h": size, **turned}
    )
    question: Question = {"labels": labels, "rotated": rotated, "least": least, "most": 3}
    return question, st.lists(box, min_size=least, max_size=3, unique_by=repr)


@st.composite
def polygons(draw: Draw) -> Case:
    labels = draw(some(1, 2))
    corner = st.tuples(pixels, pixels).map(list)
    points = st.lists(corner, min_size=3, max_size=6, unique_by=tuple)
    shape = st.fixed_dictionaries({"label": st.sampled_from(labels), "points": points})
    is_flat = st.lists(shape, max_size=2, unique_by=repr)
    return {"labels": labels}, is_flat.filter(lambda each: all(has_inside(p) for p in each))


def has_inside(polygon: Mapping[str, Any]) -> bool:
    """Say whether the corners of a polygon enclose more than rounding could."""
    points = polygon["points"]
    (x, y), others = points[0], points[1:]
    return any(abs((a - x) * (d - y) - (b - y) * (c - x)) > 1 for a, b in others for c, d in others)


@st.composite
def keypoints(draw: Draw) -> Case:
    labels, points = draw(some(1, 2)), draw(some(1, 3))
    place = st.tuples(pixels, pixels, st.integers(1, 2)).map(list)
    rest = {name: place | st.just([3, 3, 0]) for name in points[1:]}
    thing = st.fixed_dictionaries(
        {
            "label": st.sampled_from(labels),
            "points": st.fixed_dictionaries({points[0]: place}, optional=rest),
        }
    )
    question: Question = {"labels": labels, "points": points, "skeleton": [points[:2]]}
    if len(points) == 1:
        question["skeleton"] = []
    apart = st.lists(thing, max_size=2, unique_by=lambda t: (t["label"], repr(t["points"])))
    return question, apart.filter(lambda each: len({visible(t) for t in each}) == len(each))


def visible(thing: Mapping[str, Any]) -> str:
    """Write what of a thing is in the picture."""
    seen = {name: [round(n, 3) for n in p] for name, p in sorted(thing["points"].items()) if p[2]}
    return repr((thing["label"], seen))


@st.composite
def segments(draw: Draw) -> Case:
    labels, transcript, overlap = draw(some(1, 2)), draw(st.booleans()), draw(st.booleans())
    question: Question = {"labels": labels, "transcript": transcript, "overlap": overlap}
    said = {"text": texts} if transcript else {}

    @st.composite
    def answers(draw: Draw) -> object:
        edges = sorted(draw(st.lists(st.integers(0, 9_000), max_size=6, unique=True)))
        made = [
            {
                "start": a / 1_000,
                "end": b / 1_000,
                **draw(st.fixed_dictionaries({"label": st.sampled_from(labels), **said})),
            }
            for a, b in zip(edges[::2], edges[1::2], strict=False)
        ]
        if overlap and made:
            made.append({**made[0], "end": 9.5})
        return draw(st.permutations(made))

    return question, answers()


@st.composite
def pairs(draw: Draw) -> Case:
    reasons, tie = draw(some(0, 3)), draw(st.booleans())
    made = {"choice": st.sampled_from(["a", "b", "tie"] if tie else ["a", "b"])}
    why = {"reasons": st.lists(st.sampled_from(reasons), unique=True)} if reasons else {}
    question: Question = {"a": "left", "b": "right", "tie": tie, "reasons": reasons}
    return question, st.fixed_dictionaries({**made, **why})


@st.composite
def rankings(draw: Draw) -> Case:
    items = draw(some(2, 5))
    return {"items": items}, st.permutations(items)


@st.composite
def chats(draw: Draw) -> Case:
    mode = draw(st.sampled_from(["rate", "compare", "write"]))
    if mode == "write":
        return {"mode": mode, "column": "c", "least": 0, "most": 12}, texts
    if mode == "compare":
        question, values = draw(pairs())
        return {**question, "mode": mode, "column": "c"}, values
    turns = draw(st.sampled_from(["all", "last"]))
    turn = st.fixed_dictionaries({"turn": st.integers(0, 5), "rating": st.integers(1, 5)})
    most = 1 if turns == "last" else 4
    rated = st.lists(turn, min_size=1, max_size=most, unique_by=lambda t: t["turn"])
    return {"mode": mode, "column": "c", "turns": turns}, rated


@st.composite
def pages(draw: Draw) -> Case:
    fields = draw(st.sampled_from([["a", "b.c"], []]))
    question: Question = {"fields": fields} if fields else {}
    written = st.lists(texts, max_size=2, unique=True).map(sorted)
    return question, st.fixed_dictionaries({"a": written, "b.c": written})


CASES: dict[str, Callable[[], st.SearchStrategy[Case]]] = {
    "choice": lambda: choices() | paths(),
    "rating": ratings,
    "number": numbers,
    "date": dates,
    "text": written,
    "spans": spans,
    "boxes": boxes,
    "polygons": polygons,
    "keypoints": keypoints,
    "audio": segments,
    "pair": pairs,
    "ranking": rankings,
    "chat": chats,
    "page": pages,
}
SHOWN = {"text": "text", "image": "image", "audio": "audio"}
EVERYTHING = [{"column": name, "as": name} for name in SHOWN]
