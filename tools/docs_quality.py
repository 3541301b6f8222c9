"""The tables of ``docs/en/quality/measured.md``, out of the last run of ``make bench-quality``.

A fit that was stopped is shown as such and never left out; where two models are compared, it is
on the sets that both finished, and their number is told.
"""

import json
from collections.abc import Callable
from typing import Any

from tables import ROOT, table

KEPT = ROOT / "docs/en/developers/quality.json"
THEIRS = "Crowd-Kit "
PAIRS = (
    ("majority", "MajorityVote"),
    ("weighted", "Wawa"),
    ("weighted", "ZeroBasedSkill"),
    ("one-coin", "OneCoinDawidSkene"),
    ("mace", "MACE"),
    ("glad", "GLAD"),
    ("dawid-skene", "DawidSkene"),
    ("auto", "MajorityVote"),
    ("auto", "Wawa"),
    ("auto", "ZeroBasedSkill"),
    ("auto", "MACE"),
    ("auto", "GLAD"),
    ("auto", "DawidSkene"),
)
MEASURES = {"accuracy": 1, "f1": 1, "ece": -1, "nll": -1, "cpu": -1, "mib": -1}
NAMES = {
    "accuracy": "accuracy",
    "f1": "macro F1",
    "ece": "ECE",
    "nll": "NLL",
    "cpu": "seconds of processor",
    "seconds": "seconds",
    "mib": "peak MiB",
}
LEAST = {"accuracy": 0.0005, "f1": 0.0005, "ece": 0.0005, "nll": 0.0005, "cpu": 0.002, "mib": 1.0}

type Found = dict[str, Any]
type Figures = dict[str, dict[str, Found]]


def about() -> str:
    """Say when, on what and with which limit the models were measured."""
    run = _kept()
    return f"{run['about']} A fit was stopped after {run['limit']:.0f} s by the clock.\n"


def sets() -> str:
    """Table the sets."""
    head = ("Set", "Tasks", "Workers", "Answers", "Labels", "Tasks with known truth")
    fields = ("tasks", "workers", "answers", "labels", "known")
    rows = [(name, *(f"{sizes[f]:,}" for f in fields)) for name, sizes in _kept()["sets"].items()]
    return table(head, rows)


def means() -> str:
    """Table each model's means over the sets it finished, and its sums of time."""
    figures: Figures = _kept()["figures"]
    rows: list[tuple[object, ...]] = []
    for model in _models(figures):
        tried = [models[model] for models in figures.values() if model in models]
        done = [figure for figure in tried if "accuracy" in figure]
        quality = [_mean([figure[measure] for figure in done]) for measure in ("accuracy", "f1")]
        sure = [_mean([figure[measure] for figure in done]) for measure in ("ece", "nll")]
        spent = [_seconds(sum(figure[kind] for figure in done)) for kind in ("cpu", "seconds")]
        most = f"{max((figure['mib'] for figure in done), default=0):,.0f}"
        rows.append((model, f"{len(done)} of {len(tried)}", *quality, *sure, *spent, most))
    head = ("Model", "Sets finished", "Accuracy", "Macro F1", "ECE", "NLL")
    return table((*head, "Seconds of processor, in all", "By the clock", "Most MiB"), rows)


def pairs() -> str:
    """Table ours beside theirs, on the sets both finished: ours / theirs."""
    figures: Figures = _kept()["figures"]
    rows = []
    for own, theirs in PAIRS:
        both = _both(figures, own, theirs)
        cells: list[str] = []
        for measure in ("accuracy", "f1", "ece", "nll"):
            values = (_mean([pair[n][measure] for pair in both.values()]) for n in (0, 1))
            cells.append(" / ".join(values))
        cpu = [sum(pair[n]["cpu"] for pair in both.values()) for n in (0, 1)]
        cells.append(f"{_seconds(cpu[0])} / {_seconds(cpu[1])}")
        most = [max((pair[n]["mib"] for pair in both.values()), default=0) for n in (0, 1)]
        cells.append(f"{most[0]:,.0f} / {most[1]:,.0f}")
        rows.append((own, theirs, len(both), *cells))
    head = ("Canut", "Crowd-Kit", "Sets", "Accuracy", "Macro F1", "ECE", "NLL")
    return table((*head, "Seconds of processor", "Most MiB"), rows)


def worse() -> str:
    """Table every set on which Crowd-Kit's model is better, and by how much."""
    figures: Figures = _kept()["figures"]
    rows = []
    for own, theirs in PAIRS:
        both = _both(figures, own, theirs)
        for measure, sign in MEASURES.items():
            lost = []
            for name, (own_figure, other) in both.items():
                gap = sign * (other[measure] - own_figure[measure])
                if gap >= LEAST[measure]:
                    lost.append(f"{name} {_shown(own_figure, measure)} / {_shown(other, measure)}")
            if lost:
                count = f"{len(lost)} of {len(both)}"
                rows.append((own, theirs, NAMES[measure], count, "; ".join(lost)))
    return table(("Canut", "Crowd-Kit", "Measure", "Sets", "Where (Canut / Crowd-Kit)"), rows)


