"""Decide that people new to a project practise once first, and notify them.

Practice is an automated system like any other: when it is switched off, nobody has to practise. The
lease of the practice task is in ``leases``.
"""

from canut.actions.decisions.record import Ruling, decide
from canut.core.decisions.explanations import explain
from canut.store.decisions.automated_systems import is_on
from canut.store.tables.decisions import Decision
from canut.store.tables.work import Worker

PRACTICE = "practice"
CODE = "not-lent-practice"


def is_practice_due() -> bool:
    """Return whether people new to a project practise first."""
    return is_on(PRACTICE)


def record_practice(worker_id: int, now_ms: int) -> None:
    """Record, the first time, that a worker gets the practice task before any other."""
    worker = Worker.objects.select_related("project").get(id=worker_id)
    earlier = Decision.objects.filter(worker=worker, code=CODE)
    if worker.person_id is None or earlier.exists():
        return
    explanation = explain(CODE, {"project": worker.project.title})
    decide(
        Ruling(
            person=worker.person_id,
            kind=Decision.Kind.NOT_LENT,
            code=CODE,
            text_en=explanation.en,
            text_fr=explanation.fr,
            system=PRACTICE,
            worker=worker.id,
            project=worker.project_id,
            inputs={"practised": 0},
            factors=[{"name": "practised", "value": 0, "weight": 1}],
        ),
        now_ms,
    )
