"""Plots hold the figures of the model, and any name is written as text."""

import re
from html import unescape
from pathlib import Path

import numpy as np
import pytest

from canut.core.errors import BadInput
from canut.quality import (
    DawidSkene,
    NotFittedError,
    Plot,
    plot_calibration,
    plot_confusion,
    plot_skills,
)

RNG = np.random.default_rng(7)
TRUTH = RNG.integers(0, 3, 300)
WORKERS = [f"<b>{n}</b>" if n == 3 else f"worker {n}" for n in range(50)]


def fitted() -> DawidSkene:
    task = np.repeat(np.arange(300), 5)
    worker = RNG.integers(0, 50, 1500)
    is_right = RNG.random(1500) < 0.8
    label = np.where(is_right, TRUTH[task], (TRUTH[task] + 1) % 3)
    return DawidSkene().fit(task, [WORKERS[n] for n in worker], label)


MODEL = fitted()


def drawn(plot: Plot, tag: str, attribute: str) -> list[float]:
    """Return an attribute of all elements of a name, in the order drawn."""
    return [float(each) for each in re.findall(rf'<{tag} [^>]*?{attribute}="([^"]+)"', plot.svg)]


def title(plot: Plot) -> str:
    return unescape(re.findall(r'font-weight="bold">([^<]*)<', plot.svg)[0])


def test_each_worker_stands_at_their_skill_and_the_rest_is_counted() -> None:
    plot = plot_skills(MODEL)

    places = drawn(plot, "circle", "cx")
    assert places == pytest.approx([150 + 360 * skill for skill in MODEL.skills_[:40]], abs=0.06)
    assert title(plot) == "Share of right answers · 10 more workers"


def test_confusion_of_all_weighs_by_answers_and_of_one_is_theirs() -> None:
    one = plot_confusion(MODEL, "<b>3</b>")

    at = MODEL.workers_.tolist().index("<b>3</b>")
    shares = drawn(one, "rect", "fill-opacity")
    assert shares == pytest.approx(MODEL.confusion_[at].ravel().tolist(), abs=0.006)
    assert title(one) == "Answered where true, % · <b>3</b>"
    everybody = drawn(plot_confusion(MODEL), "rect", "fill-opacity")
    assert sum(everybody) == pytest.approx(3, abs=0.02)
    with pytest.raises(BadInput, match="nobody"):
        plot_confusion(MODEL, "nobody")


def test_points_of_calibration_are_the_right_among_the_sure(tmp_path: Path) -> None:
    plot = plot_calibration(MODEL, np.arange(300), TRUTH)
    plot.save(tmp_path / "plot.svg")

    sure = MODEL.probas_.max(axis=1)
    is_right = MODEL.predict(np.arange(300)) == TRUTH
    step = np.minimum((sure * 10).astype(int), 9)
    shares = [is_right[step == n].mean() for n in np.unique(step)]
    heights = drawn(plot, "circle", "cy")
    assert heights == pytest.approx([404 - 360 * share for share in shares], abs=0.06)
    assert (tmp_path / "plot.svg").read_text() == plot._repr_svg_()
    with pytest.raises(BadInput, match="task has 1 rows and label has 2"):
        plot_calibration(MODEL, [0], [1, 2])


@pytest.mark.parametrize("kind", [int, float, str])
def test_known_labels_of_another_type_are_right_alike(kind: type) -> None:
    labels = [kind(label) for label in TRUTH]

    plot = plot_calibration(MODEL, range(300), labels)

    assert plot.svg == plot_calibration(MODEL, range(300), TRUTH).svg
    assert MODEL.score(range(300), labels) == MODEL.score(range(300), TRUTH)


def test_a_worker_is_named_by_text_or_number() -> None:
    model = DawidSkene().fit([1, 1, 2, 2], [10, 20, 10, 20], ["a", "a", "b", "a"])

    assert plot_confusion(model, "20").svg == plot_confusion(model, 20).svg


def test_nothing_is_drawn_before_fit_or_without_a_known_label() -> None:
    for draw in (plot_skills, plot_confusion):
        with pytest.raises(NotFittedError, match="call fit"):
            draw(DawidSkene())
    with pytest.raises(BadInput, match="task has 0 rows"):
        plot_calibration(MODEL, [], [])
