"""What programs and readers ask the issuer for: its key, status lists, what each level means."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from canut.actions.passport.issuer import did_document, issuer_now, method_now, passport_secret
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing
from canut.core.passport.skills import LEVELS, shipped_skills
from canut.core.passport.status_lists import status_list_jwt
from canut.core.portrait.reading import shipped_occupations
from canut.store.passport.credentials import status_bits
from canut.web.kit.languages import two_sided
from canut.web.passport.passport import occupation_name

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
        "is_hard": level == LEVELS[0][0],
        "esco": entry.esco,
    }
    return render(request, "passport/skill.html", context)


def work(request: HttpRequest, key: str) -> HttpResponse:
    """Say what a credential of paid work rests on."""
    if key not in {occupation.key for occupation in shipped_occupations()}:
        raise Missing(f"no occupation {key}")
    context = {"name": occupation_name(key, two_sided())}
    return render(request, "passport/work.html", context)
