"""Make HITs, read them, extend and expire them, mark them as in review, delete them.

A HIT is one task with as many places as ``MaxAssignments``. What a deleted HIT brought stays: pay,
ledger and answers outlive it.
"""

import json

from django.db import transaction
from django.db.models import F

from canut.actions.turk.calls import Call, Reply
from canut.actions.turk.hit_shapes import get_hit, status_of, write_hits
from canut.actions.turk.hit_types import ensure_type, get_type
from canut.actions.turk.layouts import fill_layout
from canut.actions.turk.lending import expire_hit, lock_more, open_type, reopen_hit
from canut.actions.turk.names import new_object_id
from canut.actions.turk.notifications import EXTENDED, tell_ended, tell_now
from canut.actions.turk.paging import page_of
from canut.actions.turk.price_check import check_reward
from canut.actions.turk.questions import keep_page, move_page, read_question
from canut.actions.turk.reviews import read_policies
from canut.actions.turk.tokens import check_new, keep_token, made_under
from canut.actions.work.overlap import SURVEY_LIMIT
from canut.core.turk.refusals import (
    canut_error,
    invalid,
    missing,
    request_error,
    wrong_hit_state,
)
from canut.core.turk.states import AssignmentStatus, HitStatus
from canut.store.models import Hit, HitType, Import, Project, RequestToken, Task, TaskState
from canut.store.sql.written_once import FixedInsert, FixedQuery, FixedUpdate
from canut.store.turk.assignments import undecided
from canut.store.turk.hits import whole_hits
from canut.store.turk.qualifications import is_known_type
from canut.store.work.qualifications import hit_types_requiring

Family = RequestToken.Family
REVIEWED = (HitStatus.REVIEWING, HitStatus.REVIEWABLE)
HITS, TASKS, STATES = FixedInsert(Hit), FixedInsert(Task), FixedInsert(TaskState)
ROWS = FixedUpdate(Import, "rows_good")
RULE = FixedQuery(
    lambda project: (
        Project.objects.select_for_update(no_key=True)
        .filter(pk=project)
        .values_list("overlap_rule")
    ),
    [-1],
)
SOURCE = FixedQuery(
    lambda project: (
        Import.objects.filter(project=project).order_by("pk").values_list("pk", "rows_good")[:1]
    ),
    [-1],
)


@transaction.atomic(savepoint=False)
def create_hit(call: Call) -> Reply:
    """Make a HIT, and its type where that is new."""
    _refuse_second(call)
    return _create(call, ensure_type(call))


@transaction.atomic(savepoint=False)
def create_hit_with_type(call: Call) -> Reply:
    """Make a HIT of a type that exists."""
    _refuse_second(call)
    return _create(call, get_type(call))


def get_one_hit(call: Call) -> Reply:
    """Return a HIT, a deleted one too."""
    return {"HIT": write_hits(call, [get_hit(call)])[0]}


def list_hits(call: Call) -> Reply:
    """List the HITs that are not deleted, newest first."""
    hits = whole_hits(call.organisation).filter(disposed_ms=None)
    return page_of(call, hits, "HITs", lambda page: write_hits(call, page))


def list_hits_for_qualification(call: Call) -> Reply:
    """List the HITs whose request named a qualification type, one that is passed over too.

    Raises:
        TurkError: there is no such type.
    """
    type_id = call.text("QualificationTypeId")
    if not is_known_type(call.organisation, type_id):
        raise missing("QualificationType", type_id)
    hits = whole_hits(call.organisation).filter(
        disposed_ms=None, hit_type__in=hit_types_requiring(call.organisation, type_id)
    )
    return page_of(call, hits, "HITs", lambda page: write_hits(call, page))


