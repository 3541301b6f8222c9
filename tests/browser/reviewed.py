"""Have two people answer the projects of ``asked`` about texts and sounds, and a third review them.

``python -m tests.browser.reviewed DATA SLUG …`` prints where the reviewer enters once.
"""

import os
import sys
import time
from typing import Any

from canut.core.clock import to_ms

SPANS = {"person": (3, 10), "place": (23, 26)}


def _answers(kind: str) -> list[Any]:
    """Return what two people say who agree on half."""
    if kind == "audio":
        one = {"label": "a", "start": 0, "end": 1.5, "text": "Bonjour."}
        return [[one], [one, {"label": "b", "start": 2, "end": 3, "text": "Bonsoir."}]]
    spans = [
        {"id": str(number), "label": label, "start": start, "end": end}
        for number, (label, (start, end)) in enumerate(SPANS.items(), 1)
    ]
    drawn = {"from": "1", "to": "2", "label": "works_in"}
    return [{"spans": spans[:1], "relations": []}, {"spans": spans, "relations": [drawn]}]


def prepare(data: str, slugs: list[str]) -> str:
    """Answer the first task of each project twice; return where the reviewer enters."""
    os.environ |= {"CANUT_DATA": data, "DJANGO_SETTINGS_MODULE": "canut.settings"}
    import django

    django.setup()
    from django.utils import timezone

    from canut.actions.people.accounts import add_member, join_as_worker, make_one_time_link
    from canut.actions.work.overlap import set_overlap
    from canut.core.kinds import questions_of
    from canut.store.models import Project, Role, TaskState
    from canut.store.projects.versions import question_or_none
    from tests.support.factories import answer_next, make_person

    now, now_ms = timezone.now(), time.time_ns() // 1_000_000
    reviewer = make_person(shown_name="Léa Roy")
    for slug in slugs:
        project = Project.objects.get(slug=slug)
        version = question_or_none(project.pk)
        assert version is not None
        kind = str(questions_of(version.schema)[0]["kind"])
        set_overlap(project.pk, 2, now_ms)
        for value in _answers(kind):
            worker = join_as_worker(project, make_person(), to_ms(now))
            answer_next(worker, value, now_ms=now_ms)
        answered = TaskState.objects.filter(project=project, counted=2)
        answered.update(state="closed", confidence=0.5)
        add_member(reviewer, Role.REVIEWER, to_ms(now), project=project)
    return f"/enter/{make_one_time_link(reviewer, '/', to_ms(now))}"


if __name__ == "__main__":
    sys.stdout.write(prepare(sys.argv[1], sys.argv[2:]))
