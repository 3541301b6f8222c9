"""Make a project of each way of marking a picture, and one that asks about every region.

``python -m tests.browser.regions_asked DATA`` makes them in a migrated data folder and prints JSON:
where somebody enters once, and the projects by name.
"""

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from canut.actions.platform.system_clock import now_ms
from canut.core.clock import to_ms
from tests.browser import asked

if TYPE_CHECKING:
    from canut.store.models import Person

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
EACH_SPAN = """
show: passage as text
questions:
  - {id: names, ask: "Marquez chaque nom.", kind: spans, labels: [nom, lieu]}
  - {id: known, ask: "Le connaissez-vous ?", each: names, choices: [oui, non]}
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

    from canut.actions.people.accounts import add_operator, make_one_time_link
    from canut.core.kinds.question_file import read_question_file

    person = add_operator("ada", None, "Atelier", now_ms())
    files = {"each": EACH, "each_span": EACH_SPAN}
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
    made["reviewed"] = _reviewed(person)
    return {
        "enter": f"/enter/{make_one_time_link(person, '/', now_ms())}",
        "projects": made,
    }


def _reviewed(person: "Person") -> str:
    """Make a project whose one task two people have answered, and nobody is sure of it."""
    from django.utils import timezone

    from canut.actions.people.accounts import join_as_worker
    from canut.actions.work.overlap import set_overlap
    from canut.core.kinds.question_file import read_question_file
    from canut.store.models import Project, TaskState, Worker
    from tests.support.factories import answer_next, make_person

    now = timezone.now()
    text = (
        "show: photo as image\n"
        'questions: [{id: q, ask: "Que voit-on ?", kind: boxes, labels: [chat, chien]}]\n'
    )
    slug = asked.make_project(person, "reviewed", read_question_file("q.yaml", text.encode()), 1)
    project = Project.objects.get(slug=slug)
    set_overlap(project.pk, 2, int(now.timestamp() * 1000))
    for x in (100, 120):
        somebody = make_person()
        join_as_worker(project, somebody, to_ms(now))
        worker = Worker.objects.get(project=project, person=somebody)
        answer_next(worker, [{"label": "chat", "x": x, "y": 80, "w": 200, "h": 150}])
    TaskState.objects.filter(project=project).update(confidence=0.5)
    return slug


if __name__ == "__main__":
    sys.stdout.write(json.dumps(prepare(sys.argv[1])))