def list_reviewable_hits(call: Call) -> Reply:
    """List the HITs whose work is over, or those of them marked as in review.

    Raises:
        TurkError: there is no such HIT type.
    """
    wanted = HitStatus(call.text("Status", HitStatus.REVIEWABLE))
    hits = whole_hits(call.organisation).filter(
        disposed_ms=None, is_reviewing=wanted == HitStatus.REVIEWING
    )
    if call.text("HITTypeId"):
        hits = hits.filter(hit_type=get_type(call))
    is_full = hits.filter(task__now__counted__gte=F("task__now__overlap"))
    is_over = hits.filter(expires_ms__lte=call.now_ms, task__now__live=0)
    return page_of(call, is_full | is_over, "HITs", lambda page: write_hits(call, page))


@transaction.atomic
def update_expiration(call: Call) -> Reply:
    """Change until when a HIT is leased; a moment that is over ends it at once."""
    hit = _lock(call)
    hit.expires_ms = int(call.members["ExpireAt"])
    hit.save(update_fields=["expires_ms"])
    if hit.expires_ms <= call.now_ms:
        expire_hit(hit)
        tell_ended(hit, call.now_ms)
    else:
        reopen_hit(hit)
        tell_now(hit, EXTENDED, call.now_ms)
    return {}


@transaction.atomic
def update_review_status(call: Call) -> Reply:
    """Mark a HIT as in review, or take that back."""
    hit = _lock(call)
    expected = HitStatus.REVIEWING if call.flag("Revert") else HitStatus.REVIEWABLE
    status = status_of(hit, call.now_ms)
    if status != expected:
        raise wrong_hit_state(status, [expected])
    hit.is_reviewing = not call.flag("Revert")
    hit.save(update_fields=["is_reviewing"])
    return {}


@transaction.atomic
def create_additional(call: Call) -> Reply:
    """Ask for more assignments of a HIT; one that has expired stays expired.

    Raises:
        TurkError: the token was used, the HIT is deleted, or the money is missing.
    """
    check_new(call, Family.PLACES)
    hit = _lock(call)
    more = call.whole("NumberOfAdditionalAssignments", 0)
    if not 1 <= more <= SURVEY_LIMIT - hit.places:
        raise request_error(
            "InvalidMaximumAssignmentsIncrease",
            f"{more} more assignments for a HIT of {hit.places}; at least 1 and {SURVEY_LIMIT} in "
            "all can be asked for.",
        )
    state = TaskState.objects.select_for_update().get(task=hit.task_id)
    state.overlap += more
    state.save(update_fields=["overlap"])
    hit.places += more
    hit.save(update_fields=["places"])
    if hit.expires_ms > call.now_ms:
        reopen_hit(hit)
    lock_more(hit.hit_type.project, call.now_ms)
    tell_now(hit, EXTENDED, call.now_ms)
    keep_token(call, Family.PLACES, call.request_id)
    return {}


@transaction.atomic
def delete_hit(call: Call) -> Reply:
    """Hide a HIT whose work is over and decided. Nothing is erased.

    Raises:
        TurkError: it is in another state, or an assignment of it is not decided.
    """
    hit = _lock(call)
    status = status_of(hit, call.now_ms)
    if status not in REVIEWED:
        raise wrong_hit_state(status, REVIEWED)
    open_assignments = undecided(hit, call.now_ms)
    if open_assignments.proposed:
        call.notices.add("proposal-open")
    if open_assignments.waiting:
        raise request_error(
            "InvalidHITState",
            f"This HIT is currently in the state '{status}', and {open_assignments.waiting} of its "
            f"assignments have the status {AssignmentStatus.SUBMITTED}. This operation can be "
            f"called with a status of: {', '.join(REVIEWED)}, each assignment approved or rejected",
        )
    hit.disposed_ms = call.now_ms
    hit.save(update_fields=["disposed_ms"])
    expire_hit(hit)
    return {}


