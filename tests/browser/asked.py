"""Make a project of every way of asking that the page draws, and one that asks several questions.

``python -m tests.browser.asked DATA LANGUAGE`` makes them in a migrated data folder, with somebody
at work in each, and prints JSON: where that person enters once, and the projects by name.
"""

import csv
import json
import math
import os
import sys
import tempfile
import wave
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from canut.actions.platform.system_clock import now_ms
from canut.core.clock import to_ms

if TYPE_CHECKING:
    from canut.store.models import Person

TURNS = [
    {"role": "user", "text": "Quand le métier Jacquard est-il né ?"},
    {"role": "assistant", "text": "En 1801, à Lyon. Il lit des cartes perforées."},
    {"role": "user", "text": "Qui l’a fait marcher ?"},
    {"role": "assistant", "text": "Joseph Marie Jacquard, après Vaucanson et Falcon."},
]
TEXTS = {
    "summary": "La bibliothèque rouvre le 2 mai avec un rayon de nuit, gratuit pour tout le monde.",
    "message": "Bonjour, l’ascenseur est en panne depuis mardi et ma mère ne peut plus sortir.",
    "sentence": "La navette passe entre les fils de chaîne.",
    "reading": "Fabriqve de soie, quai St-Clair",
    "request": "Explique la chaîne et la trame à un enfant de huit ans.",
    "reply_a": "La chaîne, ce sont les fils tendus. La trame passe dessus, puis dessous.",
    "reply_b": "La trame est tissée à travers la chaîne au moyen de la navette.",
    "article": "Le conseil a voté hier la réfection des quais. Les travaux dureront deux ans.",
}
SEVERAL = """
show: message as text
questions:
  - id: urgent
    ask: "Est-ce urgent ?"
    choices: [{value: oui, label: Oui}, {value: non, label: Non}]
  - id: days
    ask: "Depuis combien de jours ?"
    kind: number
    most: 365
    when: {question: urgent, is: oui}
  - {id: tone, ask: "Le ton est-il calme ?", kind: rating, ends: [Pas du tout, Très]}
  - {id: word, ask: "Un mot pour l’équipe ?", kind: text, optional: true}
"""
ROWS = 8


def picture(number: int) -> bytes:
    """Draw a picture of some size, none like another."""
    from PIL import Image, ImageDraw

    drawn = Image.new("RGB", (640, 420), (226, 220, 208))
    pen = ImageDraw.Draw(drawn)
    for at in range(0, 640, 40):
        pen.line([(at, 0), (at + 20 * number, 420)], fill=(120, 90, 70), width=3)
    pen.rectangle([120, 120, 480, 300], outline=(40, 30, 60), width=6)
    out = BytesIO()
    drawn.save(out, "PNG")
    return out.getvalue()


def sound(number: int) -> bytes:
    """Play four seconds of tones and silences, none like another."""
    rate, out = 8_000, BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(rate)
        samples = (
            int(12_000 * math.sin(math.tau * (330 + 60 * number) * at / rate))
            if (at // rate) % 2 == 0
            else 0
            for at in range(4 * rate)
        )
        written.writeframes(b"".join(each.to_bytes(2, "little", signed=True) for each in samples))
    return out.getvalue()


def prepare(data: str, language: str) -> dict[str, Any]:
    """Make the projects; return where to enter and their slugs."""
    os.environ |= {"CANUT_DATA": data, "DJANGO_SETTINGS_MODULE": "canut.settings"}
    import django

    django.setup()

    from canut.actions.people.accounts import add_operator, make_one_time_link
    from canut.core.kinds.question_file import read_question_file
    from canut.core.kinds.sample import samples

    person = add_operator("ada", None, "Atelier", now_ms())
    made: dict[str, str] = {}
    for sample in (each for each in samples() if each.kind != "page"):  # has its own battery
        name = f"{sample.kind}-{sample.name}"
        made[name] = make_project(person, name, sample.schema[language], ROWS)
    several = read_question_file("several.yaml", SEVERAL.encode())
    made["several"] = make_project(person, "several", several)
    token = make_one_time_link(person, "/", now_ms())
    return {"enter": f"/enter/{token}", "projects": made}


def _shown(schema: dict[str, object]) -> list[dict[str, str]]:
    return cast("list[dict[str, str]]", schema["show"])


def make_project(person: "Person", title: str, schema: dict[str, object], many: int = ROWS) -> str:
    """Make a project that asks this of some rows, with that person at work; return its slug."""
    from django.utils import timezone

    from canut.actions.decisions.system_notices import note_shown
    from canut.actions.imports.lifecycle import (
        ImportOptions,
        publish_import,
        read_import,
        start_import,
    )
    from canut.actions.people.accounts import join_as_worker
    from canut.actions.projects.setup import (
        create_project,
        open_project,
        set_rate,
        write_aims,
        write_question,
    )
    from canut.actions.work.overlap import set_overlap
    from canut.core.formats import sniff
    from canut.core.kinds import cells_of
    from canut.store.models import Organisation

    now = timezone.now()
    organisation = Organisation.objects.get(membership__person=person, membership__role="requester")
    project = create_project(organisation, title, by=person, now_ms=to_ms(now), own_staff=True)
    write_question(project, schema, "Prenez votre temps.", by=person, now_ms=to_ms(now))
    set_rate(project, 0, "CAD", by=person, now_ms=to_ms(now))
    words = ("business", "social", "ethical", "whose", "consent", "paid")
    write_aims(project, **dict.fromkeys(words, "inconnu"))
    columns = {part["column"]: part["as"] for part in _shown(schema)} | cells_of(schema)
    with tempfile.TemporaryDirectory() as folder:
        source = _file(Path(folder), title, columns, many)
        begun = start_import(
            project.id,
            source,
            source.name,
            sniff(source),
            ImportOptions(),
            by=person,
            now_ms=to_ms(now),
        )
        read_import(begun.id, to_ms(now))
        set_overlap(project.id, 1, int(now.timestamp() * 1000))
        publish_import(begun.id, to_ms(now))
    open_project(project, to_ms(now))
    join_as_worker(project, person, to_ms(now))
    note_shown(person, to_ms(now))
    return project.slug


def _file(folder: Path, title: str, columns: dict[str, str], many: int) -> Path:
    """Write the rows; pictures lie beside them, in a folder."""
    inside = folder / title.replace(" ", "-")
    inside.mkdir()
    table = inside / "rows.csv"
    with table.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(columns)
        for number in range(many):
            cells = []
            for column, shown_as in columns.items():
                if shown_as == "audio":
                    name = f"{column}-{number}.wav"
                    (inside / name).write_bytes(sound(number))
                    cells.append(name)
                elif shown_as == "image":
                    name = f"{column}-{number}.png"
                    (inside / name).write_bytes(picture(number))
                    cells.append(name)
                else:
                    cells.append(_text(column, number + 1))
            rows.writerow(cells)
    return inside if {"image", "audio"} & {*columns.values()} else table


def _text(column: str, number: int) -> str:
    """Write a text that no other row has."""
    if column == "dialogue":
        first, *others = TURNS
        turns = [{**first, "text": f"{first['text']} ({number})"}, *others]
        return json.dumps(turns, ensure_ascii=False)
    return f"{TEXTS.get(column, f'Texte {column}')} ({number})"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(prepare(sys.argv[1], sys.argv[2])))
