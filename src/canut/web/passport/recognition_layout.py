"""Lay out the file for a recognition of skills: summary, competencies, annex, letter.

Figures come from the person's own evidence, words from their draft. No project, organisation or
client is named: kinds of work, months and bands of hours are.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from canut.actions.passport.shown import acts_of, lessons_passed
from canut.core.passport.credentials import hours_band
from canut.core.passport.recognition import PROMPTS, Competency, Recognition
from canut.core.passport.skills import shipped_skills
from canut.store.models import Person
from canut.store.passport.credentials import documents_of, holding_among
from canut.store.passport.evidence import Situation, situations_of, skills_of
from canut.web.kinds.names import KIND_NAMES
from canut.web.kit.drawing.pdf import print_pdf
from canut.web.kit.formatting import calendar_day, format_count, share
from canut.web.kit.messages import message_for, message_now
from canut.web.passport.brought import brought_lines
from canut.web.passport.claims import claim_name, in_language, skill_name

TEMPLATE = Path(__file__).with_name("recognition.typ")
WORDS = {
    "title": "page.recognition.title",
    "summary": "page.recognition.summary",
    "kind": "page.recognition.kind",
    "months": "page.recognition.months",
    "answers": "page.recognition.answers",
    "hours": "page.recognition.hours",
    "situations": "page.recognition.situations",
    "proof": "page.recognition.proof",
    "examples": "page.recognition.examples",
    "example": "page.recognition.example",
    "witnesses": "page.recognition.witnesses",
    "lessons": "page.recognition.lessons",
    "enclosed": "page.recognition.enclosed",
    "letter": "page.recognition.letter",
    "own_word": "page.recognition.own_word",
    "no_proof": "page.recognition.no_proof",
    "verify_with": "page.recognition.verify_with",
    "signature": "page.recognition.signature",
    "nobody_else": "page.recognition.nobody_else",
    "competencies": "page.recognition.competencies",
}
PROMPT_WORDS = {
    "context": "page.recognition.prompt_context",
    "did": "page.recognition.prompt_did",
    "knew": "page.recognition.prompt_knew",
    "learnt": "page.recognition.prompt_learnt",
}
PURPOSE_WORDS = {
    "rac": "page.recognition.purpose_rac",
    "rcmo": "page.recognition.purpose_rcmo",
    "other": "page.recognition.purpose_other",
}
OPENINGS = {
    "rac": "page.recognition.letter_rac",
    "rcmo": "page.recognition.letter_rcmo",
    "other": "page.recognition.letter_other",
}
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def recognition_pdf(person: Person, draft: Recognition, now_ms: int) -> bytes:
    """Return the file as a PDF in the language of the draft."""
    with override(draft.language):
        return print_pdf(TEMPLATE, recognition_paper(person, draft, now_ms), now_ms // 1000)


def recognition_zip(person: Person, draft: Recognition, now_ms: int) -> bytes:
    """Return a zip of the PDF and of each credential that was ticked, as signed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        pdf = recognition_pdf(person, draft, now_ms)
        whole.writestr(zipfile.ZipInfo("recognition.pdf", LONG_AGO), pdf)
        for number, document in enumerate(
            documents_of(holding_among(person, draft.credentials)), 1
        ):
            text = json.dumps(document, ensure_ascii=False).encode()
            whole.writestr(zipfile.ZipInfo(f"credential-{number}.json", LONG_AGO), text)
    return out.getvalue()


