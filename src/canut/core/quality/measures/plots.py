"""Draw what a model found: skill of workers, confusion, calibration; as SVG, with no library.

A notebook shows a plot by itself, and ``save`` writes a file. Colours fit light and dark pages.
"""

from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np

from canut.core.errors import BadInput
from canut.core.quality.estimators.beta import beta_quantile
from canut.core.quality.estimators.calibration import calibration_error
from canut.core.quality.estimators.frames import column_of
from canut.core.quality.estimators.interface import LabelEstimator
from canut.core.quality.tables.coded_answers import match
from canut.core.svg import Coordinate, element

INK, BLUE, GREY = "currentColor", "#2e7d9a", "#8a8f94"
ROW, LEFT, PLOT, RIGHT, TOP, FOOT = 20, 150, 360, 60, 44, 40
MOST_ROWS = 40
MOST_LETTERS = 20
BINS = 10


class Plot(NamedTuple):
    """A drawing.

    Args:
        svg: the markup of the whole drawing.
    """

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> None:
        """Write the drawing into a file that browsers and text programs open."""
        Path(path).write_text(self.svg, encoding="utf-8")


def plot_skills(model: LabelEstimator, most: int = MOST_ROWS) -> Plot:
    """Draw the expected share of right answers of each worker, with its interval.

    Args:
        model: a fitted estimator.
        most: number of workers drawn, those with the most answers first.

    Raises:
        NotFittedError: ``fit`` was not called.
    """
    skill = model.frame("workers", library="arrow").slice(0, most).to_pydict()
    others = len(model.workers_) - len(skill["worker"])
    parts = [_title("Share of right answers", f"{others} more workers" if others else "")]
    parts += _axis(TOP + ROW * len(skill["worker"]))
    for row, name in enumerate(skill["worker"]):
        y = TOP + ROW * (row + 0.5)
        low, high, share = (_x(skill[key][row]) for key in ("low", "high", "accuracy"))
        parts += [
            _text(LEFT - 10, y + 4, _short(name), anchor="end"),
            element("line", x1=low, x2=high, y1=y, y2=y, stroke=GREY, stroke_width=2),
            element("circle", cx=share, cy=y, r=4, fill=BLUE),
            _text(LEFT + PLOT + 10, y + 4, f"{skill['answers'][row]}"),
        ]
    parts.append(_text(LEFT + PLOT + RIGHT - 4, TOP - 6, "answers", anchor="end"))
    return _plot(parts, TOP + ROW * len(skill["worker"]) + FOOT, "Share of right answers by worker")


