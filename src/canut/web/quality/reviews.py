"""Review pages: the queue, one task with its answers, the decision, and the rule."""

import hashlib
import json
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.cost_preview import reviews_need
from canut.actions.quality.review_decisions import ReviewInput, consensus_now, decide_review
from canut.actions.quality.reviews import (
    LAST_ROUND,
    keep_review_beats,
    lease_review,
    pass_review,
    set_review_rule,
)
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Conflict, LeaseGone
from canut.core.kinds import MARKING, Schema, questions_of
from canut.core.outside_text import read_whole
from canut.core.protection.exposure import POLICY
from canut.store.models import Answer, Project, Review, Role
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.store.quality import results
from canut.store.quality.reviews import (
    answers_to,
    decided_since,
    flags_of,
    held_in,
    rule_of,
    verdicts_of,
    waiting_in,
)
from canut.web.kinds import parts_of, values_in
from canut.web.kinds.region_data import marked_label
from canut.web.kit.access import get_person, get_review, list_projects, roles_in
from canut.web.kit.audiences import DECIDERS, REQUESTERS
from canut.web.kit.formatting import typed_amount
from canut.web.kit.forms import attempt
from canut.web.kit.json_body import read_json
from canut.web.kit.languages import is_french
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.quality.review_forms import RuleForm
from canut.web.tasks.passages import marked_sounds, marked_texts
from canut.web.tasks.region_overlay import dyes_of, marked_pictures
from canut.web.tasks.task_view import shown_task
from canut.web.time.day import BeatsIn

LETTERS = "ABCDEFGHIJKLMNOQRSTUVWXYZ"  # P passes
KEYS_OF_ANSWERS = 10


class Side(NamedTuple):
    """One answer in a review: letter, key if it has one, content."""

    letter: str
    key: str
    answer: int
    label: str
    is_consensus: bool


def mine(request: HttpRequest) -> HttpResponse:
    """List the projects this person may review, with their queues."""
    rows = [
        (project, waiting_in(project.id))
        for project in list_projects(get_person(request), DECIDERS.roles)
        if project.state != Project.State.DRAFT
    ]
    return render(request, "quality/reviews.html", {"rows": rows})


def review(request: HttpRequest, project: Project) -> HttpResponse:
    """Show the review this person holds, or the queue."""
    return _show(request, project)


def start_review(request: HttpRequest, project: Project) -> HttpResponse:
    """Take the next task to review."""
    result = lease_review(project, get_person(request), now_ms())
    if result.held_back is not None:
        block = result.held_back
        messages.warning(request, block.text_fr if is_french() else block.text_en)
    elif result.review is None:
        messages.success(request, message_now("page.quality_reviews.nothing_waits"))
    return redirect("project_review", project.slug)


