"""The workbench page and its endpoints.

Everything a choice needs is in the page; each endpoint calls one action. Moments come from this
server's clock, never from the browser's.
"""

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from canut.actions.comparisons.presentation import presentation_for
from canut.actions.decisions.system_notices import check_shown
from canut.actions.platform.system_clock import now_ms
from canut.actions.time.day_view import time_today
from canut.actions.time.heartbeats import keep_beats, open_page
from canut.actions.time.working_hours import watch_hours
from canut.actions.work.leases import (
    HELD_LIMIT,
    LeaseResult,
    flag_task,
    lease_tasks,
    release_leases,
    skip_task,
)
from canut.actions.work.submission import (
    AnswerReceipt,
    Submission,
    lease_or_refusal,
    submit_and_lease,
    submit_or_refusal,
)
from canut.core.clock import to_ms
from canut.core.errors import BadInput, NotOpen, Refusal
from canut.core.outside_text import read_whole
from canut.core.pay.pilot import TASKS_AT_MOST
from canut.core.time.beat_clock import send_every_ms
from canut.store import models
from canut.store.comparisons.anchoring import planted_now
from canut.store.datasets.material import material_of
from canut.store.decisions.system_notices import must_be_shown
from canut.store.ethics.reviews import review_of
from canut.store.models import Project, Worker
from canut.store.participation.messages import said_to_all
from canut.store.participation.place_questions import is_awaited
from canut.store.projects.versions import current_question, question_or_none, rate_or_none
from canut.store.recruiting.studies import is_study
from canut.store.sql.seats import Seat
from canut.store.sql.version_cache import question_version
from canut.store.work.workbench import (
    account_since,
    answers_of,
    get_worker,
    is_light,
    recent_answers,
    tasks_in,
)
from canut.web.decisions.notices import notices_for
from canut.web.decisions.systems import leading_to
from canut.web.kit.access import get_person
from canut.web.kit.content_language import tongue_of
from canut.web.kit.json_body import read_json
from canut.web.kit.languages import language_now
from canut.web.kit.messages import message_now
from canut.web.kit.problems import title_of
from canut.web.kit.request_gate import workbench_gate
from canut.web.kit.work_rate import charge, cost_of_beats
from canut.web.work.draft_answers import draft_data
from canut.web.work.material_wording import lines_of, sources_of, summary_of
from canut.web.work.schemas import (
    MOST_AT_ONCE,
    PREFETCH,
    Aims,
    AnswersReply,
    AnswersRequest,
    BeatsRequest,
    DataOrigin,
    DayAccount,
    FlagRequest,
    LeasedTasks,
    LeaseRefusal,
    LeaseReply,
    LeaseRequest,
    PackLimits,
    PageData,
    PageProject,
    PageUrls,
    Problem,
    Progress,
    QuestionVersion,
    Rate,
    Receipt,
    RecentAnswer,
    SkipRequest,
)
from canut.web.work.task_contents import TaskContents, lease_block_data, risk_data

UNDO = 10
URLS = (
    *("lease", "answers", "release", "skip", "flag"),
    *("ask", "beats", "decline", "rest", "harder"),
    *("pack", "begun"),
)
COUNT_LIMIT = 20_000
PREFETCH_LIGHT = HELD_LIMIT - 1  # and the one in view
PLENTIFUL = 10 * HELD_LIMIT
PLACE_ASKED = "place_asked"
_encode = msgspec.json.encode


