"""Play real crowds again and stop where the rule says so: ``python -m bench.quality.replay``.

The first six sets are those on which the rule's constants were chosen; the others were not looked
at. ``--third`` spends a third of the answers, and compares with two fits to all of them:
``dawid_skene``, and the one whose labels are returned.
``--svg FILE`` draws what share of the full accuracy each share of the answers gives: solid for the
first, dashed for the others; a dot is the default.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from bench.quality.sets import SHARED, read_sets
from canut.core.quality.allocation.stopping import StoppingRule
from canut.core.quality.estimators.pooled import fit_sparse
from tests.core.quality.replay import replay, replay_on_budget, right

CHOSEN_ON = ("rte", "temporal", "possent", "dog", "sentpol_amt", "bluebirds")
NAMED = ("medrel_treat", "zencrowd_us")  # as new sets to be measured, before they were played
NOT_LOOKED_AT = (
    *(*NAMED, "music", "web", "sentpol", "product", "medrel_cause", "trec"),
    *("adult", "relevance", "emotion", "facteval", "pos_tweets"),
)
COSTS = (30.0, 100.0, 300.0, 1_100.0, 3_000.0)
WIDTH, HEIGHT, EDGE = 640, 400, 50
LEGEND, LOW = 130, 0.85
ACROSS, UPWARDS = (
    "answers taken",
    "accuracy, of that with all answers (below 85 % drawn at the foot)",
)


def run(*, quick: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Return, for each set, one line a cost of a wrong label."""
    seeds = 1 if quick else 5
    figures: dict[str, list[dict[str, Any]]] = {}
    for name, crowd in read_sets([*CHOSEN_ON, *NOT_LOOKED_AT]):
        figures[name] = []
        costs = (StoppingRule().error_in_answers,) if quick else COSTS
        for cost in costs:
            rule = StoppingRule(error_in_answers=cost)
            played = [
                replay(crowd, np.random.default_rng(seed), rule)
                for seed in range(seeds if name in CHOSEN_ON else 1)
            ]
            figures[name].append(
                {
                    "error_in_answers": cost,
                    "taken": round(float(np.mean([result.taken for result in played])), 3),
                    "accuracy": round(float(np.mean([result.accuracy for result in played])), 4),
                    "kept": round(
                        float(np.mean([result.accuracy / result.full for result in played])), 4
                    ),
                }
            )
    return figures


def run_third(*, quick: bool = False) -> dict[str, dict[str, float]]:
    """Return, for each set, what a third of the answers gives: a hundred orders, or ten.

    A hundred where the bar is asked for, as one order differs from another by a hundredth or two.
    """
    figures: dict[str, dict[str, float]] = {}
    for name, crowd in read_sets([*CHOSEN_ON, *NOT_LOOKED_AT]):
        played = [
            replay_on_budget(crowd, np.random.default_rng(seed))
            for seed in range(1 if quick else 100 if name in (*CHOSEN_ON, *NAMED) else 10)
        ]
        shares = [result.accuracy / result.full for result in played]
        same_fit = right(crowd, fit_sparse(crowd.answers).label)
        figures[name] = {
            "taken": round(float(np.mean([result.taken for result in played])), 4),
            "accuracy": round(float(np.mean([result.accuracy for result in played])), 4),
            "kept": round(float(np.mean(shares)), 4),
            "kept_error": round(float(np.std(shares) / np.sqrt(len(shares))), 4),
            "kept_worst": round(min(shares), 4),
            "kept_of_same_fit": round(
                float(np.mean([result.accuracy for result in played])) / same_fit, 4
            ),
        }
        print(f"{name:<12}", figures[name], flush=True)
    return figures


def draw(figures: dict[str, list[dict[str, Any]]]) -> str:
    """Draw one line a set: answers taken across, accuracy kept upwards."""

    def at(share: float, accuracy: float) -> str:
        across = EDGE + share * (WIDTH - 2 * EDGE)
        up = HEIGHT - EDGE - (max(accuracy, LOW) - LOW) / (1.01 - LOW) * (HEIGHT - 2 * EDGE)
        return f"{across:.1f},{up:.1f}"

    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + LEGEND} {HEIGHT}"'
    parts = [
        opening + ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH + LEGEND}" height="{HEIGHT}" fill="#fff"/>',
        "<title>Share of the full accuracy kept, by share of the answers taken</title>",
    ]
    for accuracy in (0.85, 0.9, 0.95, 0.99, 1.0):
        start, end = at(0, accuracy).split(","), at(1, accuracy).split(",")
        parts.append(f'<path d="M{",".join(start)} H{end[0]}" stroke="#bbb"/>')
        parts.append(f'<text x="8" y="{start[1]}">{accuracy:.0%}</text>')
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        across = at(share, LOW).split(",")[0]
        parts.append(f'<text x="{across}" y="{HEIGHT - 20}">{share:.0%}</text>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 4}" text-anchor="middle">{ACROSS}</text>')
    parts.append(f'<text x="8" y="20">{UPWARDS}</text>')
    for number, (name, lines) in enumerate(figures.items()):
        colour = f"hsl({360 * number // len(figures)} 70% 35%)"
        dashed = "" if name in CHOSEN_ON else ' stroke-dasharray="5 3"'
        path = " L".join(at(line["taken"], line["kept"]) for line in lines)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>')
        usual = [
            figure
            for figure in lines
            if figure["error_in_answers"] == StoppingRule().error_in_answers
        ]
        for line in usual:
            x, y = at(line["taken"], line["kept"]).split(",")
            parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>')
        high = EDGE + 20 + 15 * number
        parts.append(
            f'<path d="M{WIDTH} {high - 4} h24" stroke="{colour}" stroke-width="2"{dashed}/>'
        )
        parts.append(f'<text x="{WIDTH + 30}" y="{high}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Print the figures, one line a set and cost."""
    parser = argparse.ArgumentParser(prog="bench.quality.replay")
    parser.add_argument("--quick", action="store_true", help="one order, one cost")
    parser.add_argument("--third", action="store_true", help="at most a third of the answers")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--svg", type=Path, help="draw the curves in this file")
    options = parser.parse_args()
    if not SHARED.is_dir():
        parser.error("needs ../shared/data/crowd: real answers, kept out of the repository")
    if options.third:
        run_third(quick=options.quick)
        return
    figures = run(quick=options.quick)
    for name, lines in figures.items():
        for line in lines:
            print(f"{name:<12}", "  ".join(f"{key} {value}" for key, value in line.items()))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    if options.svg:
        options.svg.write_text(draw(figures))


if __name__ == "__main__":
    main()
