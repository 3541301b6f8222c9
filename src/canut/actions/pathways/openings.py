"""Publish, end and take down openings.

Clients and operators publish them for their organisation. An operator may take a client's down for
a reason of the list: that is a decision about the person who published it, with an appeal.
"""

from datetime import UTC, date

from django.db import transaction

from canut.actions.decisions.record import Ruling, appeal_day, decide, name_of
from canut.core.clock import Ms, from_ms
from canut.core.decisions.explanations import Sentence, explain
from canut.core.errors import Conflict, Fact, Forbidden, Missing
from canut.core.participation.message_deadlines import plain_text
from canut.core.pathways.openings import OpeningTerms, check_opening, reason_in_words
from canut.store.pathways.openings import organisations_of
from canut.store.tables.decisions import Decision
from canut.store.tables.pathways import Opening
from canut.store.tables.people import Person

LONGEST_EVIDENCE = 1_000


def day_of_openings(now_ms: Ms) -> date:
    """Return the day by which openings are shown, in UTC."""
    return from_ms(now_ms).astimezone(UTC).date()


@transaction.atomic
def publish_opening(
    person: Person, organisation_id: int, terms: OpeningTerms, now_ms: Ms
) -> Opening:
    """Publish an opening for an organisation.

    Raises:
        Forbidden: ``opening-organisation``: the person does not speak for it.
        Incomplete, TooLarge, BadInput: raised by ``check_opening``.
    """
    if person.is_service or organisation_id not in {own.pk for own in organisations_of(person)}:
        raise Forbidden(
            "you do not speak for this organisation",
            code="opening-organisation",
            field="organisation",
        )
    checked = check_opening(terms, day_of_openings(now_ms))
    return Opening.objects.create(
        organisation_id=organisation_id,
        occupation=checked.occupation,
        title_en=checked.title_en,
        title_fr=checked.title_fr,
        text_en=checked.text_en,
        text_fr=checked.text_fr,
        place=checked.place,
        low_micro=checked.low_micro,
        high_micro=checked.high_micro,
        currency=checked.currency,
        per=checked.per,
        hours_week=checked.hours_week,
        apply_to=checked.apply_to,
        until=checked.until,
        by=person,
        at_ms=now_ms,
    )


@transaction.atomic
def end_opening(person: Person, opening_id: int, now_ms: Ms) -> Opening:
    """End an opening of one's own organisation early.

    Raises:
        Missing: ``opening-gone``: there is none, or it is another organisation's.
        Conflict: ``opening-ended``.
    """
    opening = _lock(opening_id)
    if opening.organisation_id not in {own.pk for own in organisations_of(person)}:
        raise _gone()
    return _end(opening, now_ms)


@transaction.atomic
def take_down_opening(
    opening_id: int, by: Person, reason: str, evidence: str, now_ms: Ms
) -> Decision:
    """Take a client's opening down, with a reason of the list and what shows it.

    Raises:
        Missing: ``opening-gone``.
        Conflict: ``opening-ended``.
        Forbidden: ``service-actor`` or ``own-decision``; one's own openings are ended.
        BadInput: ``opening-reason``.
        Incomplete, TooLarge: the evidence.
    """
    opening = _lock(opening_id)
    if by.is_service:
        raise Forbidden("an opening is taken down by a named person", code="service-actor")
    if opening.by_id == by.pk:
        raise Forbidden("end your own opening instead", code="own-decision")
    facts: dict[str, Fact | Sentence] = {
        "who": name_of(by),
        "title": Sentence(opening.title_en, opening.title_fr),
        "reason": reason_in_words(reason),
        "appeal_day": appeal_day(opening.by_id, now_ms),
    }
    explanation = explain("opening-taken-down", facts)
    _end(opening, now_ms)
    decision = decide(
        Ruling(
            person=opening.by_id,
            kind=Decision.Kind.WORDS,
            code=f"opening-{reason}",
            text_en=explanation.en,
            text_fr=explanation.fr,
            by=by,
            evidence=plain_text(evidence, LONGEST_EVIDENCE),
        ),
        now_ms,
    )
    opening.decision = decision
    opening.save(update_fields=["decision"])
    return decision


def _end(opening: Opening, now_ms: Ms) -> Opening:
    if opening.ended_ms is not None:
        raise Conflict("this opening has ended", code="opening-ended")
    opening.ended_ms = now_ms
    opening.save(update_fields=["ended_ms"])
    return opening


def _lock(opening_id: int) -> Opening:
    opening = Opening.objects.select_for_update().filter(pk=opening_id).first()
    if opening is None:
        raise _gone()
    return opening


def _gone() -> Missing:
    return Missing("there is no such opening here", code="opening-gone")
