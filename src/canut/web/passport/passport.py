"""My passport: what my work has shown, the credentials I made of it, and the links I share."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.passport.credentials import (
    CredentialRequest,
    draft_credential,
    make_credential,
    withdraw_credential,
)
from canut.actions.passport.issuer import issuer_now
from canut.actions.passport.learner_records import make_learner_record
from canut.actions.passport.links import DAYS, LONGEST_AUDIENCE, end_link, make_link
from canut.actions.passport.shown import is_recognisable
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing, Refusal
from canut.core.outside_text import read_day, read_whole
from canut.core.passport.baking import bake_png, bake_svg
from canut.core.passport.credentials import hours_band
from canut.core.passport.skills import LEVELS, SkillShown, shipped_skills
from canut.store.models import PassportCredential, Person
from canut.store.passport.credentials import (
    credentials_of,
    documents_of,
    links_of,
    own_credential,
)
from canut.store.passport.evidence import skills_of, work_of
from canut.store.passport.lesson_evidence import REPRESENTATIVE
from canut.web.kit.access import get_person
from canut.web.kit.drawing.png import draw_png
from canut.web.kit.languages import two_sided
from canut.web.kit.refusals import words_of
from canut.web.passport.claims import (
    act_lines,
    claim_name,
    lesson_lines,
    occupation_name,
    role_lines,
    way_lines,
)
from canut.web.passport.picture import draw_credential

FORMS = {"json": "application/json", "svg": "image/svg+xml", "png": "image/png"}
WORK = PassportCredential.Kind.WORK.value
NEEDED = {level: (answers, low // 10) for level, answers, low in LEVELS}


class CredentialDays(NamedTuple):
    """The days a credential names; None where it names none."""

    begin: date | None
    end: date | None
    until: date | None


class SkillLine(NamedTuple):
    """One skill on the page: its name, the level shown, and what the next one asks for."""

    key: str
    name: str
    shown: SkillShown
    low: float
    next_level: int
    next_answers: int
    next_low: int


class WorkLine(NamedTuple):
    """Paid work of one occupation on the page."""

    key: str
    name: str
    hours: int
    first_ms: int
    last_ms: int


class CredentialLine(NamedTuple):
    """One credential on the page."""

    row: PassportCredential
    name: str


def passport(request: HttpRequest) -> HttpResponse:
    """Show what I have shown, my credentials and my links."""
    return _page(request)


def make(request: HttpRequest) -> HttpResponse:
    """Show each line a credential would say; make it when asked."""
    person = get_person(request)
    values = request.POST if request.method == "POST" else request.GET
    language = values.get("language", two_sided())
    holder = values.get("holder", "").strip()
    kind, of = values.get("kind", ""), values.get("of", "")
    is_asked_twice = request.method == "POST" and values.get("twice") == "yes"
    order = CredentialRequest(kind, of, language, holder, is_asked_twice)
    name = occupation_name(order.of, language) if order.kind == WORK else ""
    context: dict[str, Any] = {"order": order, "problem": None}
    try:
        if request.method == "POST":
            row = make_credential(person, order, name, now_ms())
            return redirect("passport_credential", row.pk)
        document = draft_credential(person, order, name, now_ms())
    except Missing:
        raise
    except Refusal as refusal:
        context["problem"] = words_of(refusal)
        document = _readable_draft(person, order, name)
    context |= {"document": document, "days": days_of(document), "text": _pretty(document)}
    context |= {
        "is_recognisable": bool(document) and _is_recognisable(person, order, document),
        "needs_twice": order.of == REPRESENTATIVE,
    }
    # what is missing is said before anybody asked for it: that is no error yet
    status = 422 if context["problem"] and request.method == "POST" else 200
    return render(request, "passport/make.html", context, status=status)


def credential(request: HttpRequest, number: int) -> HttpResponse:
    """Show one credential of mine, with its files."""
    row, document = _own(request, number)
    context = {
        "row": row,
        "document": document,
        "days": days_of(document),
        "text": _pretty(document),
        "forms": FORMS,
        "verify": request.build_absolute_uri(reverse("passport_verify")),
    }
    return render(request, "passport/credential.html", context)


def file(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Send one credential of mine as a file."""
    if form not in FORMS:
        raise Missing(f"no credential as {form}; there are {', '.join(FORMS)}")
    row, document = _own(request, number)
    text = json.dumps(document, ensure_ascii=False)
    content = text.encode()
    if form != "json":
        drawing = draw_credential(str(document["name"]), issuer_now().name, row.level)
        is_svg = form == "svg"
        content = bake_svg(drawing, text).encode() if is_svg else bake_png(draw_png(drawing), text)
    answer = HttpResponse(content, content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="canut-{row.of.lower()}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take one credential of mine back."""
    withdraw_credential(get_person(request), number, now_ms())
    return redirect("passport_credential", number)


def share(request: HttpRequest) -> HttpResponse:
    """Make a link to the credentials I tick."""
    person = get_person(request)
    chosen = _ticked(request)
    days = read_whole(request.POST.get("days", "")) or 0
    audience = request.POST.get("audience", "")
    try:
        _link, token = make_link(person, chosen, days, audience, now_ms())
    except Refusal as refusal:
        return _page(request, problem=words_of(refusal), chosen=chosen, status=422)
    request.session["passport_link"] = request.build_absolute_uri(
        reverse("passport_shown", args=[token])
    )
    return redirect(f"{reverse('passport')}#links")


def bundle(request: HttpRequest) -> HttpResponse:
    """Send the credentials I tick as one file, a learner record; it is not kept here."""
    chosen = _ticked(request)
    try:
        content = make_learner_record(get_person(request), chosen, two_sided(), now_ms())
    except Refusal as refusal:
        return _page(request, problem=words_of(refusal), chosen=chosen, status=422)
    answer = HttpResponse(content, content_type=FORMS["json"])
    answer["Content-Disposition"] = 'attachment; filename="canut-clr.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def end(request: HttpRequest, number: int) -> HttpResponse:
    """End one of my links."""
    end_link(get_person(request), number, now_ms())
    return redirect(f"{reverse('passport')}#links")


def days_of(document: Mapping[str, Any]) -> CredentialDays:
    """Return the days of a credential that this instance wrote."""
    subject = document.get("credentialSubject", {})
    return CredentialDays(
        *(
            read_day(str(text).partition("T")[0])
            for text in (
                subject.get("activityStartDate"),
                subject.get("activityEndDate"),
                document.get("validUntil"),
            )
        )
    )


def _page(
    request: HttpRequest,
    *,
    problem: object = None,
    chosen: list[int] | None = None,
    status: int = 200,
) -> HttpResponse:
    person, at_ms, language = get_person(request), now_ms(), two_sided()
    rows = credentials_of(person)
    lessons, has_course = lesson_lines(person.pk, language)
    roles, has_mandate = role_lines(person.pk, language)
    context = {
        "acts": act_lines(person.pk, at_ms, language),
        "lessons": lessons,
        "has_course": has_course,
        "roles": roles,
        "has_mandate": has_mandate,
        "ways": way_lines(language),
        "skills": [_skill_line(each, language) for each in skills_of(person.pk, at_ms)],
        "work": [
            WorkLine(
                each.occupation,
                occupation_name(each.occupation, language),
                hours_band(each.elapsed_ms),
                each.first_ms,
                each.last_ms,
            )
            for each in work_of(person.pk)
        ],
        "credentials": [CredentialLine(row, claim_name(row, language)) for row in rows],
        "holding": [row for row in rows if row.withdrawn_ms is None],
        "links": links_of(person),
        "days": DAYS,
        "most": LONGEST_AUDIENCE,
        "new_link": request.session.pop("passport_link", ""),
        "problem": problem,
        "chosen": chosen or [],
        "now_ms": at_ms,
    }
    return render(request, "passport/passport.html", context, status=status)


def _skill_line(evidence: SkillShown, language: str) -> SkillLine:
    skill = shipped_skills()[evidence.skill]
    level = evidence.level + 1 if evidence.level + 1 in NEEDED else 0
    answers, low = NEEDED.get(level, (0, 0))
    return SkillLine(
        evidence.skill,
        skill.name.fr if language == "fr" else skill.name.en,
        evidence,
        evidence.low_thousandths / 1000,
        level,
        answers,
        low,
    )


def _ticked(request: HttpRequest) -> list[int]:
    numbers = map(read_whole, request.POST.getlist("credentials"))
    return [number for number in numbers if number is not None]


def _own(request: HttpRequest, number: int) -> tuple[PassportCredential, dict[str, Any]]:
    row = own_credential(get_person(request), number)
    documents = documents_of([row]) if row else []
    if row is None or not documents:
        raise Missing(f"you have no credential {number}")
    return row, documents[0]


def _readable_draft(person: Person, order: CredentialRequest, name: str) -> dict[str, object]:
    """Return the draft without the holder that was refused, so that the page stays readable."""
    try:
        plain = order._replace(holder=READABLE_KEY, language=two_sided())
        return draft_credential(person, plain, name, now_ms())
    except Refusal:
        return {}


def _is_recognisable(person: Person, order: CredentialRequest, document: Mapping[str, Any]) -> bool:
    """Return whether the credential of a draft would say who has it."""
    level = 0
    if order.kind == WORK:
        times = {time.occupation: time.elapsed_ms for time in work_of(person.pk)}
        level = hours_band(times.get(order.of, 0))
    elif order.kind == PassportCredential.Kind.SKILL:
        achievement = document["credentialSubject"]["achievement"]
        level = read_whole(str(achievement["id"]).rpartition("/")[2]) or 0
    return is_recognisable(order.kind, order.of, level, now_ms())


READABLE_KEY = "did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP"


def _pretty(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)
