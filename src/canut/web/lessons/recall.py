"""Ask one item of a lesson again, 60 days later: offered, paid, without effect."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.lessons.catalogue import get_lesson
from canut.actions.lessons.recall import answer_recall, item_of, offers
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing, Refusal
from canut.store.lessons.attempts import attempts_of, recall_of
from canut.web.kit.access import get_person
from canut.web.kit.refusals import words_of
from canut.web.lessons.screen_view import answers_in, explanation, item_view
from canut.web.lessons.wording import as_paragraphs, in_language, lesson_language


def recall(request: HttpRequest, lesson_id: str) -> HttpResponse:
    """Show the item that is asked again, take its answer, or show what was answered."""
    chosen, person = get_lesson(lesson_id), get_person(request)
    offer = next((each for each in offers(person, now_ms()) if each.lesson is chosen), None)
    stored = None
    if offer is None:
        answered = [(row, recall_of(row)) for row in attempts_of(person.pk, chosen.id)]
        attempt, stored = next(((row, each) for row, each in answered if each), (None, None))
        if attempt is None or stored is None or attempt.sha256 != chosen.sha256:
            return redirect("lesson", chosen.id)
        item = item_of(attempt, chosen)
    else:
        item = offer.item
    screen = chosen.screen(item.screen, lesson_language())
    if screen is None:
        raise Missing(f"lesson {chosen.id} has no screen {item.screen}")
    typed = answers_in(request.POST, chosen, item.screen).get(item.id, [])
    error = None
    if request.method == "POST" and offer is not None:
        try:
            answer_recall(person, chosen.id, typed, now_ms())
        except Refusal as refusal:
            error = words_of(refusal)
        else:
            return redirect("lesson_recall", chosen.id)
    answer = [str(part) for part in stored.answer] if stored else None
    context = {
        "lesson": chosen,
        "title": in_language(chosen.title),
        "screen": screen,
        "text": as_paragraphs(screen.text),
        "item": item_view(item, screen, answer, typed),
        "explanation": explanation(screen) if stored else "",
        "language": lesson_language(),
        "error": error,
        "surface": f"lesson:{chosen.number}",
    }
    return render(request, "lessons/recall.html", context, status=422 if error else 200)
