"""What programs and readers ask the issuer for: its key, status lists, what each level means."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from canut.actions.lessons.catalogue import list_lessons
from canut.actions.passport.credentials import COURSE_OF
from canut.actions.passport.issuer import did_document, issuer_now, method_now, passport_secret
from canut.actions.passport.shown import ways_of
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing
from canut.core.outside_text import read_whole
from canut.core.passport.lesson_credentials import ROLE_NAMES
from canut.core.passport.skills import LEVELS, shipped_skills
from canut.core.passport.status_lists import status_list_jwt
from canut.core.portrait.reading import shipped_occupations
from canut.store.passport.credentials import status_bits
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now
from canut.web.passport.claims import in_language, occupation_name

DAY_SECONDS = 86_400


def did(request: HttpRequest) -> HttpResponse:
    """Send the document of the issuer's did:web."""
    answer = JsonResponse(did_document(), content_type="application/did+ld+json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def status(request: HttpRequest, number: int) -> HttpResponse:
    """Send a status list as a JWT, signed now and valid for a week."""
    bits = status_bits(number)
    if bits is None:
        raise Missing(f"no status list {number}")
    address = f"{issuer_now().url}/passport/status/{number}"
    text = status_list_jwt(bits, address, (method_now(), passport_secret()), now_ms())
    answer = HttpResponse(text, content_type="application/vc+jwt")
    answer["Cache-Control"] = f"public, max-age={DAY_SECONDS}"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def skill(request: HttpRequest, key: str, level: int) -> HttpResponse:
    """Say what a level of a skill asks for."""
    needed = {each: (answers, low // 10) for each, answers, low in LEVELS}
    entry = shipped_skills().get(key)
    if entry is None or level not in needed:
        raise Missing(f"no skill {key} at level {level}")
    answers, low = needed[level]
    context = {
        "name": entry.name.fr if two_sided() == "fr" else entry.name.en,
        "level": level,
        "answers": answers,
        "low": low,
        "is_counted": bool(entry.kinds) or entry.by in {"review", "proposals"},
        "is_hard": bool(entry.kinds) and level == LEVELS[0][0],
        "esco": entry.esco,
        "lessons": " · ".join(
            in_language(lesson.title, two_sided())
            for lesson in ways_of(key)
            if lesson.skills[key] >= level
        ),
    }
    return render(request, "passport/skill.html", context)


def work(request: HttpRequest, key: str) -> HttpResponse:
    """Say what a credential of paid work rests on."""
    if key not in {occupation.key for occupation in shipped_occupations()}:
        raise Missing(f"no occupation {key}")
    context = {"name": occupation_name(key, two_sided())}
    return render(request, "passport/work.html", context)


def rule(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Say what a credential of a lesson, of the course or of a role rests on."""
    language, version = two_sided(), ""
    name = ""
    if kind == "lesson":
        lesson_id, _dot, version = key.rpartition(".")
        titles = {lesson.id: lesson.title for lesson in list_lessons()}
        if lesson_id in titles and read_whole(version) is not None:
            name = in_language(titles[lesson_id], language)
    elif kind == "role" and key in ROLE_NAMES:
        name = in_language(ROLE_NAMES[key], language)
    elif (kind, key) == ("course", COURSE_OF):
        name = message_now("page.passport.course")
    if not name:
        raise Missing(f"no rule of {kind} {key}")
    context = {"name": name, "rule": message_now(RULES[kind]), "version": version}
    return render(request, "passport/rule.html", context)


RULES = {
    "lesson": "page.passport.rule_lesson",
    "course": "page.passport.rule_course",
    "role": "page.passport.rule_role",
}
