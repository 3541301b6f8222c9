"""Let the tasks of HITs be leased, or say what they wait for.

A HIT is stored in any case. Its project opens, or begins its pilot, once what every project needs
is there; until then the HIT is ``Unassignable`` and a notice says what it waits for. A HIT whose
time is over is set aside: those who work on it may finish.
"""

from django.db import transaction

from canut.actions.pay.required_funds import lock_again
from canut.actions.platform.row_faults import attempt_each
from canut.actions.projects.setup import start_project
from canut.actions.turk.calls import Call
from canut.core.clock import Ms
from canut.core.errors import Conflict, Incomplete, NotOpen, Refusal, Unfunded
from canut.core.turk.refusals import canut_error
from canut.store.models import Hit, HitType, Project, TaskState
from canut.store.pay.funds import is_funded
from canut.store.turk.hits import expired_hits

State = TaskState.State
WAITING, WORK_URL = "waiting", "x-canut-work-url"
FUNDS, PERSON, PILOT = "funds", "person", "pilot"
MOST_AT_ONCE = 500


def open_type(call: Call, hit_type: HitType) -> None:
    """Open the project of a new HIT, if it can be; tell what it waits for.

    Raises:
        TurkError: ``Canut.NotFunded``: people work on it, and money for one more HIT is missing.
    """
    project = hit_type.project
    call.links[WORK_URL] = f"{call.base_url}/work/{project.slug}/"
    if project.state == Project.State.DRAFT:
        project = Project.objects.select_related("organisation").get(pk=project.pk)
        _start(call, project)
        hit_type.project = project
    elif project.is_lending and is_funded(project.pk):
        _lock(project, call.now_ms)
    _tell(call, project)


def lock_more(project: Project, now_ms: Ms) -> None:
    """Lock the funds that more places of a HIT need, where people are paid.

    Raises:
        TurkError: ``Canut.NotFunded``, with what is missing.
    """
    if is_funded(project.pk):
        _lock(project, now_ms)


def _start(call: Call, project: Project) -> None:
    try:
        with transaction.atomic():
            start_project(project, call.now_ms)
    except Unfunded:
        call.notices.add(WAITING, {"for": FUNDS})
    except (Incomplete, Conflict, NotOpen) as refusal:
        call.notices.add(WAITING, {"for": PERSON, "why": refusal.case})
    project.refresh_from_db(fields=["state", "held_ms"])


def _lock(project: Project, now_ms: Ms) -> None:
    try:
        lock_again(project, now_ms)
    except Unfunded as refusal:
        raise canut_error("NotFunded", f"Money is missing: {refusal}.") from refusal


def _tell(call: Call, project: Project) -> None:
    if project.state == Project.State.PILOT:
        call.notices.add(PILOT)
    elif not project.is_lending and project.state != Project.State.DRAFT:
        call.notices.add(WAITING, {"for": PERSON, "why": f"project-{project.state}"})


@transaction.atomic
def expire_hit(hit: Hit) -> None:
    """Lease the task of a HIT to nobody more; who works on it may finish."""
    states = TaskState.objects.select_for_update().filter(task=hit.task_id, state=State.OPEN)
    states.update(state=State.ASIDE)


@transaction.atomic
def reopen_hit(hit: Hit) -> None:
    """Lease the task of a HIT again, if places are left."""
    state = TaskState.objects.select_for_update().get(task=hit.task_id)
    if state.state in {State.ASIDE, State.CLOSED}:
        state.state = State.OPEN if state.counted < state.overlap else State.CLOSED
        state.save(update_fields=["state"])


def expire_hits(now_ms: Ms) -> int:
    """Set aside the tasks of HITs whose time is over; return how many."""
    hits = {hit.pk: hit for hit in expired_hits(now_ms, MOST_AT_ONCE)}
    return attempt_each("expired HITs", list(hits), lambda number: _expire(hits[number]))


def _expire(hit: Hit) -> bool:
    expire_hit(hit)
    return True


def start_waiting(now_ms: Ms) -> int:
    """Open the projects of HITs that waited for money or for a person; return how many."""
    drafts = HitType.objects.filter(project__state=Project.State.DRAFT, hits__disposed_ms=None)
    numbers = list(drafts.distinct().order_by("pk").values_list("project_id", flat=True))

    def start(number: int) -> bool:
        project = Project.objects.select_related("organisation").get(pk=number)
        try:
            with transaction.atomic():
                start_project(project, now_ms)
        except Refusal:
            return False
        return True

    return attempt_each("waiting HITs", numbers, start)
