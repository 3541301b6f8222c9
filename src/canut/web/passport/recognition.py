"""My file for a recognition of skills (RAC, RCMO): write it in parts, take it as PDF or zip."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.passport.recognition import delete_draft, save_draft
from canut.actions.passport.shown import acts_of
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing, Refusal
from canut.core.passport.recognition import (
    LONGEST_LINE,
    PROMPTS,
    PURPOSES,
    Competency,
    Recognition,
    read_draft,
    read_form,
)
from canut.store.models import Person
from canut.store.passport.brought import draft_of
from canut.store.passport.credentials import credentials_of
from canut.store.passport.evidence import skills_of
from canut.web.kit.access import get_person
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.passport.claims import claim_name, skill_name
from canut.web.passport.recognition_layout import (
    PROMPT_WORDS,
    PURPOSE_WORDS,
    recognition_pdf,
    recognition_zip,
)

FORMS = {"pdf": "application/pdf", "zip": "application/zip"}


class PromptField(NamedTuple):
    """One text of an example: its field's name, its question and what is written."""

    field: str
    label: str
    text: str


class CompetencyField(NamedTuple):
    """One competency of the form."""

    at: int
    competency: Competency
    examples: list[list[PromptField]]


def recognition(request: HttpRequest) -> HttpResponse:
    """Show my draft; keep it when I send it."""
    person = get_person(request)
    if request.method != "POST":
        return _page(request, person, read_draft(draft_of(person)))
    fields = {name: str(value) for name, value in request.POST.items()}
    draft = read_form(fields, request.POST.getlist("credentials"))
    try:
        save_draft(person, draft, now_ms())
    except Refusal as refusal:
        return _page(request, person, draft, problem=words_of(refusal))
    return redirect("passport_recognition")


def file(request: HttpRequest, form: str) -> HttpResponse:
    """Send my file, as far as it is written."""
    if form not in FORMS:
        raise Missing(f"no file as {form}; there are {', '.join(FORMS)}")
    person = get_person(request)
    make = recognition_pdf if form == "pdf" else recognition_zip
    content = make(person, read_draft(draft_of(person)), now_ms())
    answer = HttpResponse(content, content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="canut-recognition.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def delete(request: HttpRequest) -> HttpResponse:
    """Delete my draft."""
    delete_draft(get_person(request))
    return redirect("passport_recognition")


def _page(
    request: HttpRequest, person: Person, draft: Recognition, problem: object = None
) -> HttpResponse:
    language = two_sided()
    skills = [each.skill for each in skills_of(person.pk, now_ms())]
    skills += [each.skill for each in acts_of(person.pk, now_ms())]
    prompts = {name: message_now(PROMPT_WORDS[name]) for name in PROMPTS}
    fields = [
        CompetencyField(
            at,
            competency,
            [
                [
                    PromptField(f"c{at}_e{number}_{name}", prompts[name], example.get(name, ""))
                    for name in PROMPTS
                ]
                for number, example in enumerate(competency.examples)
            ],
        )
        for at, competency in enumerate(draft.with_room().competencies)
    ]
    context = {
        "draft": draft,
        "fields": fields,
        "purposes": [(name, message_now(PURPOSE_WORDS[name])) for name in PURPOSES],
        "skills": [(key, skill_name(key, language)) for key in skills],
        "credentials": [
            (row, claim_name(row, language))
            for row in credentials_of(person)
            if row.withdrawn_ms is None
        ],
        "longest": LONGEST_LINE,
        "problem": problem,
        "has_draft": bool(draft_of(person)),
    }
    return render(request, "passport/recognition.html", context, status=422 if problem else 200)
