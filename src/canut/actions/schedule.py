"""What runs when: jobs asked for, and what time alone calls for.

Jobs that somebody asked for (reading a large file) stand in the database and are run one by one.
Beside them a thread looks every few seconds for what is due: leases that ran out, projects whose
answers have moved on since their labels were last estimated, rows that a killed discard left.
"""

import logging
import threading
import time

from django.core.management import call_command
from django.db import DatabaseError, close_old_connections
from django.db.models import Max
from django.utils import timezone

from canut.actions.estimates import estimate_labels
from canut.actions.imports import finish_discarding
from canut.actions.leases import expire_leases
from canut.core.errors import Refusal
from canut.store.models import Answer, Estimate, Project

TICK_SECONDS = 5.0
REST_SECONDS = 30.0
_log = logging.getLogger("canut.schedule")


def work(*, once: bool) -> None:
    """Run jobs until stopped, or only what waits now."""
    if once:
        run_due()
    else:
        threading.Thread(target=_look_for_due, name="schedule", daemon=True).start()
    call_command(
        "db_worker",
        reload=False,
        startup_delay=False,
        interval=0.5,
        batch=once,
        verbosity=0,
    )


def run_due() -> int:
    """Do once what time calls for; returns how many projects were estimated anew."""
    now = timezone.now()
    now_ms = int(now.timestamp() * 1000)
    finish_discarding()
    estimated = 0
    for project in Project.objects.exclude(state=Project.State.DRAFT).only("id"):
        expire_leases(project.id, now_ms)
        if _has_moved_on(project.id):
            estimate_labels(project.id, now)
            estimated += 1
    return estimated


def _has_moved_on(project_id: int) -> bool:
    """Say whether answers came since the last estimate and it is old enough to be made again."""
    newest = Answer.objects.filter(project_id=project_id).aggregate(last=Max("id"))["last"]
    if newest is None:
        return False
    last = Estimate.objects.filter(project_id=project_id).order_by("-id").first()
    if last is None:
        return True
    rested = (timezone.now() - last.created_at).total_seconds()
    return newest > last.last_answer and rested > max(REST_SECONDS, 20 * last.seconds)


def _look_for_due() -> None:
    while True:
        close_old_connections()
        try:
            run_due()
        except (DatabaseError, Refusal):
            _log.exception("what was due could not be done; it is tried again")
        time.sleep(TICK_SECONDS)
