"""Let workers write about their trade for the Portrait, and let a person decide what is printed.

A text waits until a named person has read it. Who refuses one says why, from a closed list and in
words; that is a decision about a person, with its explanation and its appeal. A text comes out with
the next release, if ten people or more work in its trade. It can be taken back at any time, which
deletes it.
"""

from django.db import transaction

from canut.actions.decisions.record import Ruling, appeal_day, decide, name_of
from canut.core.clock import Ms
from canut.core.datasets.descriptions.credits import check_name
from canut.core.decisions.explanations import Sentence, explain
from canut.core.errors import BadInput, Conflict, Fact, Forbidden, Missing
from canut.core.participation.message_deadlines import plain_text
from canut.core.portrait.facts import Text
from canut.core.portrait.reading import shipped_occupations
from canut.core.portrait.words.own_words import (
    LONGEST_EVIDENCE,
    LONGEST_WORDS,
    OwnWords,
    check_words,
    may_be_printed,
    reason_in_words,
)
from canut.store.portrait.words import people_by_trade, set_release
from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.portrait import PortraitRelease, WorkerWords

LANGUAGES = ("fr", "en")


@transaction.atomic
def write_words(person: Person, words: OwnWords, now_ms: Ms) -> WorkerWords:
    """Store what a person writes about a trade; it waits, and replaces what they wrote before.

    Raises:
        Forbidden: ``words-trade``: they did not work in this trade over the last year.
        Incomplete, TooLarge, BadInput: the text or the name cannot be printed.
    """
    text = check_words(plain_text(words.text, LONGEST_WORDS))
    name = check_name(words.name) if words.name.strip() else ""
    if words.language not in LANGUAGES:
        raise BadInput(f"{words.language!r} is no language of the Portrait", field="language")
    if words.trade not in people_by_trade(now_ms, person.pk):
        raise Forbidden(
            "people write about a trade they work in", code="words-trade", field="trade"
        )
    WorkerWords.objects.filter(person=person, trade=words.trade).delete()
    return WorkerWords.objects.create(
        person=person,
        trade=words.trade,
        language=words.language,
        text=text,
        name=name,
        at_ms=now_ms,
    )


def take_words_back(person: Person, words_id: int) -> None:
    """Delete what a person wrote, printed or not.

    Raises:
        Missing: ``words-gone``.
    """
    deleted, _rows = WorkerWords.objects.filter(person=person, pk=words_id).delete()
    if not deleted:
        raise _gone()


@transaction.atomic
def accept_words(words_id: int, by: Person, now_ms: Ms) -> WorkerWords:
    """Accept a text: it comes out with the next release.

    Raises:
        Missing: ``words-gone``.
        Conflict: ``words-decided``.
        Forbidden: ``service-actor`` or ``own-decision``.
    """
    words = _waiting(words_id, by)
    words.state = WorkerWords.State.ACCEPTED
    words.decided_by, words.decided_ms = by, now_ms
    words.save(update_fields=["state", "decided_by", "decided_ms"])
    return words


@transaction.atomic
def refuse_words(words_id: int, by: Person, reason: str, evidence: str, now_ms: Ms) -> Decision:
    """Refuse a text, with a reason of the list and the passage that gives it.

    Raises:
        Missing: ``words-gone``.
        Conflict: ``words-decided``.
        Forbidden: ``service-actor`` or ``own-decision``.
        BadInput: ``words-reason``.
        Incomplete, TooLarge: the evidence.
    """
    words = _waiting(words_id, by)
    facts: dict[str, Fact | Sentence] = {
        "who": name_of(by),
        "trade": trade_in_words(words.trade),
        "reason": reason_in_words(reason),
        "appeal_day": appeal_day(words.person_id, now_ms),
    }
    explanation = explain("words-refused", facts)
    decision = decide(
        Ruling(
            person=words.person_id,
            kind=Decision.Kind.WORDS,
            code=f"words-{reason}",
            text_en=explanation.en,
            text_fr=explanation.fr,
            by=by,
            evidence=plain_text(evidence, LONGEST_EVIDENCE),
        ),
        now_ms,
    )
    words.state, words.decision = WorkerWords.State.REFUSED, decision
    words.decided_by, words.decided_ms = by, now_ms
    words.save(update_fields=["state", "decided_by", "decided_ms", "decision"])
    return decision


def print_words(release: PortraitRelease, now_ms: Ms) -> int:
    """Let the accepted texts come out with a release, of trades in which they show nobody.

    Returns:
        How many came out.
    """
    counts = people_by_trade(now_ms)
    return set_release(release, [trade for trade, n in counts.items() if may_be_printed(n)])


def trade_in_words(trade: str) -> Sentence:
    """Name a trade in both languages; one without a name keeps its code."""
    names: dict[str, Text] = {item.key: item.label for item in shipped_occupations()}
    label = names.get(trade, Text(trade, trade))
    return Sentence(label.en, label.fr)


def _waiting(words_id: int, by: Person) -> WorkerWords:
    """Lock a text that this person may decide about."""
    words = WorkerWords.objects.select_for_update().filter(pk=words_id).first()
    if words is None:
        raise _gone()
    if by.is_service:
        raise Forbidden("a text is read by a named person", code="service-actor")
    if words.person_id == by.pk:
        raise Forbidden("nobody decides about their own text", code="own-decision")
    if words.state != WorkerWords.State.WAITING:
        raise Conflict("this text is decided", code="words-decided")
    return words


def _gone() -> Missing:
    return Missing("there is no such text; it may have been taken back", code="words-gone")
