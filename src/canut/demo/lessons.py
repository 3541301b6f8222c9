"""Show lessons in the demo: one passed, with its two marks, and one case that waits for a mark.

The reviewer of the digits has trained on the anchors, so that a visitor can mark the case at once.
None of them shares a project or an organisation with the author, so three people of no project are
here for it; nobody of these exists.
"""

from django.db import transaction

from canut.actions.lessons.attempts import answer_items, begin_lesson, end_lesson, write_case
from canut.actions.lessons.calibrating import mark_anchor, next_anchor
from canut.actions.lessons.catalogue import get_lesson
from canut.actions.lessons.labs import lesson_of
from canut.actions.lessons.marking import mark_case
from canut.actions.people.accounts import add_person
from canut.core.clock import HOUR_MS, MINUTE_MS, Ms
from canut.core.lessons.lesson import Lesson
from canut.core.lessons.scoring import right_answer
from canut.store.models import LessonScript, Person

LESSON = "click-life"
AUTHORS = "Lise (démo)", "Omar (démo)", "Noor (démo)"
"""The first two pass and mark the worker's case; the case of the third waits."""
CASES = (
    (
        "Non, ce n’est pas juste cliquer. Je lis un avis et je réponds. D’autres personnes lisent"
        " le même avis. Ensemble, nos réponses donnent une étiquette. Un programme, le modèle,"
        " apprend avec beaucoup d’étiquettes. Puis un service s’en sert, pour trier les messages"
        " d’un magasin. Sans nos réponses, le programme n’aurait rien à apprendre. Nous sommes"
        " payés pour chaque tâche, avec un minimum garanti. Lire la consigne compte aussi. Je ne"
        " sais pas qui achètera ces étiquettes dans un an. Je l’ai demandé à mes représentants."
    ),
    (
        "C’est un vrai travail. Ma réponse est la première marche. Plusieurs réponses font une"
        " étiquette, la deuxième marche. Un modèle apprend avec les étiquettes, la troisième. À la"
        " fin, des gens utilisent un service qui lit des avis. Enlevez une marche, et l’escalier"
        " tombe. Nous sommes plusieurs, chacun chez soi, payés à la tâche et jamais sous le"
        " salaire minimum. Même attendre une tâche est du temps compté. Une chose reste inconnue :"
        " une part de l’argent n’est pas déclarée, et personne ne dit à qui elle va."
    ),
    (
        "Pas seulement. Je choisis si un avis est content ou non. D’autres choisissent aussi, et"
        " on garde ce que la plupart disent. Un ordinateur apprend avec ça. Après, des entreprises"
        " s’en servent pour savoir ce que pensent leurs clients. On est payé pour chaque avis, et"
        " s’il manque de l’argent pour faire le salaire minimum, la plateforme l’ajoute. Il y a"
        " des choses que je ne sais pas, par exemple combien de fois ces avis serviront encore."
        " Mon neveu pensait que tout se faisait tout seul. Maintenant il sait que non."
    ),
)
WORKER_CASE = (
    "Quand je touche « 7 », je donne une réponse. Deux autres personnes regardent le même"
    " chiffre. Nos réponses ensemble font l’étiquette, comme trois témoins. Un modèle apprend avec"
    " des milliers d’étiquettes. Puis une banque s’en sert pour lire des chèques. Rien ne marche"
    " sans l’étape d’avant. Je suis payée à la tâche, et la plateforme complète jusqu’au minimum"
    " de l’heure. Mes minutes de lecture comptent aussi. Ce que personne ne sait me dire : à qui"
    " ces chiffres serviront dans dix ans. Je pose la question à mes représentants."
)
REASONS = (
    "Les quatre arrêts sont dits, et dans l’ordre.",
    "On sait qui travaille et comment c’est payé.",
    "Une vraie inconnue est nommée dans le texte.",
    "Une personne d’un autre métier suivrait tout.",
)
LEVELS = (3, 2, 2, 3), (3, 3, 2, 2)


@transaction.atomic
def make_lessons(now_ms: Ms) -> bool:
    """Create the lessons of the demo; return whether something was missing."""
    if LessonScript.objects.exists():
        return False
    lesson = get_lesson(LESSON)
    reviewer = Person.objects.get(username="demo-reviewer")
    operator = Person.objects.get(username="demo-operator")
    worker = Person.objects.get(username="demo-worker")
    begin_ms = now_ms - 2 * HOUR_MS
    authors = [
        add_person(f"lessons-{number}", name, begin_ms, simulated=True)
        for number, name in enumerate(AUTHORS, 1)
    ]
    for marker in (reviewer, operator):
        _train(marker, lesson, begin_ms)
    for author, text in zip(authors, CASES, strict=True):
        script = _follow(author, lesson, text, begin_ms)
        if author is not authors[-1]:
            _mark(script, (reviewer, operator), begin_ms + HOUR_MS)
            _train(author, lesson, begin_ms + HOUR_MS)
    script = _follow(worker, lesson, WORKER_CASE, begin_ms)
    _mark(script, (authors[0], authors[1]), now_ms - MINUTE_MS)
    return True


def _follow(person: Person, lesson: Lesson, text: str, now_ms: Ms) -> LessonScript:
    """Go through a lesson with right answers, and send its case."""
    attempt = begin_lesson(person, lesson, now_ms)
    own = lesson_of(attempt, lesson)
    for screen_id in own.screen_ids():
        answers = {
            item.id: right_answer(item) for item in own.items_of(screen_id) if item.is_marked
        }
        answer_items(attempt.pk, lesson, screen_id, answers, now_ms)
    script = write_case(attempt.pk, lesson, text, "fr", now_ms)
    end_lesson(attempt.pk, lesson, now_ms + MINUTE_MS)
    return script


def _train(marker: Person, lesson: Lesson, now_ms: Ms) -> None:
    """Mark the anchors of a lesson as their reference does."""
    while (anchor := next_anchor(marker, lesson, "fr")) is not None:
        mark_anchor(marker, lesson, anchor.id, anchor.marks, now_ms)


def _mark(script: LessonScript, markers: tuple[Person, Person], now_ms: Ms) -> None:
    """Mark a case by two people."""
    for marker, levels in zip(markers, LEVELS, strict=True):
        mark_case(script.pk, levels, REASONS, by=marker, now_ms=now_ms)
