"""Have two people differ on a few texts: ``python -m tests.browser.walks.prepared DATA``.

Prints where the person who is to review them enters once.
"""

import os
import sys
import time

from canut.core.clock import to_ms

TASKS = 4
QUESTION = """
show: message as text
questions:
  - id: q
    ask: "Le ton est-il bon ?"
    choices: [{value: oui, label: Oui}, {value: non, label: Non}]
"""


def prepare(data: str, operator: str) -> str:
    """Make the project, its answers and its reviewer; return the reviewer's address."""
    os.environ |= {"CANUT_DATA": data, "DJANGO_SETTINGS_MODULE": "canut.settings"}
    import django

    django.setup()
    from django.utils import timezone

    from canut.actions.people.accounts import add_member, join_as_worker, make_one_time_link
    from canut.actions.work.overlap import set_overlap
    from canut.core.kinds.question_file import read_question_file
    from canut.store.models import Person, Project, Role, TaskState
    from tests.browser.asked import make_project
    from tests.support.factories import answer_next, make_person

    now = to_ms(timezone.now())
    schema = read_question_file("tone.yaml", QUESTION.encode())
    person = Person.objects.get(username=operator)
    project = Project.objects.get(slug=make_project(person, "Relecture", schema, TASKS))
    set_overlap(project.pk, 2, time.time_ns() // 1_000_000)
    for value in ("oui", "non"):
        worker = join_as_worker(project, make_person(), now)
        for _ in range(TASKS):
            answer_next(worker, value, now_ms=now)
    answered = TaskState.objects.filter(project=project, counted=2)
    answered.update(state="closed", confidence=0.5)
    reviewer = make_person(shown_name="Léa Roy")
    add_member(reviewer, Role.REVIEWER, now, project=project)
    return f"/enter/{make_one_time_link(reviewer, '/', now)}"


if __name__ == "__main__":
    sys.stdout.write(prepare(*sys.argv[1:]))
