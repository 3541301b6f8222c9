"""Make a project of each way of marking a picture, and one that asks about every region.

``python -m tests.browser.regions_asked DATA`` makes them in a migrated data folder and prints JSON:
where somebody enters once, and the projects by name.
"""

import json
import os
import sys
from typing import Any

from tests.browser import asked

EACH = """
show: photo as image
questions:
  - id: animals
    ask: "Encadrez chaque bête."
    kind: boxes
    labels: [chat, chien]
    least: 1
    most: 2
  - {id: awake, ask: "Est-elle éveillée ?", each: animals, choices: [oui, non]}
"""
KINDS = {
    "boxes": "labels: [chat, chien]",
    "turned": "labels: [chat, chien], rotated: true",
    "polygons": "labels: [chat, chien]",
    "keypoints": "labels: [chat], points: [nez, queue], skeleton: [[nez, queue]]",
}


def prepare(data: str) -> dict[str, Any]:
    """Make the projects; return where to enter and their slugs."""
    os.environ |= {"CANUT_DATA": data, "DJANGO_SETTINGS_MODULE": "canut.settings"}
    import django

    django.setup()
    from django.utils import timezone

    from canut.actions.accounts import add_operator, make_one_time_link
    from canut.core.kinds.file import read_question_file

    person = add_operator("ada", None, "Atelier", timezone.now())
    files = {"each": EACH}
    for name, fields in KINDS.items():
        kind = "boxes" if name == "turned" else name
        files[name] = (
            "show: photo as image\n"
            f'questions: [{{id: q, ask: "Que voit-on ?", kind: {kind}, {fields}}}]\n'
        )
    made = {
        name: asked.make_project(person, name, read_question_file("q.yaml", text.encode()))
        for name, text in files.items()
    }
    return {
        "enter": f"/enter/{make_one_time_link(person, '/', timezone.now())}",
        "projects": made,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(prepare(sys.argv[1])))