def recognition_paper(person: Person, draft: Recognition, now_ms: int) -> dict[str, Any]:
    """Return what the template reads, in the language of the page."""
    language = draft.language
    situations = situations_of(person.pk)
    proofs = _proofs(person, now_ms, language)
    competencies = [
        _competency(competency, situations, proofs) for competency in draft.competencies
    ]
    lessons = [
        (in_language(lesson.title, language), calendar_day(_day(lesson.at_ms)))
        for lesson in lessons_passed(person.pk)
    ]
    verify = f"{str(settings.URL).rstrip('/')}{reverse('passport_verify')}"
    words = {name: message_now(message_id) for name, message_id in WORDS.items()}
    return {
        "language": language,
        "words": words,
        "name": draft.name,
        "facts": _facts(draft, now_ms),
        "situations": [_situation_cells(each) for each in situations],
        "competencies": competencies,
        "lessons": lessons,
        "credentials": [
            (claim_name(row, language), calendar_day(_day(row.made_ms)), str(row.number))
            for row in holding_among(person, draft.credentials)
        ],
        "brought": [(line.name, line.issuer, line.grade) for line in brought_lines(person)],
        "brought_name": message_now("page.passport.brought"),
        "verify": verify,
        "to": [part for part in (draft.adviser, draft.organisation) if part],
        "letter": _letter(draft),
    }


def _facts(draft: Recognition, now_ms: int) -> list[tuple[str, str]]:
    facts = [
        (message_now("page.recognition.purpose"), message_now(PURPOSE_WORDS[draft.purpose])),
        (message_now("page.recognition.programme"), draft.programme),
        (message_now("page.recognition.languages"), draft.languages),
        (message_now("page.recognition.day"), calendar_day(_day(now_ms))),
    ]
    return [(name, text) for name, text in facts if text]


def _competency(
    competency: Competency, situations: Iterable[Situation], proofs: Mapping[str, list[str]]
) -> dict[str, Any]:
    skill = shipped_skills().get(competency.skill)
    prompts = {name: message_now(PROMPT_WORDS[name]) for name in PROMPTS}
    examples = [
        [(prompts[name], example.get(name, "")) for name in PROMPTS if example.get(name)]
        for example in competency.examples
    ]
    return {
        "name": competency.name or message_now("page.recognition.unnamed"),
        "situations": [
            _situation_cells(each) for each in situations if skill and each.kind in skill.kinds
        ],
        "proof": proofs.get(competency.skill, []),
        "examples": [example for example in examples if example],
        "witnesses": [line for line in competency.witnesses.splitlines() if line.strip()],
    }


def _proofs(person: Person, now_ms: int, language: str) -> dict[str, list[str]]:
    """Return in words what shows each skill, with the low end of its interval."""
    proofs: dict[str, list[str]] = {}
    for evidence in skills_of(person.pk, now_ms):
        proofs[evidence.skill] = [
            message_now(
                "page.recognition.counted",
                name=skill_name(evidence.skill, language),
                right=format_count(evidence.right),
                answered=format_count(evidence.answered),
                low=share(evidence.low_thousandths / 1000),
                level=evidence.level,
            )
        ]
    for acts in acts_of(person.pk, now_ms):
        lines = [
            message_now(
                "page.recognition.by_lesson",
                title=in_language(lesson.title, language),
                n=lesson.markers,
                band=lesson.band or "–",
            )
            for lesson in acts.lessons
        ]
        if acts.counted:
            lines.append(
                message_now(
                    "page.recognition.checked",
                    right=format_count(acts.right),
                    answered=format_count(acts.counted),
                    low=share(acts.low_thousandths / 1000),
                )
            )
        proofs[acts.skill] = lines
    return proofs


def _situation_cells(situation: Situation) -> list[str]:
    band = hours_band(situation.elapsed_ms)
    hours = (
        message_now("page.passport.hours_at_least", hours=format_count(band))
        if band
        else message_now("page.recognition.under_ten")
    )
    first, last = _day(situation.first_ms), _day(situation.last_ms)
    months = f"{first:%Y-%m} – {last:%Y-%m}" if (first.year, first.month) != (
        last.year, last.month
    ) else f"{first:%Y-%m}"  # fmt: skip
    kind = message_for(KIND_NAMES, situation.kind)
    return [kind, months, format_count(situation.answers), hours]


def _letter(draft: Recognition) -> list[str]:
    opening = message_now(OPENINGS[draft.purpose], programme=draft.programme or "…")
    enclosed_words = message_now("page.recognition.letter_enclosed")
    own = [part.strip() for part in draft.letter.split("\n\n") if part.strip()]
    return [opening, *own, enclosed_words]


def _day(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
