"""Judge the consensus of boxes and passages on simulated truth: ``python -m bench.quality.marks``.

Pages with known boxes, and texts with known passages, are marked by three or five simulated people
at several levels of care. What a project makes of their answers (merged by kind, people weighted by
how near they are to the others) is compared with the best single person, chosen afterwards by who
knows the truth, and with the majority union: regions that over half of the people marked, each as
large as all who marked it.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.kinds import check_schema, check_values, compare_values, merge_values
from canut.core.quality.merging.distances import medoids_by_distance, weight_of

SEEDS, QUICK_SEEDS, TASKS = 10, 2, 40
PEOPLE = (3, 5)
LABELS = ("bobbin", "shuttle")
PAGE, LONGEST_TEXT = 800, 600
ALIKE = 0.5
type Region = tuple[str, tuple[float, ...]]
"""A label and two opposite corners, or a start and an end."""


class Care(NamedTuple):
    """How people err: offset as a share of the region's size, misses, false marks, wrong labels."""

    offset: float
    missed: float
    added: float
    mistaken: float


LEVELS: dict[str, Care] = {
    "careful": Care(0.04, 0.03, 0.02, 0.01),
    "usual": Care(0.08, 0.10, 0.08, 0.05),
    "hurried": Care(0.15, 0.25, 0.20, 0.12),
}
MIXED = "one careless"
"""Everybody as usual, but for one who errs four times as much."""


class Score(NamedTuple):
    """Precision, recall and mean overlap of the pairs with the same label that overlap by half."""

    precision: float
    recall: float
    overlap: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Kind(NamedTuple):
    """A kind of marks: its question, how a truth is made and an answer is written and read."""

    name: str
    question: dict[str, Any]
    show: dict[str, str]
    size: int
    sides: int
    write: Callable[[Sequence[Region]], object]
    read: Callable[[Any], list[Region]]


def _boxes(regions: Sequence[Region]) -> object:
    return [
        {"label": label, "x": x, "y": y, "w": right - x, "h": bottom - y}
        for label, (x, y, right, bottom) in regions
    ]


def _read_boxes(value: Any) -> list[Region]:
    return [
        (each["label"], (each["x"], each["y"], each["x"] + each["w"], each["y"] + each["h"]))
        for each in value
    ]


def _spans(regions: Sequence[Region]) -> object:
    return {"spans": [{"label": label, "start": a, "end": b} for label, (a, b) in regions]}


def _read_spans(value: Any) -> list[Region]:
    return [(each["label"], (each["start"], each["end"])) for each in value["spans"]]


KINDS = (
    Kind(
        "boxes", {"kind": "boxes"}, {"column": "page", "as": "image"}, PAGE, 2, _boxes, _read_boxes
    ),
    Kind(
        "spans",
        {"kind": "spans", "snap": "character"},
        {"column": "text", "as": "text"},
        LONGEST_TEXT,
        1,
        _spans,
        _read_spans,
    ),
)