def plot_confusion(model: LabelEstimator, worker: object = None) -> Plot:
    """Draw what is answered (columns) where each label is true (rows), in per cent.

    Args:
        model: a fitted estimator that has ``confusion_``.
        worker: name of one worker; without it the mean of all, each weighing as many answers as
            they gave.

    Raises:
        NotFittedError: ``fit`` was not called.
        BadInput: there is no such worker.
    """
    if worker is None:
        weights = model.frame("workers", library="arrow").column("answers").to_numpy()
        table = np.average(model.confusion_, axis=0, weights=weights)
    else:
        workers = column_of(model.workers_, "worker")
        row = int(match(column_of([worker], "worker"), workers)[0])
        if row < 0:
            raise BadInput(f"{worker!r} is not among the workers fitted", code="no-such-worker")
        table = model.confusion_[row]
    names = [_short(name) for name in model.classes_]
    side = max(28, min(60, PLOT // len(names)))
    about = "all workers" if worker is None else _short(worker)
    parts = [_title("Answered where true, %", about)]
    for row, true in enumerate(names):
        y = TOP + 20 + side * row
        parts.append(_text(LEFT - 10, y + side / 2 + 4, true, anchor="end"))
        for column, share in enumerate(table[row]):
            x = LEFT + side * column
            parts.append(
                element(
                    "rect", x=x, y=y, width=side - 1, height=side - 1, fill=BLUE,
                    fill_opacity=f"{share:.2f}",
                )
            )  # fmt: skip
            parts.append(
                _text(x + side / 2, y + side / 2 + 4, f"{100 * share:.0f}", anchor="middle")
            )
    foot = TOP + 20 + side * len(names)
    parts += [
        _text(LEFT + side * (column + 0.5), foot + 16, name, anchor="middle")
        for column, name in enumerate(names)
    ]
    width = max(LEFT + PLOT + RIGHT, LEFT + side * len(names) + RIGHT)
    return _plot(parts, foot + FOOT, f"Answers by true label, {about}", width)


def plot_calibration(model: LabelEstimator, task: object, label: object) -> Plot:
    """Draw how often labels are right beside how sure the model was, for tasks of known label.

    Ten steps of confidence; each point has a 95 % interval (Jeffreys). The title holds the
    expected calibration error, the mean distance of both weighed by tasks.

    Args:
        model: a fitted estimator.
        task: shape (n,), tasks whose label is known.
        label: shape (n,), their known labels.

    Raises:
        NotFittedError: ``fit`` was not called.
        BadInput: a task has no answer, or the columns differ in length or are empty.

    Source:
        Guo et al. (2017), https://arxiv.org/abs/1706.04599, eq. 3.
    """
    is_right = model.is_right(task, label)
    sure = model.predict_proba(task).max(axis=1)
    error = calibration_error(sure, is_right.astype(float), BINS)
    steps = np.minimum((sure * BINS).astype(int), BINS - 1)
    count = np.bincount(steps, minlength=BINS)
    right = np.bincount(steps, is_right, BINS).astype(np.float64)
    low, high = (beta_quantile(right + 0.5, count - right + 0.5, at) for at in (0.025, 0.975))
    bottom = TOP + PLOT
    parts = [
        element("line", x1=_x(0), y1=bottom, x2=_x(1), y2=TOP, stroke=GREY, stroke_dasharray="4 4")
    ]
    for step in np.flatnonzero(count):
        x = _x(sure[steps == step].mean())
        foot, head, middle = (
            bottom - PLOT * share for share in (low[step], high[step], right[step] / count[step])
        )
        radius = min(12.0, 3 + count[step] ** 0.5 / 4)
        parts += [
            element("line", x1=x, x2=x, y1=foot, y2=head, stroke=GREY, stroke_width=2),
            element("circle", cx=x, cy=middle, r=radius, fill=BLUE),
        ]
    for share in (0.0, 0.5, 1.0):
        parts.append(_text(LEFT - 10, bottom - PLOT * share + 4, f"{share:.0%}", anchor="end"))
    parts += _axis(bottom)
    parts.append(
        _title("Right by confidence", f"calibration error {error:.3f}, {len(steps)} tasks")
    )
    return _plot(parts, bottom + FOOT, f"Right by confidence; calibration error {error:.3f}")


def _x(share: float) -> float:
    return LEFT + PLOT * float(share)


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}…"


def _text(
    x: Coordinate, y: Coordinate, words: str, *, anchor: str = "start", bold: str = ""
) -> str:
    return element(
        "text", escape(words), x=x, y=y, fill=INK, font_size=13, text_anchor=anchor,
        font_weight=bold,
    )  # fmt: skip


def _title(words: str, about: str) -> str:
    return _text(LEFT, 18, f"{words} · {about}" if about else words, bold="bold")


def _axis(bottom: float) -> list[str]:
    marks = [
        _text(_x(share), bottom + 18, f"{share:.0%}", anchor="middle") for share in (0, 0.5, 1)
    ]
    return [element("line", x1=_x(0), x2=_x(1), y1=bottom, y2=bottom, stroke=GREY), *marks]


def _plot(parts: list[str], height: float, label: str, width: int = LEFT + PLOT + RIGHT) -> Plot:
    sheet = element(
        "svg", "".join(parts), xmlns="http://www.w3.org/2000/svg", role="img", width=width,
        height=height, viewBox=f"0 0 {width} {height:.0f}", font_family="system-ui, sans-serif",
        aria_label=label,
    )  # fmt: skip
    return Plot(sheet)