def decide(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Store a decision and take the next task."""
    person, moment = get_person(request), now_ms()
    review = get_review(project, number)
    try:
        outcome = decide_review(review.id, _given(request.POST, project), by=person, now_ms=moment)
    except LeaseGone as ended:
        messages.warning(request, words_of(ended).title)
        return redirect("project_review", project.slug)
    except (BadInput, Conflict) as refusal:
        return _show(request, project, words_of(refusal).detail, 422)
    texts = {
        "settled": message_now("page.quality_reviews.decided"),
        "second": message_now("page.quality_reviews.decided_a_second_person"),
        "third": message_now("page.quality_reviews.decided_the_two"),
    }
    messages.success(request, texts[outcome.next])
    return start_review(request, project)


def give_back(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Return a task to the queue and take the next one."""
    review = get_review(project, number)
    try:
        pass_review(review.id, by=get_person(request), now_ms=now_ms())
    except LeaseGone as ended:
        messages.warning(request, words_of(ended).title)
    return start_review(request, project)


def beats(request: HttpRequest, project: Project) -> HttpResponse:
    """Store the heartbeats of review pages."""
    body = read_json(request.body, BeatsIn)
    keep_review_beats(get_person(request), project, body.beats, now_ms())
    return HttpResponse(status=204)


def rule(request: HttpRequest, project: Project) -> HttpResponse:
    """Show and set how the project is reviewed."""
    stored = rule_of(project.id)
    initial = {
        "second": stored.second,
        "below": round(100 * stored.below),
        "price": typed_amount(stored.piece_micro) if stored.piece_micro else "",
        "share": stored.share_per_mille // 10,
        "seconds": stored.look_ms // 1000 or "",
    }
    form = RuleForm(request.POST or None, initial=initial)
    if request.method == "POST" and attempt(
        form, lambda: set_review_rule(project, form.rule(), now_ms())
    ):
        messages.success(request, message_now("page.quality_reviews.kept"))
        return redirect("project_review", project.slug)
    context = {
        "project": project,
        "form": form,
        "rate": rate_or_none(project.id),
        "need": reviews_need(project, now_ms()),
    }
    return render(request, "quality/review_rule.html", context, status=422 if form.errors else 200)


def _show(
    request: HttpRequest, project: Project, problem: str = "", status: int = 200
) -> HttpResponse:
    person, moment = get_person(request), now_ms()
    review = held_in(project, person, moment)
    roles = roles_in(person, project)
    context: dict[str, Any] = {
        "project": project,
        "problem": problem,
        "waiting": waiting_in(project.id),
        "rule": rule_of(project.id),
        "manages": bool(roles & REQUESTERS.roles),
        "held": review,
    }
    if review is None:
        return render(request, "quality/review.html", context, status=status)
    lease = review.lease
    if Role.REVIEWER in roles:
        number = lease.id if lease else 0
        context |= {"surface": f"review:{number}", "works_for": project}
    context |= _of_case(project, review, lease.severity if lease else None)
    decided = decided_since(project, person, moment - DAY_MS)
    context |= {"number": decided + 1, "total": decided + 1 + context["waiting"].total}
    return render(request, "quality/review.html", context, status=status)


def _of_case(project: Project, review: Review, severity: int | None) -> dict[str, Any]:
    """Collect the context of a review: no names, and no verdict before a second one."""
    question = question_or_none(project.id)
    consensus = consensus_now(review.task.now)
    label = consensus[0] if consensus else ""
    earlier = verdicts_of(review.task)
    of_case = [verdict for verdict in earlier if verdict.review_id == review.id]
    row = json.loads(review.task.data)
    schema = question.schema if question else None
    sides = _sides(review, label)
    side_labels = [(side.letter, side.label) for side in sides]
    return {
        "item": shown_task(project, review.task, question, whole=True),
        "ask": results.first_question_text(question),
        "instructions": question.instructions if question else "",
        "consensus": label,
        "confidence": consensus[1] if consensus else None,
        "passages": marked_label(schema, row, label) if schema else None,
        "sides": sides,
        "parts": parts_of(schema, row) if schema else [],
        "is_drawn": is_drawn(schema),
        "texts": marked_texts(schema, row, side_labels, label) if schema else [],
        "sounds": marked_sounds(project, schema, row, side_labels, label) if schema else [],
        "dyes": dyes_of(schema) if schema else [],
        "marked": marked_pictures(project, schema, row, side_labels, label) if schema else [],
        "flags": flags_of(review.task),
        "others": sorted(verdict.label for verdict in of_case)
        if review.round == LAST_ROUND
        else [],
        "before": [verdict for verdict in earlier if verdict.review_id != review.id][-1:],
        "is_veiled": (severity or 0) >= POLICY.exposed_from,
    }


def is_drawn(schema: Schema | None) -> bool:
    """Return whether an answer is drawn, so that its form is long."""
    questions = questions_of(schema) if schema else []
    return any(question["kind"] in MARKING for question in questions)


def _sides(review: Review, consensus: str) -> list[Side]:
    """Arrange the answers in a stable order that is specific to this reviewer."""
    answers = sorted(
        answers_to(review.task), key=lambda answer: _place(review.holder_id or 0, answer)
    )
    sides = []
    for at, answer in enumerate(answers):
        letter = LETTERS[at] if at < len(LETTERS) else str(at + 1)
        key = letter.lower() if at < KEYS_OF_ANSWERS else ""
        label = results.label_of_answer(answer)
        sides.append(Side(letter, key, answer.id, label, label == consensus))
    return sides


def _place(reviewer: int, answer: Answer) -> bytes:
    return hashlib.sha256(f"{reviewer}:{answer.id}".encode()).digest()


def _given(post: QueryDict, project: Project) -> ReviewInput:
    """Parse the submitted decision."""
    question = question_or_none(project.id)
    return ReviewInput(
        kind=post.get("kind", ""),
        consensus=post.get("consensus", ""),
        answer=read_whole(post.get("answer", "")),
        values=values_in(question.schema, post) if question else {},
        words=post.get("words", ""),
    )