def study(kind: Kind, level: str, people: int, seed: int, tasks: int = TASKS) -> dict[str, Score]:
    """Return the scores of the consensus, the best single person and the majority union.

    Args:
        kind: of marks.
        level: a level of care, or ``MIXED``.
        people: how many mark every page.
        seed: of the truth and of the errors.
        tasks: how many pages.
    """
    rng = np.random.default_rng(seed)
    schema = check_schema(
        {
            "questions": [
                {
                    "id": "q",
                    "ask": "Mark each.",
                    "labels": [{"value": label, "label": label} for label in LABELS],
                    **kind.question,
                }
            ],
            "show": [kind.show],
        }
    )
    truth = [_truth(kind, rng) for _ in range(tasks)]
    answers = [
        [_marked(kind, regions, _care(level, person), rng) for regions in truth]
        for person in range(people)
    ]
    values = [
        check_values(schema, {"q": kind.write(answers[person][task])})
        for task in range(tasks)
        for person in range(people)
    ]
    order = np.arange(tasks * people, dtype=np.int32)
    coded = Answers(order // people, order % people, order, tasks, people, len(values))

    def apart(first: int, second: int) -> float:
        return compare_values(schema, values[first], values[second]).distance

    weights = weight_of(medoids_by_distance(coded, apart).error).tolist()
    merged = [
        kind.read(merge_values(schema, values[at : at + people], weights)["q"])
        for at in range(0, tasks * people, people)
    ]
    of_each = [score(truth, answers[person]) for person in range(people)]
    together = [
        majority_union([answers[person][task] for person in range(people)]) for task in range(tasks)
    ]
    return {
        "consensus": score(truth, merged),
        "best person": max(of_each, key=lambda each: each.f1),
        "majority union": score(truth, together),
    }


def _care(level: str, person: int) -> Care:
    if level != MIXED:
        return LEVELS[level]
    usual = LEVELS["usual"]
    return usual if person else Care(*(min(4 * rate, 0.6) for rate in usual))


def _truth(kind: Kind, rng: np.random.Generator) -> list[Region]:
    """Make two to six regions that do not overlap."""
    regions: list[Region] = []
    wanted_number = int(rng.integers(2, 7))
    while len(regions) < wanted_number:
        region = _anywhere(kind, rng)
        if all(overlap(region[1], other[1]) == 0 for other in regions):
            regions.append(region)
    return regions


def _anywhere(kind: Kind, rng: np.random.Generator) -> Region:
    size = rng.uniform(0.05, 0.2, kind.sides) * kind.size
    corner = rng.uniform(0, kind.size - size)
    edges = np.round(np.concatenate([corner, corner + np.maximum(size, 3)]))
    return str(rng.choice(LABELS)), tuple(int(edge) for edge in edges)


def _marked(
    kind: Kind, truth: Sequence[Region], care: Care, rng: np.random.Generator
) -> list[Region]:
    """Return what one person marks of a page."""
    regions: dict[tuple[float, ...], Region] = {}
    for label, edges in truth:
        if rng.random() < care.missed:
            continue
        marked_label = str(rng.choice([each for each in LABELS if each != label]))
        marked_label = marked_label if rng.random() < care.mistaken else label
        sides = np.array(edges, dtype=np.float64).reshape(2, kind.sides)
        size = sides[1] - sides[0]
        moved = sides + rng.normal(0, care.offset, sides.shape) * size
        low = np.clip(np.round(moved.min(axis=0)), 0, kind.size - 2)
        high = np.clip(np.round(np.maximum(moved.max(axis=0), low + 1)), 1, kind.size)
        marked_edges = tuple(int(edge) for edge in (*low, *high))
        regions[marked_edges] = (marked_label, marked_edges)
    for _ in range(rng.binomial(len(truth), care.added)):
        region = _anywhere(kind, rng)
        regions[region[1]] = region
    if kind.sides == 1:  # passages of one answer do not overlap
        return _apart(sorted(regions.values(), key=lambda region: region[1]))
    return list(regions.values())


def _apart(regions: Sequence[Region]) -> list[Region]:
    free: list[Region] = []
    for region in regions:
        if not free or region[1][0] >= free[-1][1][1]:
            free.append(region)
    return free


def overlap(first: Sequence[float], second: Sequence[float]) -> float:
    """Return intersection over union of two boxes or of two stretches.

    >>> overlap((0, 0, 2, 2), (1, 0, 3, 2)), overlap((0, 4), (2, 4))
    (0.3333333333333333, 0.5)
    """
    sides = len(first) // 2
    shared = own = other = 1.0
    for side in range(sides):
        low, high = max(first[side], second[side]), min(first[side + sides], second[side + sides])
        shared *= max(0.0, high - low)
        own *= first[side + sides] - first[side]
        other *= second[side + sides] - second[side]
    return shared / (own + other - shared)


def pairs_of(left: Sequence[Region], right: Sequence[Region]) -> list[tuple[int, int, float]]:
    """Pair regions of one label that overlap by half, the most alike first, each once."""
    every = sorted(
        (
            (overlap(a[1], b[1]), at, to)
            for at, a in enumerate(left)
            for to, b in enumerate(right)
            if a[0] == b[0]
        ),
        reverse=True,
    )
    pairs: list[tuple[int, int, float]] = []
    for alike, at, to in every:
        if alike >= ALIKE and all(at != pair[0] and to != pair[1] for pair in pairs):
            pairs.append((at, to, alike))
    return pairs


def score(truth: Sequence[Sequence[Region]], marks: Sequence[Sequence[Region]]) -> Score:
    """Compare the marks of all pages with the truth."""
    alike = [
        each[2] for true, own in zip(truth, marks, strict=True) for each in pairs_of(true, own)
    ]
    marked, real = sum(map(len, marks)), sum(map(len, truth))
    return Score(
        len(alike) / marked if marked else 0.0,
        len(alike) / real,
        float(np.mean(alike)) if alike else 0.0,
    )


def majority_union(answers: Sequence[Sequence[Region]]) -> list[Region]:
    """Return the regions that over half of the people marked, as large as all who marked them."""
    groups: list[list[Region]] = []
    for answer in answers:
        pairs = {to: at for at, to, _ in pairs_of([group[0] for group in groups], answer)}
        for to, region in enumerate(answer):
            if to in pairs:
                groups[pairs[to]].append(region)
            else:
                groups.append([region])
    unions: list[Region] = []
    for group in groups:
        if 2 * len(group) > len(answers):
            edges = np.array([region[1] for region in group])
            sides = edges.shape[1] // 2
            low, high = edges[:, :sides].min(axis=0), edges[:, sides:].max(axis=0)
            unions.append((group[0][0], tuple(float(edge) for edge in (*low, *high))))
    return unions


def run(*, quick: bool = False) -> dict[str, dict[str, float]]:
    """Return mean scores by kind, people and level, then by method."""
    figures: dict[str, dict[str, float]] = {}
    for kind in KINDS:
        for people in PEOPLE:
            for level in (*LEVELS, MIXED):
                studies = [
                    study(kind, level, people, seed)
                    for seed in range(QUICK_SEEDS if quick else SEEDS)
                ]
                means: dict[str, float] = {}
                for method in studies[0]:
                    for name in Score._fields:
                        values = [float(getattr(each[method], name)) for each in studies]
                        means[f"{method} {name}"] = round(sum(values) / len(values), 3)
                figures[f"{kind.name}, {people} people, {level}"] = means
    return figures


def main() -> None:
    """Print the figures as a table."""
    parser = argparse.ArgumentParser(prog="bench.quality.marks")
    parser.add_argument("--quick", action="store_true", help="two crowds of each")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args()
    figures = run(quick=options.quick)
    for name, scores in figures.items():
        cells = [
            " ".join(f"{scores[f'{method} {each}']:.3f}" for each in Score._fields)
            for method in ("consensus", "best person", "majority union")
        ]
        print(f"| {name} | {' | '.join(cells)} |")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
