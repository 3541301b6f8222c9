"""The workbench: the page where people answer, and the endpoints it speaks to.

Everything a choice needs is in the page; each endpoint calls one action. Moments come from this
server's clock, never from the browser's.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from canut.actions.activity import keep_beats, open_page
from canut.actions.answers import Submission
from canut.actions.hours import watch_hours
from canut.actions.known import read_known
from canut.actions.leases import (
    Lent,
    LentTask,
    flag_task,
    lease_tasks,
    release_leases,
    skip_task,
)
from canut.actions.passing_on import answer_and_lease, answer_or_refusal, lease_or_refusal
from canut.core.errors import BadInput, NotOpen, Refusal
from canut.core.kinds import Schema, cells_of, marked_columns
from canut.core.kinds.chat import turns_of
from canut.core.labour.clock import send_every_ms
from canut.store.hot.seats import Seat
from canut.store.hot.versions import question_version
from canut.store.messages import said_to_all
from canut.store.models import Project, QuestionVersion, Worker
from canut.store.projects import current_question, question_or_none, rate_or_none
from canut.store.workbench import (
    account_since,
    answers_of,
    known_of,
    recent_answers,
    sizes_of,
    tasks_in,
)
from canut.web.access import person_of
from canut.web.begun import begun_data
from canut.web.few import turns
from canut.web.json_body import read_json
from canut.web.languages import language_now
from canut.web.problems import title_of
from canut.web.risks import held_data, risk_data
from canut.web.sent import MOST_AT_ONCE, PREFETCH, AnswersIn, BeatsIn, FlagIn, LeaseIn, SkipIn
from canut.web.tongue import tongue_of

UNDO = 10
URLS = (
    *("lease", "answers", "release", "skip", "flag"),
    *("ask", "beats", "decline", "rest", "harder"),
    *("pack", "begun"),
)
COUNT_LIMIT, SCREEN_PIXELS = 20_000, 1280
_encode = msgspec.json.encode
type Parts = Sequence[Mapping[str, str]]


def work(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Show the workbench with the first tasks already in it."""
    project = worker.project
    now_ms = moment_ms()
    first_time = worker.practised_ms is None and not answers_of(worker)
    question, rate = question_or_none(project.id), rate_or_none(project.id)
    if question is None or rate is None:
        raise NotOpen("nothing is asked yet", code="project-draft", state=project.state)
    lent = Lent([], left=True)
    closed = ""
    try:
        if not first_time or project.is_own_staff:
            lent = lease_tasks(worker.id, PREFETCH + 1, now_ms)
            first_time = False
        elif not project.is_lending:
            closed = project.state
    except NotOpen:
        closed = project.state
    tasks, recent = lent.tasks, recent_answers(worker, UNDO)
    rows = [*(t.data for t in tasks), *(r.task_data for r in recent)]
    shown = _Shown(project.id, project.slug, question.schema, rows)
    address = {"project": project.slug}
    data = {
        "language": get_language(),
        "direction": language_now().direction,
        "project": {
            "slug": project.slug,
            "title": project.title,
            "tongue": tongue_of(project),
            "organisation": project.organisation.name,
            "aims": _aims(project),
            "origin": {
                "whose": project.origin_whose,
                "consent": project.origin_consent,
                "paid": project.origin_paid,
            },
            "simulated": project.is_simulated,
            "own_staff": project.is_own_staff,
            "closed": closed,
            "risk": risk_data(project),
        },
        "held_back": held_data(lent.held_back),
        "support": settings.SUPPORT,
        "question": _question(question),
        "rate": rate.shown,
        "me": _account(worker.id),
        "progress": _progress(worker),
        "leased": {"tasks": [shown.task(t) for t in tasks]},
        "begun": begun_data(worker.id, [task.task for task in tasks]),
        "pack": {"tasks": settings.PACK_TASKS, "hours": settings.PACK_HOURS},
        "recent": [
            {
                "key": r.key,
                "values": r.values,
                "task": shown.row(
                    lease=r.lease,
                    task=r.task.id,
                    key=r.task.key,
                    data=r.task_data,
                    question_version=r.question_version,
                ),
            }
            for r in recent
        ],
        "csrf": get_token(request),
        "urls": {name: reverse(f"workbench_{name}", kwargs=address) for name in URLS}
        | {
            "stop": reverse("work_home"),
            "signin": reverse("account_login"),
            "back": f"{reverse('account_login')}?next={reverse('signed_in')}",
            "exposure": reverse("work_exposure"),
        },
        "first_time": first_time,
        "said": [list(pair) for pair in said_to_all(project.id)],
        "person": str(person_of(request)),
        "person_id": person_of(request).pk,
        "session": open_page(person_of(request).pk, project.id, now_ms),
        "prefetch": PREFETCH,
        "beats_alone_ms": send_every_ms(project.lease_seconds),
    }
    return render(request, "workbench/work.html", {"project": project, "data": data})


