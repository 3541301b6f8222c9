"""Follow a pathway, leave, and say where one went.

Everything is voluntary. An answer is paid three minutes once a question; what was said can be
deleted at any time. People who agreed are asked again 3 and 12 months after they said they leave.
"""

from dataclasses import dataclass

from django.db import transaction

from canut.actions.time.fixed_time import count_fixed_time
from canut.core.clock import Ms
from canut.core.errors import Conflict
from canut.core.pathways.destinations import PAID_MS, check_answer, moments_due
from canut.core.pathways.pathways import shipped_table
from canut.store.tables.pathways import Departure, Destination, FollowedPathway
from canut.store.tables.people import Person

MOST_PEOPLE = 1_000


@dataclass(frozen=True, slots=True)
class Reply:
    """Where somebody went: the occupation, whether it pays better, whether the passport helped."""

    occupation: str
    better: str = "unsaid"
    helped: str = "unsaid"


def follow_pathway(person: Person, target: str, now_ms: Ms) -> None:
    """Store that a person follows a pathway; once.

    Raises:
        Missing: no pathway leads there.
    """
    shipped_table().target(target)
    FollowedPathway.objects.get_or_create(person=person, target=target, defaults={"at_ms": now_ms})


def stop_following(person: Person, target: str) -> None:
    """Forget that a person follows a pathway."""
    FollowedPathway.objects.filter(person=person, target=target).delete()


@transaction.atomic
def say_leaving(person: Person, *, agrees: bool, now_ms: Ms) -> Destination:
    """Store that a person leaves, and ask where they go.

    Args:
        person: who leaves.
        agrees: to be asked again 3 and 12 months later.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        Conflict: ``leaving-said``: they said so before; they can delete it first.
    """
    if Departure.objects.filter(person=person).exists():
        raise Conflict("you said before that you leave", code="leaving-said")
    Departure.objects.create(person=person, at_ms=now_ms, agreed=agrees)
    question, _ = Destination.objects.get_or_create(
        person=person, moment=Destination.Moment.LEAVING, defaults={"asked_ms": now_ms}
    )
    return question


@transaction.atomic
def say_destination(person: Person, moment: str, reply: Reply, now_ms: Ms) -> Destination:
    """Store where a person went; the first answer to each question is paid three minutes.

    Args:
        person: who answers.
        moment: of the question; ``own`` is told at will, and may be told again.
        reply: the answer.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        BadInput: ``destination-answer``: an answer that is not on the list.
        Conflict: ``destination-unasked``: this was not asked.
    """
    check_answer(reply.occupation, reply.better, reply.helped)
    rows = Destination.objects.select_for_update()
    question = rows.filter(person=person, moment=moment).first()
    if question is None:
        if moment != Destination.Moment.OWN:
            raise Conflict("this was not asked, or was deleted", code="destination-unasked")
        question = Destination(person=person, moment=moment, asked_ms=now_ms)
    if question.answered_ms is None:
        question.paid_ms = count_fixed_time(person, PAID_MS, now_ms)
    question.answered_ms = now_ms
    question.occupation, question.better = reply.occupation, reply.better
    question.helped = reply.helped
    question.save()
    return question


@transaction.atomic
def forget_destinations(person: Person) -> None:
    """Delete that a person left, and what they said of where they went."""
    Destination.objects.filter(person=person).delete()
    Departure.objects.filter(person=person).delete()


def ask_later(now_ms: Ms) -> int:
    """Ask those who left and agreed to it, 3 and 12 months later; return how many questions."""
    count = 0
    people = Departure.objects.filter(agreed=True, person__is_active=True)
    for person_id, left_ms in people.order_by("at_ms").values_list("person", "at_ms").iterator():
        for moment in moments_due(left_ms, now_ms):
            _question, is_new = Destination.objects.get_or_create(
                person_id=person_id, moment=moment, defaults={"asked_ms": now_ms}
            )
            count += is_new
    return count
