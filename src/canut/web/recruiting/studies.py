"""Studies on other sites: set by the requester, walked by the worker, with what came back."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.platform.system_clock import now_ms
from canut.actions.projects.setup import write_question
from canut.actions.recruiting.bonuses import BonusesGranted, grant_bonus_file
from canut.actions.recruiting.participations import (
    Return,
    address_for,
    begin_participation,
    confirm_deletion,
    end_participation,
    join_part,
    say_of_oneself,
    withdraw_participation,
)
from canut.actions.recruiting.studies import SCHEMA, set_study, study_secret
from canut.core.errors import BadInput, Incomplete, Missing, Refusal
from canut.core.outside_text import read_whole
from canut.core.recruiting.prescreening import QUESTIONS
from canut.core.recruiting.studies import DECLARED
from canut.store.models import Participation, Project, Study, Worker
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.store.recruiting.studies import (
    count_open_to,
    own_part,
    participation_in,
    participation_of,
    participations_of,
    prescreening_of,
    quotas_of,
    studies_of,
    study_of,
)
from canut.web.kit.access import get_person
from canut.web.kit.forms import attempt
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of
from canut.web.recruiting.parts import shown_parts
from canut.web.recruiting.study_forms import BonusFileForm, StudyForm
from canut.web.recruiting.wording import meaning_word, prescreen_rows, quota_rows, quota_words

FORMULA = 'base32(HMAC-SHA256(secret, participant + ":completed"))[:12]'


def study(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Show a study to who works in it; begin it, come back, break off, or withdraw."""
    existing, person = _get_study(worker.project), get_person(request)
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "next":
                return _join_next(request)
            _act(request, worker)
        except Refusal as refusal:
            words = words_of(refusal)
            problem = f"{words.title}. {words.detail}"
        else:
            return redirect("study", worker.project.slug)
    participation, at_ms = participation_of(worker.pk), now_ms()
    part = own_part(existing, person) if existing.follows_id else None
    context = {
        "project": worker.project,
        "study": existing,
        "host": existing.address.split("/")[2],
        "minutes": existing.longest_ms // 60_000,
        "rate": rate_or_none(worker.project_id),
        "participation": participation,
        "address": address_for(participation) if participation else "",
        "meaning": meaning_word(participation.meaning) if participation else "",
        "code": (request.POST.get("code") or request.GET.get("cc", ""))[:60],
        "typed_minutes": request.POST.get("minutes", "")[:20],
        "passed": (at_ms - participation.begun_ms) // 60_000 if participation else 0,
        "quotas": quota_words(existing.quotas),
        "own_part": part,
        "is_not_open": existing.follows_id is not None and not (part and part.is_open(at_ms)),
        "is_too_late": part is not None and part.is_over(at_ms),
        "next_parts": shown_parts(person),
        "problem": problem,
    }
    return render(request, "recruiting/study.html", context, status=422 if problem else 200)


def back(request: HttpRequest, number: int) -> HttpResponse:
    """Lead somebody who comes back from a study to its page, with the code they brought."""
    participation = participation_in(get_person(request), number)
    if participation is None:
        raise Missing("you have not begun this study", code="study-not-begun")
    page = redirect("study", participation.worker.project.slug)
    code = request.GET.get("cc", "")[:60]
    if code.isalnum() and code.isascii():
        page["Location"] += f"?cc={code}"
    return page


def about_me(request: HttpRequest) -> HttpResponse:
    """Show and change what I say of myself for quotas of studies."""
    person = get_person(request)
    if request.method == "POST":
        answers = {name: request.POST.get(name, "") for name in QUESTIONS}
        say_of_oneself(person, answers, now_ms())
        messages.success(request, message_now("page.about_me.kept"))
        return redirect("about_me")
    context = {"rows": prescreen_rows(prescreening_of(person.pk))}
    return render(request, "recruiting/about_me.html", context)