def lease(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Lend the tasks that most need an answer; none when nothing is left for this worker."""
    wanted = read_json(request.body, LeaseIn)
    return json_answer(lent_data(seat, wanted, lease_tasks(seat.worker, wanted.count, moment_ms())))


def lent_data(seat: Seat, wanted: LeaseIn, lent: Lent) -> dict[str, Any]:
    """Describe the tasks in hand that the page does not have yet."""
    held = set(wanted.have)
    fresh = [task for task in lent.tasks if task.lease not in held]
    number = fresh[0].question_version if fresh else wanted.question_version
    schema = question_version(seat.project, number).schema if fresh and number else {"show": []}
    shown = _Shown(seat.project, seat.slug, schema, [task.data for task in fresh])
    changed = number != wanted.question_version
    return {
        "tasks": [shown.task(task) for task in fresh],
        "left": lent.left,
        "held_back": held_data(lent.held_back),
        "question": _question(current_question(seat.project)) if changed else None,
        "progress": None,
        "server_ms": moment_ms(),
    }


def answers(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Keep each answer in its own transaction; a refused one does not hold back the others.

    Whoever waits at their own workbench is served in between.

    The next tasks, where they are asked for, are lent with the last answer. Beats that came along
    are counted first: they may be what says that it is time to rest.
    """
    given = read_json(request.body, AnswersIn)
    if len(given.answers) > MOST_AT_ONCE:
        raise BadInput(
            f"{len(given.answers)} answers at once; send at most {MOST_AT_ONCE}",
            code="answers-count",
            limit=MOST_AT_ONCE,
        )
    receipts: list[dict[str, Any]] = []
    wanted, loan = given.next, None
    for place, one in enumerate(given.answers, 1):
        if place > 1:
            turns.pass_on()
        submission = Submission(
            one.lease, one.key, one.values, one.question_version, one.replaces, one.revealed
        )
        if wanted and place == len(given.answers) and not given.beats:
            kept, loan = answer_and_lease(seat.worker, submission, wanted.count, moment_ms())
        else:
            kept = answer_or_refusal(seat.worker, submission, moment_ms())
        if isinstance(kept, Refusal):
            receipts.append({"key": one.key, "problem": _problem(kept)})
        else:
            receipts.append(msgspec.to_builtins(kept))
    if given.beats:
        keep_beats(seat.person, seat.project, given.beats, moment_ms())
        watch_hours(seat.person, moment_ms())
    again = given.beats or any(receipt.get("repeated") for receipt in receipts)
    me = _account(seat.worker) if again else None  # else the page adds the receipts up
    told: dict[str, Any] = {"receipts": receipts, "me": me, "progress": None}
    if wanted:
        loan = loan or lease_or_refusal(seat.worker, wanted.count, moment_ms())
        told["next"] = (
            {"problem": _problem(loan)}
            if isinstance(loan, Refusal)
            else lent_data(seat, wanted, loan)
        )
    return json_answer(told)


def _problem(refusal: Refusal) -> dict[str, str]:
    return {"code": refusal.case, "title": title_of(refusal)}


def release(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Take tasks back when the page is left; it may come from a beacon, as a form."""
    if request.content_type == "application/json":
        given = read_json(request.body, dict[str, list[int]])
        leases, seen = given.get("leases", []), given.get("seen", [])
    else:
        leases, seen = _numbers(request, "leases"), _numbers(request, "seen")
    release_leases(seat.worker, leases, moment_ms(), seen)
    return HttpResponse(status=204)


def skip(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Pass over a task, with the reason."""
    given = read_json(request.body, SkipIn)
    reason = f"{given.reason}: {given.text}" if given.text else given.reason
    skip_task(seat.worker, given.lease, reason, moment_ms())
    return HttpResponse(status=204)


def flag(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Say that something is wrong with a task."""
    given = read_json(request.body, FlagIn)
    flag_task(seat.worker, given.lease, given.text, moment_ms())
    return HttpResponse(status=204)


def beats(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Keep the evidence of time; the same beat twice is one."""
    given = read_json(request.body, BeatsIn)
    keep_beats(seat.person, seat.project, given.beats, moment_ms())
    watch_hours(seat.person, moment_ms())
    return HttpResponse(status=204)


class _Shown:
    """Turns task rows into what the page shows, with one query for all their pictures."""

    def __init__(
        self,
        project: int,
        slug: str,
        schema: Schema,
        rows: list[dict[str, Any]],
    ) -> None:
        self.slug = slug
        self.schema = schema
        self.parts = cast("Parts", schema["show"])
        is_asked = "questions" in schema
        self.cells = cells_of(schema) if is_asked else {}
        inside = marked_columns(schema) if is_asked else set[str]()
        self.parts = [part for part in self.parts if part["column"] not in inside]
        drawn = [part["column"] for part in self.parts if part["as"] == "image"]
        drawn += [column for column, shown_as in self.cells.items() if shown_as == "image"]
        pictures = {str(row.get(column, "")) for row in rows for column in drawn}
        self.sizes = sizes_of(project, pictures) if pictures else {}

    def task(self, lent: LentTask) -> dict[str, Any]:
        """Describe a lent task."""
        return self.row(
            lease=lent.lease,
            task=lent.task,
            key=lent.key,
            data=lent.data,
            question_version=lent.question_version,
        ) | {
            "practice": lent.practice,
            "severity": lent.severity,
            "veiled": lent.is_veiled,
            "lent_ms": lent.lent_ms,
            "expires_ms": lent.expires_ms,
            "help": self._help(lent) if lent.practice else None,
            "proposal": _proposal(lent),
        }

    def _help(self, lent: LentTask) -> dict[str, object] | None:
        """Say what is expected of a practice task; nothing where nobody knows."""
        known = read_known(self.schema, known_of(lent.task))
        return None if known is None else {"known": known}

    def row(
        self, *, lease: int, task: int, key: str, data: dict[str, Any], question_version: int
    ) -> dict[str, Any]:
        """Describe a task by what is to be judged."""
        return {
            "lease": lease,
            "task": task,
            "key": key,
            "show": [self._part(part["column"], part["as"], data) for part in self.parts],
            "cells": {
                column: self._part(column, shown_as, data)
                for column, shown_as in self.cells.items()
            },
            "practice": False,
            "severity": 0,
            "veiled": False,
            "lent_ms": 0,
            "expires_ms": 0,
            "question_version": question_version,
            "help": None,
        }

    def _part(self, column: str, shown_as: str, data: dict[str, Any]) -> dict[str, Any]:
        value = str(data.get(column, ""))
        if shown_as == "turns":
            return {"as": "turns", "turns": turns_of(value)}
        if shown_as not in {"image", "audio"}:
            return {"as": "text", "value": value}
        address = reverse("media", kwargs={"project": self.slug, "sha256": value})
        if shown_as == "audio":
            return {"as": "audio", "url": address}
        width, height = self.sizes.get(value, (0, 0))
        return {
            "as": "image",
            "url": f"{address}?size={SCREEN_PIXELS}",
            "raw": f"{address}?raw=1",
            "width": width,
            "height": height,
            "alt": "",
        }


def _proposal(lent: LentTask) -> dict[str, str] | None:
    return lent.proposal and dict(zip(("label", "source"), lent.proposal, strict=True))


def _question(version: QuestionVersion) -> dict[str, Any]:
    return {
        "version": version.number,
        "schema": version.schema,
        "instructions": version.instructions,
    }


def _aims(project: Project) -> dict[str, str]:
    """Say why the work is asked for; where that is kept back, the reason stands in its place."""
    kept_back = ""
    if project.purpose_hidden:
        kept_back = f"{_('The purpose is kept from you')}. {project.purpose_hidden}"
    return {
        "business": kept_back or project.aim_business,
        "social": kept_back or project.aim_social,
        "ethical": project.aim_ethical,
    }


def _account(worker: int) -> dict[str, Any]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    since = account_since(worker, int(midnight.timestamp() * 1000))
    return {**since._asdict(), "today_only": True}


def _progress(worker: Worker) -> dict[str, int | None]:
    return {"done": answers_of(worker), "total": tasks_in(worker.project_id, COUNT_LIMIT)}


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [int(word) for word in str(request.POST.get(name, "")).split(",") if word.isdigit()]


def json_answer(value: object) -> HttpResponse:
    """Answer in JSON."""
    return HttpResponse(_encode(value), content_type="application/json")


def moment_ms() -> int:
    """Return the moment, in milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000