def per_set(measure: str) -> str:
    """Table one measure, a row a model and a column a set."""
    figures: Figures = _kept()["figures"]
    rows = [
        (model, *(_shown(models.get(model, {}), measure) for models in figures.values()))
        for model in _models(figures)
    ]
    return table(("Model", *figures), rows)


def speed() -> str:
    """Table one pass of Dawid and Skene by the number of answers, and how it grows."""
    run = _kept()["speed"]
    rows = [_speed_row(line) for line in run["sizes"].values()]
    powers = {who: power for who, power in run["powers"].items() if power is not None}
    whose = {"ours": "Canut's", "theirs": "Crowd-Kit's"}
    grows = " and ".join(f"{whose[who]} with the power {power}" for who, power in powers.items())
    own_head = ("Answers", "A pass, s", "Touch, s", "Share of the roofline", "Whole fit, s", "MiB")
    head = (*own_head, "Crowd-Kit's pass, s", "Times as long", "Its MiB, 3 passes")
    sizes = [int(size) for size in run["sizes"]]
    growth = f"From {sizes[0]:,} to {sizes[-1]:,} answers, time grows: {grows}.\n" if grows else ""
    return f"{run['about']}\n\n{table(head, rows)}\n{growth}"


def shapes() -> str:
    """Table our pass beside the touch for other numbers of labels and workers."""
    run = _kept()["speed"]
    most = max(int(size) for size in run["sizes"])
    rows = []
    for line in (
        run["sizes"][str(most)] | {"labels": 5, "workers": 10_000},
        *run["shapes"].values(),
    ):
        once = [f"{line['ours'][name]:.4f}" for name in ("pass", "touch")]
        share = f"{line['ours']['touch'] / line['ours']['pass']:.2f}"
        fit = f"{_seconds(line['ours']['fit'])} ({line['ours']['iterations']} passes)"
        rows.append((line["labels"], f"{line['workers']:,}", *once, share, fit))
    rows.sort(key=lambda row: (row[0], len(row[1]), row[1]))
    head = ("Labels", "Workers", "A pass, s", "Touch, s", "Share of the roofline", "Whole fit, s")
    return f"{most:,} answers:\n\n{table(head, rows)}"


def _speed_row(line: Found) -> tuple[object, ...]:
    own, theirs = line["ours"], line.get("theirs", {})
    cells = ["stopped"] * 5
    if "pass" in own:
        share = own["touch"] / own["pass"]
        settled = "" if own["converged"] else ", not settled"
        fit = f"{_seconds(own['fit'])} ({own['iterations']} passes{settled})"
        once = [f"{own[name]:.4f}" for name in ("pass", "touch")]
        cells = [*once, f"{share:.2f}", fit, f"{own['mib']:,.0f}"]
    other = ["stopped" if theirs else "not run"] * 3
    if "pass" in theirs and "pass" in own:
        times = theirs["pass"] / own["pass"]
        other = [f"{theirs['pass']:.3f}", f"{times:.0f}", f"{theirs['mib']:,.0f}"]
    return f"{line['answers']:,}", *cells, *other


def _kept() -> dict[str, Any]:
    run: dict[str, Any] = json.loads(KEPT.read_text())
    return run


def _models(figures: Figures) -> list[str]:
    """List the models in the order they were measured, ours first."""
    names = dict.fromkeys(model for models in figures.values() for model in models)
    return sorted(names, key=lambda name: name.startswith(THEIRS))


def _both(figures: Figures, own: str, theirs: str) -> dict[str, tuple[Found, Found]]:
    """Return the figures of the sets that both models finished."""
    pairs = {
        name: (models.get(own, {}), models.get(THEIRS + theirs, {}))
        for name, models in figures.items()
    }
    return {
        name: pair for name, pair in pairs.items() if all("accuracy" in figure for figure in pair)
    }


def _mean(values: list[float | None]) -> str:
    """Write a mean; none where one is missing or there are none."""
    numbers = [value for value in values if value is not None]
    return f"{sum(numbers) / len(numbers):.3f}" if numbers and len(numbers) == len(values) else "—"


def _seconds(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:,.1f}"


def _shown(figure: Found, measure: str) -> str:
    if "stopped" in figure:
        return f"> {figure['stopped']} s"
    if "failed" in figure:
        return "failed"
    value = figure.get(measure)
    if value is None:
        return "—"
    formats: dict[str, Callable[[float], str]] = {
        "cpu": _seconds,
        "seconds": _seconds,
        "mib": lambda mib: f"{mib:.1f}",
    }
    return formats.get(measure, lambda share: f"{share:.3f}")(value)