@transaction.atomic
def update_type(call: Call) -> Reply:
    """Move a HIT nobody has begun to another type of the organisation.

    Its task is set aside, and one like it is made in the project of the other type. Who has begun a
    task keeps what they were promised.

    Raises:
        TurkError: ``Canut.PromiseKept``: somebody holds the task or answered it.
    """
    hit = _lock(call)
    hit_type = get_type(call)
    if hit_type.pk == hit.hit_type_id:
        return {}
    state = TaskState.objects.select_for_update().get(task=hit.task_id)
    if state.live or state.counted or hit.task.answer_set.exists():
        raise canut_error(
            "PromiseKept",
            "Somebody works on this HIT or has answered it, for what they were promised. Expire it "
            "and make another HIT of the other type.",
        )
    TaskState.objects.filter(pk=state.pk).update(state=TaskState.State.ASIDE)
    task = _make_task(hit_type, hit.public_id, hit.places)
    move_page(hit, task, call.now_ms)
    hit.task = task
    hit.hit_type = hit_type
    hit.save(update_fields=["task", "hit_type"])
    if hit.expires_ms <= call.now_ms:
        expire_hit(hit)
    open_type(call, hit_type)
    return {}


def _refuse_second(call: Call) -> None:
    """Refuse a token under which a HIT was made, with its name."""
    existing = made_under(call, Family.HIT)
    if existing:
        raise request_error("HitAlreadyExists", f'The HIT with ID "{existing}" already exists.')


def _create(call: Call, hit_type: HitType) -> Reply:
    places = call.whole("MaxAssignments", 1)
    if not 1 <= places <= SURVEY_LIMIT:
        raise invalid(f"Value {places} at 'MaxAssignments' must be from 1 to {SURVEY_LIMIT}")
    if ("Question" in call.members) == ("HITLayoutId" in call.members):
        raise invalid("Send either Question or HITLayoutId")
    if hit_type.project.state == Project.State.PILOT:
        check_reward(call, hit_type.title, hit_type.description, hit_type.reward_micro)
    policies = read_policies(call)
    layout_id = call.text("HITLayoutId")
    question = call.text("Question")
    if layout_id:
        parameters = call.rows("HITLayoutParameters")
        question = fill_layout(call.organisation, layout_id, parameters)
    page = read_question(question)
    hit_id = new_object_id()
    task = _make_task(hit_type, hit_id, places)
    keep_page(task, hit_id, page, question, call.now_ms)
    hit = Hit(
        public_id=hit_id,
        organisation_id=call.organisation,
        hit_type=hit_type,
        task=task,
        places=places,
        expires_ms=call.now_ms + call.whole("LifetimeInSeconds", 0) * 1000,
        annotation=call.text("RequesterAnnotation"),
        layout_id=layout_id,
        review_policies=policies or None,
        created_ms=call.now_ms,
    )
    HITS.add(hit)
    keep_token(call, Family.HIT, hit_id)
    open_type(call, hit_type)
    return {"HIT": write_hits(call, [hit])[0]}


def _make_task(hit_type: HitType, hit_id: str, places: int) -> Task:
    """Add a task to the project of a type, ready to be leased."""
    project = hit_type.project_id
    ((rule,),) = RULE.rows(project)  # its lock: nobody else adds a task meanwhile
    ((source, rows),) = SOURCE.rows(project)
    ROWS.change(source, rows + 1)
    task = Task(
        project_id=project,
        source_id=source,
        row=rows + 1,
        key=hit_id,
        data=json.dumps({"hit": hit_id}),
    )
    TASKS.add(task)
    STATES.add(TaskState(task=task, project_id=project, overlap=places, rule=rule))
    return task


def _lock(call: Call) -> Hit:
    """Lock the HIT a call names, for a change; a deleted one is in the wrong state.

    Raises:
        TurkError: there is none, or it is deleted.
    """
    hit = get_hit(call)
    Hit.objects.select_for_update(no_key=True).get(pk=hit.pk)
    hit.refresh_from_db(fields=["places", "expires_ms", "is_reviewing", "disposed_ms"])
    if hit.disposed_ms is not None:
        raise wrong_hit_state(HitStatus.DISPOSED, REVIEWED)
    return hit
