"""What waits for a person in price rounds: to support, answer, vote or sign."""

from typing import NamedTuple

from canut.actions.participation.price_rounds import is_accepted
from canut.core.participation.accords import OPEN_STATES, RoundState
from canut.store.models import Person, PriceRound
from canut.store.participation.accords import (
    last_vote,
    mandates_of,
    offers_of,
    operators_now,
    rounds,
    signatures_of,
)
from canut.web.kit.formatting import moment
from canut.web.kit.messages import message_now
from canut.web.participation.accord_view import left_to_sign, may_vote, parties_of


class RoundStep(NamedTuple):
    """One step that waits: the round, and what is to be done in words."""

    number: int
    words: str


def round_steps_of(person: Person, now_ms: int) -> list[RoundStep]:
    """List what waits for a person in the open rounds; nothing for an operator."""
    listed = [current for current in rounds() if current.state in OPEN_STATES]
    if not listed or person.pk in operators_now():
        return []
    steps = ((current.pk, _step(current, person, now_ms)) for current in listed)
    return [RoundStep(number, words) for number, words in steps if words]


def _step(current: PriceRound, person: Person, now_ms: int) -> str:
    """Return what waits for a person in one round, in words; empty if nothing does."""
    parties = parties_of(person, current)
    if current.state == RoundState.MANDATE:
        supporters = {mandate.by_id for mandate in mandates_of(current.pk)}
        waits = parties.is_representative and person.pk not in supporters
        return message_now("page.accords.step_support") if waits else ""
    if current.state == RoundState.OFFER:
        newest = next(iter(offers_of(current.pk)), None)
        is_for_clients = newest is None or newest.organisation_id is None
        is_for_speakers = newest is None or newest.organisation_id is not None
        waits = (is_for_clients and bool(parties.clients)) or (
            is_for_speakers and parties.is_representative
        )
        return message_now("page.accords.step_answer") if waits else ""
    vote = last_vote(current.pk)
    if vote is None:
        return ""
    if vote.counted_ms is None:
        may = may_vote(person, vote, now_ms)
        return message_now("page.accords.step_vote", when=moment(vote.closes_ms)) if may else ""
    left = left_to_sign(person, parties, signatures_of(vote.offer))
    return message_now("page.accords.step_sign") if is_accepted(vote) and left.is_party else ""
