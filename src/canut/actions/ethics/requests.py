"""Ask for an opinion on a project, answer what the reviewer asks, or give the council's word.

Each act is checked against ``core.ethics.authority``. What may be masked from the register is the
client's name and the sample, with the reason.
"""

from zoneinfo import ZoneInfo

from django.db import transaction

from canut.actions.ethics.acting import check_act, lock_review
from canut.actions.work.ethics_gate import ensure_review
from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict, TooMany
from canut.core.ethics.authority import EthicsAct
from canut.core.ethics.holds import LONGEST_WORDS, check_reasons
from canut.core.ethics.opening import MOST_QUESTIONS, answer_due_ms
from canut.core.participation.message_deadlines import plain_text
from canut.store.ethics.reviews import newest_opinion
from canut.store.people.work_terms import zone_of
from canut.store.tables.ethics import EthicsQuestion, EthicsReview, EthicsWord
from canut.store.tables.people import Person
from canut.store.tables.projects import Project

LONGEST_MASK = 400


@transaction.atomic
def request_opinion(project: Project, *, by: Person, now_ms: Ms) -> EthicsReview:
    """Ask for an opinion on a project; asking again changes nothing.

    Raises:
        Forbidden: the person neither asks for the project nor runs the instance.
        Conflict: the project is closed.
    """
    check_act(EthicsAct.REQUEST, project, by, now_ms)
    if project.state == Project.State.CLOSED:
        raise Conflict("the project is closed; duplicate it to ask again", code="project-ended")
    review = ensure_review(project)
    if review.asked_ms is None:
        review.asked_by, review.asked_ms = by, now_ms
        review.due_ms = answer_due_ms(now_ms, _zone(by, now_ms))
        review.save(update_fields=["asked_by", "asked_ms", "due_ms"])
    return review


@transaction.atomic
def ask_requester(review_id: int, text: str, *, by: Person, now_ms: Ms) -> EthicsQuestion:
    """Ask the requester in writing; they have five working days, and the opinion waits for them.

    Raises:
        Forbidden: the person is not this project's reviewer.
        TooMany: three questions were asked before a first opinion.
        Incomplete, TooLarge: the text is empty or too long.
    """
    review, project = lock_review(review_id, EthicsAct.ASK, by, now_ms)
    question_count = EthicsQuestion.objects.filter(review=review).count()
    if newest_opinion(review) is None and question_count >= MOST_QUESTIONS:
        raise TooMany(
            f"{MOST_QUESTIONS} questions were asked; give an opinion",
            code="ethics-questions",
            limit=MOST_QUESTIONS,
        )
    return EthicsQuestion.objects.create(
        review=review,
        text=plain_text(text),
        by=by,
        asked_ms=now_ms,
        due_ms=answer_due_ms(now_ms, _zone(project.created_by, now_ms)),
    )


@transaction.atomic
def answer_reviewer(question_id: int, text: str, *, by: Person, now_ms: Ms) -> EthicsQuestion:
    """Answer a reviewer's question; the five days of the opinion begin again.

    Raises:
        Forbidden: the person does not ask for the project.
        BadInput: there is no such question.
        Conflict: it has its answer.
        Incomplete, TooLarge: the text is empty or too long.
    """
    question = EthicsQuestion.objects.select_for_update().filter(id=question_id).first()
    if question is None:
        raise BadInput("there is no such question", code="ethics-no-question")
    review, _project = lock_review(question.review_id, EthicsAct.ANSWER, by, now_ms)
    if question.answered_ms is not None:
        raise Conflict("this question has its answer", code="ethics-question-answered")
    question.answer, question.answered_by = plain_text(text, LONGEST_WORDS), by
    question.answered_ms = now_ms
    question.save(update_fields=["answer", "answered_by", "answered_ms"])
    if review.due_ms is not None:
        review.due_ms = max(review.due_ms, answer_due_ms(now_ms, _zone(by, now_ms)))
        review.save(update_fields=["due_ms"])
    return question


@transaction.atomic
def say_word(review_id: int, text: str, *, agrees: bool, by: Person, now_ms: Ms) -> EthicsWord:
    """Give a representative's word on a project, with reasons; once.

    Raises:
        Forbidden: the person is no representative, or is involved.
        Conflict: they gave their word.
        Incomplete: there are fewer than three lines of reasons.
    """
    review, _project = lock_review(review_id, EthicsAct.WORD, by, now_ms)
    if EthicsWord.objects.filter(review=review, by=by).exists():
        raise Conflict("you gave your word on it", code="ethics-word-given")
    return EthicsWord.objects.create(
        review=review, by=by, agrees=agrees, text=check_reasons(text), at_ms=now_ms
    )


@transaction.atomic
def mask_review(review_id: int, reason: str, *, by: Person, now_ms: Ms) -> EthicsReview:
    """Keep the client's name and the sample out of the register, and say why.

    Raises:
        Forbidden: the person is not this project's reviewer.
        Incomplete, TooLarge: the reason is empty or too long.
    """
    review, _project = lock_review(review_id, EthicsAct.MASK, by, now_ms)
    review.masked = plain_text(reason, LONGEST_MASK)
    review.save(update_fields=["masked"])
    return review


def _zone(person: Person, now_ms: Ms) -> ZoneInfo:
    return zone_of(person.pk, now_ms)