def settings_of_study(request: HttpRequest, project: Project) -> HttpResponse:
    """Set what makes a project a study; read who took part; pay bonuses; confirm deletions."""
    existing = study_of(project.pk)
    step = request.POST.get("do", "") if request.method == "POST" else ""
    by = get_person(request)
    form = StudyForm(
        request.POST if step == "study" else None, initial=StudyForm.of(existing)
    ).for_parts([own for own in studies_of(project.organisation_id) if own.pk != project.pk])
    bonus = BonusFileForm(request.POST if step == "bonus" else None)
    paid: list[BonusesGranted] = []
    if step == "study" and attempt(form, lambda: _keep(request, project, form)):
        messages.success(request, message_now("page.study.kept"))
        return redirect("project_study", project.slug)
    if step == "bonus" and attempt(
        bonus,
        lambda: paid.append(
            grant_bonus_file(project, bonus.cleaned_data["lines"], by=by, now_ms=now_ms())
        ),
    ):
        bonus = BonusFileForm()
    if step == "deleted" and existing is not None:
        confirm_deletion(existing, number_named(request.POST.get("number", "")), now_ms())
        return redirect("project_study", project.slug)
    rows = participations_of(project.pk) if existing else []
    context = {
        "project": project,
        "study": existing,
        "form": form,
        "bonus": bonus,
        "paid": paid[0] if paid else None,
        "rows": [(row, meaning_word(row.meaning)) for row in rows],
        "quotas": quota_rows(quotas_of(existing)) if existing else [],
        "questions": prescreen_rows({}),
        "earlier": count_open_to(existing, now_ms()) if existing and existing.follows_id else None,
        "secret": study_secret(existing) if existing else "",
        "back": _back_address(project),
        "formula": FORMULA,
        "meanings": [(str(meaning), meaning_word(meaning)) for meaning in DECLARED],
    }
    status = 422 if form.errors or bonus.errors else 200
    return render(request, "recruiting/study_settings.html", context, status=status)


def _act(request: HttpRequest, worker: Worker) -> Participation | None:
    step = request.POST.get("do", "")
    if step == "begin":
        return begin_participation(worker, now_ms())
    if step == "withdraw":
        withdraw_participation(worker, now_ms())
        messages.success(request, message_now("page.study.withdrawn_now"))
        return None
    typed = request.POST.get("minutes", "").strip()
    minutes = read_whole(typed)
    if typed and minutes is None:
        raise BadInput(f"{typed!r} is no whole number of minutes", code="study-minutes-unread")
    code = request.POST.get("code", "").strip() if step == "return" else ""
    if step == "return" and not code:
        raise Incomplete("no code; who has none ends without one", code="study-code-missing")
    ended = end_participation(worker, Return(code, minutes), now_ms())
    messages.success(request, message_now("page.study.thanks"))
    return ended


def _join_next(request: HttpRequest) -> HttpResponse:
    """Join the next part of a study that the person completed, and go there."""
    number = number_named(request.POST.get("part", ""))
    return redirect("study", join_part(get_person(request), number, now_ms()).project.slug)


def _keep(request: HttpRequest, project: Project, form: StudyForm) -> Study:
    by = get_person(request)
    kept = set_study(project, form.study_in(), by=by, now_ms=now_ms())
    question = question_or_none(project.pk)
    if question is None or question.schema["questions"][0]["id"] != "study":
        schema = dict(SCHEMA) if question is None else SCHEMA | {"show": question.schema["show"]}
        write_question(project, schema, "", by=by, now_ms=now_ms())
    return kept


def _get_study(project: Project) -> Study:
    existing = study_of(project.pk)
    if existing is None:
        raise Missing("this project is no study on another site", code="study-none")
    return existing


def _back_address(project: Project) -> str:
    return f"{settings.URL.rstrip('/')}{reverse('study_back', args=[project.pk])}?cc=CODE"