def work(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Show the workbench with the first tasks."""
    project = worker.project
    at_ms = now_ms()
    person = get_person(request)
    if must_be_shown(person.pk, project.pk):
        return leading_to(request.path)
    if is_study(project.pk):
        return redirect("study", project.slug)
    if not request.session.get(PLACE_ASKED) and is_awaited(person, project):
        request.session[PLACE_ASKED] = True  # once a visit: who cannot say it works on
        return redirect(f"{reverse('my_terms')}?next={request.path}#place")
    first_time = worker.practised_ms is None and not answers_of(worker)
    question, rate = question_or_none(project.id), rate_or_none(project.id)
    if question is None or rate is None:
        raise NotOpen("nothing is asked yet", code="project-draft", state=project.state)
    presentation = presentation_for(worker, question, at_ms)
    leased = LeaseResult([], left=True)
    closed = ""
    try:
        if not first_time or project.is_own_staff or "begun" in request.GET:
            leased = lease_tasks(worker.id, PREFETCH + 1, at_ms)
            first_time = False
        elif project.held_ms is not None:
            return _led_to_hold(project)
        elif not project.is_lending:
            closed = project.state
    except NotOpen:
        if project.held_ms is not None:
            return _led_to_hold(project)
        closed = project.state
    tasks, recent = leased.tasks, recent_answers(worker, UNDO)
    rows = [*(t.data for t in tasks), *(r.task_data for r in recent)]
    contents = TaskContents(project.id, project.slug, question.schema, rows)
    progress = _progress(worker)
    page = PageData(
        language=get_language() or "",
        direction="rtl" if language_now().direction == "rtl" else "ltr",
        project=_project(project, closed),
        held_back=lease_block_data(leased.held_back),
        support=settings.SUPPORT,
        question=QuestionVersion(question.number, presentation.schema, presentation.instructions),
        rate=Rate(
            piece_micro=rate.piece_micro,
            by_hour_micro=rate.by_hour_micro,
            currency=rate.currency,
        ),
        me=_account(worker.id),
        measured_ms=time_today(get_person(request), at_ms),
        progress=progress,
        leased=LeasedTasks([contents.task(t) for t in tasks]),
        begun=draft_data(worker.id, [task.task for task in tasks]),
        pack=PackLimits(0 if contents.has_page else settings.PACK_TASKS, settings.PACK_HOURS),
        recent=[
            RecentAnswer(
                key=r.key,
                values=r.values,
                task=contents.row(
                    lease=r.lease,
                    task=r.task.id,
                    key=r.task.key,
                    data=r.task_data,
                    question_version=r.question_version,
                ),
            )
            for r in recent
        ],
        csrf=get_token(request),
        urls=_urls(project),
        first_time=first_time,
        said=[*said_to_all(project.id)],
        person=str(get_person(request)),
        person_id=get_person(request).pk,
        session=open_page(get_person(request).pk, project.id, at_ms),
        prefetch=_prefetch(project, progress),
        beats_alone_ms=send_every_ms(project.lease_seconds),
    )
    context = {
        "project": project,
        "data": msgspec.to_builtins(page),
        "notices": notices_for(get_person(request), at_ms)[:1],
        "is_compared": presentation.comparison is not None,
        "is_planted": bool(planted_now(project.pk)),
    }
    return render(request, "work/workbench.html", context)


def _led_to_hold(project: Project) -> HttpResponse:
    """Lead to why an ethics reviewer holds the project."""
    review = review_of(project.pk)
    return redirect("ethics_review", review.pk) if review is not None else redirect("ethics")


def lease(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Lease the tasks that most need an answer; none if nothing is left for this worker."""
    body = read_json(request.body, LeaseRequest)
    check_shown(seat.person, seat.project)
    leased = lease_tasks(seat.worker, body.count, now_ms(), loaded=body.have)
    return json_answer(lent_data(seat, body, leased))


def lent_data(seat: Seat, body: LeaseRequest, leased: LeaseResult) -> LeaseReply:
    """Describe the leased tasks that the page does not have yet."""
    known_leases = set(body.have)
    fresh = [task for task in leased.tasks if task.lease not in known_leases]
    number = fresh[0].question_version if fresh else body.question_version
    schema = question_version(seat.project, number).schema if fresh and number else {"show": []}
    contents = TaskContents(seat.project, seat.slug, schema, [task.data for task in fresh])
    changed = number != body.question_version
    return LeaseReply(
        tasks=[contents.task(task) for task in fresh],
        left=leased.left,
        held_back=lease_block_data(leased.held_back),
        question=_question(current_question(seat.project)) if changed else None,
        server_ms=now_ms(),
    )


def answers(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Store each answer in its own transaction; a refused one does not stop the others.

    Other people's requests are served in between.

    The next tasks, if requested, are leased with the last answer. The heartbeats of the request are
    counted first: they may show that a break is due.
    """
    sent = read_json(request.body, AnswersRequest)
    if len(sent.answers) > MOST_AT_ONCE:
        raise BadInput(
            f"{len(sent.answers)} answers at once; send at most {MOST_AT_ONCE}",
            code="answers-count",
            limit=MOST_AT_ONCE,
        )
    charge(seat.person, max(0, len(sent.answers) - 1) + cost_of_beats(len(sent.beats)))
    receipts: list[Receipt] = []
    next_request, leased = sent.next, None
    for number, answer in enumerate(sent.answers, 1):
        if number > 1:
            workbench_gate.let_others_pass()
        submission = Submission(
            answer.lease,
            answer.key,
            answer.values,
            answer.question_version,
            answer.replaces,
            answer.revealed,
        )
        if next_request and number == len(sent.answers) and not sent.beats:
            result, leased = submit_and_lease(
                seat.worker, submission, next_request.count, now_ms(), loaded=next_request.have
            )
        else:
            result = submit_or_refusal(seat.worker, submission, now_ms())
        receipts.append(_receipt(answer.key, result))
    if sent.beats:
        keep_beats(seat.person, sent.beats, now_ms(), seat.project)
        watch_hours(seat.person, now_ms())
    is_repeated = any(receipt.repeated is True for receipt in receipts)
    # else the page adds the receipts up; it cannot know which repeated ones it counted already
    me = _account(seat.worker) if sent.beats or is_repeated else None
    progress = _progress(get_worker(seat.worker)) if is_repeated else None
    if not next_request:
        return json_answer(AnswersReply(receipts=receipts, me=me, progress=progress))
    leased = leased or lease_or_refusal(
        seat.worker, next_request.count, now_ms(), loaded=next_request.have
    )
    following = (
        LeaseRefusal(_problem(leased))
        if isinstance(leased, Refusal)
        else lent_data(seat, next_request, leased)
    )
    return json_answer(AnswersReply(receipts=receipts, me=me, progress=progress, next=following))


def _receipt(key: str, result: AnswerReceipt | Refusal) -> Receipt:
    """Return the receipt of a submission, stored or refused."""
    if isinstance(result, Refusal):
        return Receipt(key=key, problem=_problem(result))
    return Receipt(
        key=result.key,
        answer=result.answer,
        counted=result.counted,
        surplus=result.surplus,
        replaced=result.replaced,
        repeated=result.repeated,
        piece_micro=result.piece_micro,
        currency=result.currency,
        elapsed_ms=result.elapsed_ms,
        promise=result.promise,
    )


def _problem(refusal: Refusal) -> Problem:
    return Problem(refusal.case, title_of(refusal))


def release(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Release tasks when the page is left; the request may be a beacon."""
    if request.content_type == "application/json":
        body = read_json(request.body, dict[str, list[int]])
        leases, viewed = body.get("leases", []), body.get("seen", [])
    else:
        leases, viewed = _numbers(request, "leases"), _numbers(request, "seen")
    release_leases(seat.worker, leases, now_ms(), viewed)
    return HttpResponse(status=204)


def skip(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Skip a task, with the reason."""
    body = read_json(request.body, SkipRequest)
    reason = f"{body.reason}: {body.text}" if body.text else body.reason
    skip_task(seat.worker, body.lease, reason, now_ms())
    return HttpResponse(status=204)


def flag(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Flag a task."""
    body = read_json(request.body, FlagRequest)
    flag_task(seat.worker, body.lease, body.text, now_ms())
    return HttpResponse(status=204)


def beats(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Store heartbeats; duplicates are ignored."""
    body = read_json(request.body, BeatsRequest)
    charge(seat.person, cost_of_beats(len(body.beats)))
    keep_beats(seat.person, body.beats, now_ms(), seat.project)
    watch_hours(seat.person, now_ms())
    return HttpResponse(status=204)


def _project(project: Project, closed: str) -> PageProject:
    return PageProject(
        slug=project.slug,
        title=project.title,
        tongue=tongue_of(project),
        organisation=project.organisation.name,
        aims=_aims(project),
        origin=_origin(project),
        simulated=project.is_simulated,
        own_staff=project.is_own_staff,
        closed=closed,
        pilot_tasks=TASKS_AT_MOST if project.state == Project.State.PILOT else 0,
        risk=risk_data(project),
    )


def _origin(project: Project) -> DataOrigin:
    material = material_of(project.pk)
    parts = [f"{line.text} ({line.detail})" for line in lines_of(material) if line.detail]
    parts.extend(filter(None, [summary_of(material)]))
    parts.extend(f"{source.text} {source.detail}" for source in sources_of(material))
    texts = (project.origin_whose, project.origin_consent, project.origin_paid)
    return DataOrigin(*texts, tuple(parts), reverse("work_origin", args=[project.slug]))


def _urls(project: Project) -> PageUrls:
    address = {"project": project.slug}
    return PageUrls(
        **{name: reverse(f"workbench_{name}", kwargs=address) for name in URLS},
        stop=reverse("work_home"),
        signin=reverse("account_login"),
        back=f"{reverse('account_login')}?next={reverse('signed_in')}",
        exposure=reverse("work_exposure"),
    )


def _question(version: models.QuestionVersion) -> QuestionVersion:
    return QuestionVersion(version.number, version.schema, version.instructions)


def _aims(project: Project) -> Aims:
    """Return why the work is requested; if that is hidden, the reason for hiding it."""
    kept_back = ""
    if project.purpose_hidden:
        kept_back = f"{message_now('common.the_purpose_is_kept')}. {project.purpose_hidden}"
    return Aims(
        business=kept_back or project.aim_business,
        social=kept_back or project.aim_social,
        ethical=project.aim_ethical,
    )


def _account(worker: int) -> DayAccount:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    since = account_since(worker, to_ms(midnight))
    return DayAccount(*since, today_only=True)


def _progress(worker: Worker) -> Progress:
    return Progress(answers_of(worker), tasks_in(worker.project_id, COUNT_LIMIT))


def _prefetch(project: Project, progress: Progress) -> int:
    """Return how many tasks to keep ready: many where they are light, and enough for everybody."""
    is_plentiful = progress.total is None or progress.total >= PLENTIFUL
    is_open = project.state == Project.State.OPEN
    return PREFETCH_LIGHT if is_open and is_plentiful and is_light(project.id) else PREFETCH


def _numbers(request: HttpRequest, name: str) -> list[int]:
    texts = [text for text in request.POST.get(name, "").split(",") if text]
    numbers = [number for text in texts if (number := read_whole(text)) is not None]
    if len(numbers) < len(texts):
        raise BadInput(f"{name} holds what is no number", code="bad-request")
    return numbers


def json_answer(value: object) -> HttpResponse:
    """Return a JSON response."""
    return HttpResponse(_encode(value), content_type="application/json")
