"""A bundle in which each figure is known that can be counted again, and one figure changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from canut.core.datasets.anonymous_rows import Earned, figures_of, rows_of
from canut.core.datasets.card import CardFigure, Grade, Value
from canut.core.formats.tables.columns import Cell
from canut.core.ledger.log import committed_entry, open_entry
from tests.core.datasets.test_signed_work import TWELVE
from tests.core.ledger.bundles import PROJECT, Memory, answers_log, make_bundle, table_files

CROWD = tuple(
    Earned(ms=3_600_000, before=(n % 40) * 500_000 + 9_000_000, earned=20_000_000, due=17_000_000)
    for n in range(120)
)
ROWS: list[tuple[Cell, ...]] = [
    (1, "a", True), (1, "a", True), (2, "b", True), (2, "b", False), (3, "a", None), (3, "b", None),
    (4, "a", None), (5, "", None), (5, "a", None),
]  # fmt: skip
LABELS: list[tuple[Cell, ...]] = [(task, "a", None) for task in range(1, 6)]
VERSIONS = [sha256(text).hexdigest() for text in (b"one", b"two")]
FACTS = [
    open_entry("instructions.set", PROJECT, {"n": 1, "text": VERSIONS[0]}),
    open_entry("price.set", PROJECT, {"n": 1, "piece": 40_000, "currency": "CAD"}),
    open_entry("instructions.set", PROJECT, {"n": 2, "text": VERSIONS[1]}),
    open_entry("price.set", PROJECT, {"n": 2, "piece": 50_000, "currency": "CAD"}),
]
OPENED = 3


@dataclass(frozen=True)
class Shown:
    """A figure that can be counted again: its grade, its value, and another one."""

    grade: Grade
    value: Value
    other: Value


def shown_figures() -> dict[str, Shown]:
    """List every figure that can be counted again in the bundle, but those of countersignatures."""
    recomputed = figures_of(rows_of(CROWD, "CAD", is_simulated=False))
    shown = {
        name: Shown(Grade.RECOMPUTED, value, value + 1 if isinstance(value, int) else "no")
        for name, value in recomputed.items()
    }
    answers = len(ROWS)
    return shown | {
        "answers": Shown(Grade.PROVEN, answers, answers - 1),
        "logged_answers": Shown(Grade.PROVEN, answers, answers + 1),
        "items": Shown(Grade.PROVEN, len(LABELS), 4),
        "answers_per_item": Shown(Grade.PROVEN, 1_800, 1_801),
        "currency": Shown(Grade.PROVEN, "CAD", "USD"),
        "instructions": Shown(Grade.PROVEN, VERSIONS, VERSIONS[:1]),
        "appeals": Shown(Grade.PROVEN, OPENED, 0),
        "agreement": Shown(Grade.RECOMPUTED, 444, 812),
    }


def shown_bundle(changed: Mapping[str, Value] | None = None) -> Memory:
    """Make the bundle; the operator changed figures of its card before it was logged."""
    values = {name: shown.value for name, shown in shown_figures().items()} | dict(changed or {})
    grades = {name: shown.grade for name, shown in shown_figures().items()}
    figures = {
        name: CardFigure(value, grades.get(name, Grade.CONFIRMED)) for name, value in values.items()
    }
    return make_bundle(
        entries=_entries(),
        people=CROWD,
        signed=TWELVE,
        answers=len(ROWS),
        tables=table_files("data/answers", ROWS) | table_files("data/labels", LABELS),
        figures=figures,
    )


def _entries() -> Sequence[bytes]:
    appeals = [
        committed_entry("appeal.open", PROJECT, sha256(b"%d" % n).digest()) for n in range(OPENED)
    ]
    return [*FACTS, *answers_log(len(ROWS)), *appeals]
