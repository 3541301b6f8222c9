"""The curve and the table of ``docs/*/models.md``, out of the last run of ``bench.learn``.

``--write`` draws the curve again; without, it is checked.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "docs/en/models.json"
DRAWN = {language: ROOT / f"docs/{language}/models.svg" for language in ("en", "fr")}
TITLES = {
    "en": "Share of all tasks with the right label, by share of the answers asked for",
    "fr": "Part de toutes les tâches dont l’étiquette est juste, selon la part des réponses",
}
WIDTH, HEIGHT, EDGE = 640, 360, 44
TENTH = 1 / 10
COLOURS = {"digits": "#951464", "texts": "#1f5f99"}
STALE = "The curve of models.md is stale: .venv/bin/python tools/docs.py --write"
WORDS = {
    "en": {
        "digits": "digits",
        "texts": "texts",
        "draws": "draws",
        "people": "people alone, three answers each: right",
        "needed": "99 % of that with a model, after",
        "tenth": "draws in which that takes at most a tenth",
        "end": "everything labelled, after",
        "right": "right then",
        "kept": "of what people alone have right",
        "taken": "tasks nobody was asked about",
        "broken": "taken over by a model that learnt shuffled labels",
        "of": "of {} answers",
        "answers": "answers",
        "worst": "worst {}",
    },
    "fr": {
        "digits": "chiffres",
        "texts": "textes",
        "draws": "tirages",
        "people": "personnes seules, trois réponses chacune : juste",
        "needed": "99 % de cela avec un modèle, après",
        "tenth": "tirages où cela en prend au plus un dixième",
        "end": "tout étiqueté, après",
        "right": "juste alors",
        "kept": "de ce que les personnes seules ont de juste",
        "taken": "tâches que personne n’a vues",
        "broken": "prises par un modèle qui a appris des étiquettes mêlées",
        "of": "de {} réponses",
        "answers": "réponses",
        "worst": "au pire {}",
    },
}
type Rows = list[dict[str, Any]]


def load_run() -> dict[str, Rows]:
    """Read the last run."""
    run: dict[str, Rows] = json.loads(KEPT.read_text(encoding="utf-8"))
    return run


def table_of(language: str) -> str:
    """Table the last run: the mean of its draws, and the worst."""
    words, sets = WORDS[language], load_run()

    def number(value: float) -> str:
        return f"{value:,.0f}".replace(",", "," if language == "en" else "\u202f")

    def share(value: float) -> str:
        text = f"{100 * value:.1f}\u00a0%"
        return text if language == "en" else text.replace(".", ",")

    def parts(rows: Rows, name: str, *, is_high_good: bool) -> str:
        values = [row[name] for row in rows]
        worst = min(values) if is_high_good else max(values)
        average = share(mean(values))
        return average if len(rows) == 1 else f"{average}, {words['worst'].format(share(worst))}"

    def answers(rows: Rows, name: str) -> str:
        average = number(mean(row[f"{name}_answers" if name == "end" else name] for row in rows))
        part = parts(rows, f"{name}_part", is_high_good=False)
        return f"{average} {words['answers']} ({part})"

    lines: list[tuple[str, Callable[[Rows], str]]] = [
        ("draws", lambda rows: str(len(rows))),
        (
            "people",
            lambda rows: (
                f"{parts(rows, 'people', is_high_good=True)}"
                f" {words['of'].format(number(rows[0]['people_answers']))}"
            ),
        ),
        ("needed", lambda rows: answers(rows, "needed")),
        ("tenth", lambda rows: str(sum(row["needed_part"] <= TENTH for row in rows))),
        ("end", lambda rows: answers(rows, "end")),
        ("right", lambda rows: parts(rows, "right", is_high_good=True)),
        ("kept", lambda rows: parts(rows, "kept", is_high_good=True)),
        ("taken", lambda rows: number(mean(row["taken"] for row in rows))),
        (
            "broken",
            lambda rows: next((str(r["broken_taken"]) for r in rows if "broken_taken" in r), "–"),
        ),
    ]
    head = f"| | {' | '.join(words[name] for name in sets)} |\n|---|{'---|' * len(sets)}\n"
    return head + "".join(
        f"| {words[name]} | {' | '.join(describe(rows) for rows in sets.values())} |\n"
        for name, describe in lines
    )


def draw(figures: dict[str, Rows], language: str) -> str:
    """Draw accuracy over all tasks by human answer: dashed by people alone, solid with a model."""
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
    parts = [
        opening + ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f"<title>{TITLES[language]}</title>",
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        (x, _), (end, _) = _at(share, 0), _at(1, 0)
        parts.append(f'<text x="{x:.0f}" y="{HEIGHT - 18}">{share:.0%}</text>')
        y = _at(0, share)[1]
        parts.append(f'<path d="M{EDGE} {y:.0f} H{end:.0f}" stroke="#bbb"/>')
        parts.append(f'<text x="4" y="{y + 4:.0f}">{share:.0%}</text>')
    for place, (name, rows) in enumerate(figures.items()):
        row, colour = rows[0], COLOURS[name]
        whole = row["people_answers"]
        for kind, dash in (("alone", ' stroke-dasharray="5 3"'), ("with", "")):
            points = [(0.0, 0.0), *((answers / whole, right) for answers, right, _ in row[kind])]
            path = " L".join("{:.1f} {:.1f}".format(*_at(*point)) for point in points)
            parts.append(
                f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
            )
        parts.append(
            f'<text x="{WIDTH - 130}" y="{230 + 18 * place}" fill="{colour}">'
            f"{WORDS[language][name]}</text>"
        )
    return "\n".join([*parts, "</svg>", ""])


def _at(answers: float, accuracy: float) -> tuple[float, float]:
    """Return where a point lies."""
    return EDGE + answers * (WIDTH - 2 * EDGE), HEIGHT - EDGE - accuracy * (HEIGHT - 2 * EDGE)


def main() -> int:
    """Draw the curve, or say that it is stale."""
    is_stale = False
    for language, path in DRAWN.items():
        svg = draw(load_run(), language)
        if "--write" in sys.argv:
            path.write_text(svg, encoding="utf-8")
        is_stale |= path.read_text(encoding="utf-8") != svg
    if is_stale:
        sys.stderr.write(f"{STALE}\n")
    return int(is_stale)


if __name__ == "__main__":
    sys.exit(main())
