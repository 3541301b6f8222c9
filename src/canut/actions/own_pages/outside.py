"""Take a person's word that they finished on a page of another site, and credit the time there.

Such a page shows no sign of the person to us, and may be unable to send anything here. What it sent
is handed in as ever; where it sent nothing, the person's word is the answer. The time since they
opened the page counts, as time on another site does: marked, granted and open to contest.
"""

from django.db import transaction

from canut.actions.own_pages.seats import Fields, received_fields
from canut.actions.time.outside_time import OWN_PAGE, AtOnce, credit_outside_time
from canut.core.clock import DAY_MS, HOUR_MS, Ms
from canut.core.errors import LeaseGone, Missing
from canut.core.kinds.page import FINISHED
from canut.core.time.claims import FREE_MS
from canut.store.own_pages.pages import page_of_task
from canut.store.own_pages.seats import takes_fields
from canut.store.projects.versions import current_question
from canut.store.tables.tasks import RequesterPage
from canut.store.tables.time import UsualTime
from canut.store.tables.work import PageSeat

LONGEST_MS = 2 * HOUR_MS
LATE_MS = 30 * DAY_MS
TIMES_USUAL = 2


@transaction.atomic
def finish_outside(worker_id: int, lease_id: int, now_ms: Ms) -> Fields:
    """Credit the time on a page of another site; return the fields to hand in.

    Raises:
        Missing: the lease is not this worker's, its page was not opened, or it is no other site's.
        LeaseGone: the lease has ended.
    """
    seats = PageSeat.objects.select_related("lease__worker__person")
    seat = seats.filter(lease=lease_id, lease__worker=worker_id).first()
    if seat is None:
        raise Missing(f"you have opened no page under lease {lease_id}; open the task again")
    if not takes_fields(seat.lease, now_ms):
        raise LeaseGone(f"lease {lease_id} has ended; request tasks again", lease=lease_id)
    project = seat.lease.project_id
    page = page_of_task(project, seat.lease.task_id, current_question(project).schema)
    if page is None or page.form != RequesterPage.Form.EXTERNAL:
        raise Missing("the page of this task is not on another site; send its form")
    person = seat.lease.worker.person
    if person is not None:
        begin_ms = max(seat.opened_ms, now_ms - LATE_MS)
        at_once = AtOnce(_at_once_ms(project), OWN_PAGE)
        credit_outside_time(person, project, (begin_ms, now_ms), at_once, now_ms)
    return received_fields(worker_id, lease_id) or {
        name: list(texts) for name, texts in FINISHED.items()
    }


def _at_once_ms(project_id: int) -> Ms:
    """Return how much time counts at once: twice what such tasks take, at most two hours."""
    usual = UsualTime.objects.filter(project=project_id).first()
    return FREE_MS if usual is None else min(LONGEST_MS, TIMES_USUAL * usual.median_ms)
