"""Decide that somebody new to a project practises first, once, and tell them so.

The gate is an automated system like any other: it can be switched off, and then nobody waits. What
is lent for practice is decided in ``leases``.
"""

from canut.actions.decisions.record import Ruling, decide
from canut.core.decisions.explanations import explain
from canut.store.decisions.automated_systems import is_on
from canut.store.tables.decisions import Decision
from canut.store.tables.work import Worker

PRACTICE = "practice"
CODE = "not-lent-practice"


def is_practice_due() -> bool:
    """Say whether people new to a project practise first."""
    return is_on(PRACTICE)


def record_practice(worker_id: int, now_ms: int) -> None:
    """Keep, the first time, that a worker gets the practice task before any other."""
    worker = Worker.objects.select_related("project").get(id=worker_id)
    told = Decision.objects.filter(worker=worker, code=CODE)
    if worker.person_id is None or told.exists():
        return
    said = explain(CODE, {"project": worker.project.title})
    decide(
        Ruling(
            person=worker.person_id,
            kind=Decision.Kind.NOT_LENT,
            code=CODE,
            text_en=said.en,
            text_fr=said.fr,
            system=PRACTICE,
            worker=worker.id,
            project=worker.project_id,
            inputs={"practised": 0},
            factors=[{"name": "practised", "value": 0, "weight": 1}],
        ),
        now_ms,
    )
